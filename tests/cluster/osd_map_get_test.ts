/** What modules get of the OSDMap, beside what the real ceph-mgr gives a Python module of the same cluster. */

import { assertEquals } from "@std/assert";
import { newIncremental, withCompatWeightSet, withReweights } from "../../mgr/crush/incremental.ts";
import { OsdMapper } from "../../mgr/crush/osd_mapper.ts";
import { dumpOsdTree } from "../../mgr/crush/osd_tree.ts";
import { poolRawUsedRate, poolsByTake } from "../../mgr/crush/pools.ts";
import { rootsOf, takesOf, takeWeights } from "../../mgr/crush/tree.ts";
import { cephJson } from "../../mgr/types/ceph_json.ts";
import { dumpCrushMap } from "../../mgr/types/crush_dump.ts";
import { OsdMap } from "../../mgr/types/osd_map.ts";
import { dumpOsdMap } from "../../mgr/types/osd_map_dump.ts";
import { dumpIncremental } from "../../mgr/types/osd_map_incremental_dump.ts";
import { formatPgId } from "../../mgr/types/pg_id.ts";
import { canonicalJson } from "../json_text.ts";
import { MonSession } from "./mon_session.ts";
import { PLACEMENT_CHANGES, POOL_CHANGES, SETTING_CHANGES } from "./osd_map_changes.ts";
import { startProbe } from "./python_probe.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();

/** Hash maps of ceph-mgr. */
const UNORDERED = ["blocklist", "range_blocklist"];

const PROBES = {
  osdMap: { prefix: "probe get", what: "osd_map" },
  crush: { prefix: "probe get", what: "osd_map_crush" },
  tree: { prefix: "probe get", what: "osd_map_tree" },
  objects: { prefix: "probe osdmap" },
} as const;

/** The answer at a moment when ceph-mgr has that epoch. */
async function probe(cluster: RealCluster, command: { prefix: string; what?: string }): Promise<string> {
  const { code, out, err } = await cluster.command("mgr", command);
  if (code !== 0) throw new Error(`Cannot probe ${command.what ?? command.prefix}: ${code} ${err}`);
  return out;
}

function objects(map: OsdMap): object {
  const { crush } = map;
  const mapper = new OsdMapper(map);
  const pools = [...map.pools];
  const takes = takesOf(crush);
  const inc = newIncremental(map);
  const byPool = <V>(value: (id: number, pgNum: number) => V): Record<string, V> =>
    Object.fromEntries(pools.map(([id, { pgNum }]) => [String(id), value(id, pgNum)]));
  const seeds = (n: number): number[] => Array.from({ length: n }, (_, seed) => seed);
  const upActing = (pool: number, seed: number): object => {
    const m = mapper.map({ pool, seed })!;
    return { up_primary: m.upPrimary, acting_primary: m.actingPrimary, up: m.up, acting: m.acting };
  };
  const reweights = new Map([[0, 0.5], [1, 1.7]]);
  const weights = new Map([[0, 0.25], [1, 3.5]]);
  return {
    epoch: map.epoch,
    takes,
    roots: rootsOf(crush),
    take_weights: Object.fromEntries(takes.map((t) => [t, Object.fromEntries(takeWeights(crush, t))])),
    pools_by_take: Object.fromEntries(takes.map((take) => [take, poolsByTake(map, take)])),
    used_rates: byPool((id) => poolRawUsedRate(map, id)),
    up: byPool((id, pgNum) =>
      Object.fromEntries(
        seeds(pgNum).map((seed) => [formatPgId({ pool: id, seed }), mapper.pool(id)!.map(seed).up]),
      )
    ),
    up_acting: byPool((id) => seeds(8).map((seed) => upActing(id, seed))),
    incremental: dumpIncremental(inc, "python"),
    reweighted: dumpIncremental(withCompatWeightSet(withReweights(inc, reweights), weights), "python"),
  };
}

Deno.test({ name: "dumps in the order of get() are what a module of ceph-mgr gets", ignore }, async () => {
  const conf = [
    "mon allow pool delete = true",
    "osd pool default size = 2",
    "paxos propose interval = 0.05",
    "mgr initial modules = probe",
  ];
  await RealCluster.run({ osds: 4, conf }, async (cluster) => {
    using session = await MonSession.open(cluster);
    await startProbe(cluster);
    for (const change of [...POOL_CHANGES, ...PLACEMENT_CHANGES, ...SETTING_CHANGES]) {
      await session.command(change);
    }
    const epoch = async (): Promise<number> =>
      (JSON.parse(await probe(cluster, PROBES.osdMap)) as { epoch: number }).epoch;
    // The OSDs and ceph-mgr change the map too: what is compared was asked while it stood still.
    const { map, theirs } = await cluster.waitFor(async () => {
      const before = await cluster.commandJson<{ epoch: number }>("mon", { prefix: "osd stat" });
      if (await epoch() !== before.epoch) return undefined;
      const map = OsdMap.decode(await session.osdMap(before.epoch));
      const theirs = {
        osdMap: await probe(cluster, PROBES.osdMap),
        crush: await probe(cluster, PROBES.crush),
        tree: await probe(cluster, PROBES.tree),
        objects: await probe(cluster, PROBES.objects),
      };
      return await epoch() === before.epoch ? { map, theirs } : undefined;
    }, "ceph-mgr to have the newest map");
    const same = (ours: object, answer: string): void =>
      assertEquals(canonicalJson(cephJson(ours), UNORDERED), canonicalJson(answer, UNORDERED));
    same(dumpOsdMap(map, "python"), theirs.osdMap);
    same(dumpCrushMap(map.crush), theirs.crush);
    same(dumpOsdTree(map, "python"), theirs.tree);
    same(objects(map), theirs.objects);
  });
});
