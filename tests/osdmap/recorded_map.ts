/** The recorded increments of a real cluster's OSDMap. */

import { decodeAll } from "../../mgr/encoding/mod.ts";
import { OsdMap } from "../../mgr/types/osd_map.ts";
import { osdMapCodec } from "../../mgr/types/osd_map_apply.ts";

/** As text: numbers keep their digits. */
export const recordedText: string = await Deno.readTextFile(
  new URL("../vectors/osd_map.json", import.meta.url),
);

/** From epoch 1 on. */
export async function recordedIncrements(): Promise<Uint8Array[]> {
  const packed = Uint8Array.fromBase64((JSON.parse(recordedText) as { increments: string }).increments);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return decodeAll(bytes, (d) => d.list((d) => d.bytes()));
}

/** What the increments come to. */
export async function lastRecordedMap(): Promise<OsdMap> {
  return (await recordedIncrements()).reduce(osdMapCodec.apply, OsdMap.blank());
}
