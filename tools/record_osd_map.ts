/**
 * Records the OSDMap of a real cluster through many changes: `deno run -A tools/record_osd_map.ts` -> tests/vectors/osd_map.json:
 * all increments (a list of bufferlists, gzip, base64), and what `ceph osd dump`, `osd tree` and `osd crush dump` print
 * of the last epoch.
 */

import { encodeAll } from "../mgr/encoding/mod.ts";
import { MOSDMap } from "../mgr/messages/osd_map.ts";
import { cephJson } from "../mgr/types/ceph_json.ts";
import { MonSession } from "../tests/cluster/mon_session.ts";
import { PLACEMENT_CHANGES, POOL_CHANGES, SETTING_CHANGES } from "../tests/cluster/osd_map_changes.ts";
import { RealCluster } from "../tests/cluster/real_cluster.ts";
import { parseExactly } from "../tests/json_text.ts";
import { print } from "./print.ts";

async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function record(cluster: RealCluster): Promise<object> {
  using session = await MonSession.open(cluster);
  const increments: Uint8Array[] = [];
  session.subscribe("osdmap", 1n, MOSDMap, ({ incrementals }) => {
    for (const [epoch, bytes] of incrementals) increments[epoch - 1] = bytes;
  });
  for (const change of [...POOL_CHANGES, ...PLACEMENT_CHANGES, ...SETTING_CHANGES]) {
    await session.command(change);
  }
  const { epoch } = await cluster.commandJson<{ epoch: number }>("mon", { prefix: "osd stat" });
  await cluster.waitFor(() => increments.length >= epoch, `epoch ${epoch}`);
  const json = async (prefix: string, more = {}): Promise<unknown> =>
    parseExactly(new TextDecoder().decode(await session.command({ prefix, format: "json", ...more })));
  const bytes = encodeAll((e, list) => void e.list(list, (e, v) => e.bytes(v)), increments.slice(0, epoch));
  return {
    increments: (await gzip(bytes)).toBase64(),
    dump: await json("osd dump", { epoch }),
    tree: await json("osd tree", { epoch }),
    crush: await json("osd crush dump"),
  };
}

const conf = ["mon allow pool delete = true", "osd pool default size = 2", "paxos propose interval = 0.05"];
await RealCluster.run({ osds: 4, conf }, async (cluster) => {
  const text = cephJson(await record(cluster)) + "\n";
  await Deno.writeTextFile(new URL("../tests/vectors/osd_map.json", import.meta.url), text);
  print(`${text.length} characters`);
});
