/** The OSDMap of a real cluster, recorded through many changes (tools/record_osd_map.ts), followed and dumped. */

import { assert, assertEquals } from "@std/assert";
import { dumpOsdTree } from "../../mgr/crush/osd_tree.ts";
import { encodeAll } from "../../mgr/encoding/mod.ts";
import { cephJson } from "../../mgr/types/ceph_json.ts";
import { dumpCrushMap } from "../../mgr/types/crush_dump.ts";
import { CrushMap } from "../../mgr/types/crush_map.ts";
import { OsdMap } from "../../mgr/types/osd_map.ts";
import { osdMapCodec } from "../../mgr/types/osd_map_apply.ts";
import { dumpOsdMap } from "../../mgr/types/osd_map_dump.ts";
import { decodeIncremental, encodeIncremental } from "../../mgr/types/osd_map_incremental.ts";
import { PgPool } from "../../mgr/types/pg_pool.ts";
import { recordedIncrements, recordedText } from "./recorded_map.ts";
import { canonicalJson } from "../json_text.ts";

/** The part of the recorded text under that name, as canonical text. */
function recorded(name: "dump" | "tree" | "crush"): string {
  const whole = JSON.parse(canonicalJson(recordedText, UNORDERED)) as Record<string, unknown>;
  return JSON.stringify(whole[name], null, 1);
}

const UNORDERED = ["blocklist", "range_blocklist"];
const ours = (dump: object): string => canonicalJson(cephJson(dump), UNORDERED);

const list = await recordedIncrements();
const last = list.reduce(osdMapCodec.apply, OsdMap.blank());

Deno.test("osdMapCodec.apply() agrees with the monitor's checksum in every recorded epoch", () => {
  const increments = list.map(decodeIncremental);
  assert(increments.length > 80 && increments.every((inc) => inc.encodeFeatures === 0x0f00088010212a04n));
  assertEquals([last.epoch, last.crc], [increments.length, increments.at(-1)!.fullCrc]);
});

Deno.test("encodeIncremental() gives the recorded bytes", () => {
  for (const bytes of list) assertEquals(encodeIncremental(decodeIncremental(bytes)).toHex(), bytes.toHex());
});

Deno.test("OsdMap, CrushMap and PgPool encode to the bytes that they were decoded of", () => {
  const again = OsdMap.decode(last.bytes);
  assertEquals(new OsdMap(again.client, again.osd).bytes.toHex(), last.bytes.toHex());
  const { crush, pools } = last.client.fields;
  assertEquals(encodeAll(CrushMap.encode, last.crush).toHex(), crush.bytes.subarray(4).toHex());
  const encoded = pools.with([...last.pools].map(([id, pool]) => [id, encodeAll(PgPool.encode, pool)]));
  assertEquals(encoded.bytes.toHex(), pools.bytes.toHex());
});

Deno.test("dumpOsdMap(), dumpOsdTree() and dumpCrushMap() are what the CLI printed", () => {
  assertEquals(ours(dumpOsdMap(last, "json")), recorded("dump"));
  assertEquals(ours(dumpOsdTree(last, "json")), recorded("tree"));
  assertEquals(ours(dumpCrushMap(last.crush)), recorded("crush"));
});

Deno.test("dumpOsdMap() in the order of get() has streamed values last, and is the same otherwise", () => {
  const python = dumpOsdMap(last, "python");
  assertEquals(Object.keys(python).slice(-5), [
    "fsid",
    "created",
    "modified",
    "last_up_change",
    "last_in_change",
  ]);
  assertEquals(Object.keys(python.pools[0]!).slice(-6, -4), ["create_time", "last_change"]);
  assertEquals(Object.keys(python.osds[0]!).at(-5), "uuid");
  const { primary_temp, ...rest } = python;
  const { primary_temp: pairs, ...others } = dumpOsdMap(last, "json");
  assertEquals(rest, others);
  assertEquals(primary_temp.toReversed(), pairs);
});
