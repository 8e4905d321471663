/** Statistics in a real cluster: the same figures under Ganglion as under the real ceph-mgr. */

import { assertEquals } from "@std/assert";
import { isDeepStrictEqual } from "node:util";
import { healthOptions } from "../../mgr/health_options.ts";
import { DEFAULT_OPTIONS } from "../fakes/default_options.ts";
import { runTool } from "./cluster_files.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";
import { comparable, COMPARED, monitorView, ourView } from "./real_pg_map.ts";

const ignore = !await hasCeph();

/** Stuck placement groups need not be waited for, and none is split, for after that the OSDs guess their figures. */
const CONF = ["mon_pg_stuck_threshold = 2", "osd_pool_default_pg_autoscale_mode = off"];
const OPTIONS = { ...healthOptions(DEFAULT_OPTIONS), mon_pg_stuck_threshold: 2 };

type Json = Record<string, unknown>;

const mon = (cluster: RealCluster, prefix: string, args: Json = {}): Promise<unknown> =>
  cluster.command("mon", { prefix, ...args }).then(({ code, err }) => {
    if (code !== 0) throw new Error(`Cannot run ${prefix}: ${err}`);
  });

const rados = (cluster: RealCluster, ...args: string[]): Promise<string> =>
  runTool("rados", "-c", cluster.conf, ...args);

/** A replicated and an erasure coded pool, objects and a removed snapshot. */
async function fill(cluster: RealCluster): Promise<void> {
  await mon(cluster, "osd pool create", { pool: "rep", pg_num: 8, size: 2 });
  await mon(cluster, "osd pool create", { pool: "apart", pg_num: 4 });
  await mon(cluster, "osd erasure-code-profile set", {
    name: "p21",
    profile: ["k=2", "m=1", "crush-failure-domain=osd"],
  });
  await mon(cluster, "osd pool create", {
    pool: "ec",
    pg_num: 4,
    pool_type: "erasure",
    erasure_code_profile: "p21",
  });
  await mon(cluster, "osd pool application enable", { pool: "rep", app: "test" });
  const file = `${cluster.directory}/object`;
  await Deno.writeFile(file, new Uint8Array(300_000).fill(1));
  for (const pool of ["rep", "ec", "apart"]) await rados(cluster, "-p", pool, "put", "one", file);
  await rados(cluster, "-p", "rep", "bench", "1", "write", "--no-cleanup", "-b", "65536");
  await rados(cluster, "-p", "apart", "mksnap", "s");
  await rados(cluster, "-p", "apart", "put", "two", file);
  await rados(cluster, "-p", "apart", "rmsnap", "s");
}

/** ceph-mgr makes a pool for itself when it finds the time. */
async function ownPool(cluster: RealCluster): Promise<void> {
  const pools = () => cluster.commandJson<string[]>("mon", { prefix: "osd pool ls" });
  await cluster.waitFor(async () => (await pools()).includes("device_health_metrics"), "ceph-mgr's own pool");
}

/** Asks both until they say the same of a situation that `is` the one to be compared. */
async function sameViews(cluster: RealCluster, is: (view: Json) => boolean): Promise<void> {
  let [ours, theirs]: Json[] = [];
  const equal = async (): Promise<boolean> => {
    ours = comparable(await ourView(cluster, OPTIONS), COMPARED);
    theirs = comparable(await monitorView(cluster), COMPARED);
    return is(theirs) && isDeepStrictEqual(ours, theirs);
  };
  await cluster.waitFor(equal, "the same figures").catch((error) => {
    assertEquals(ours, theirs);
    throw error;
  });
}

const states = (view: Json): string => JSON.stringify(view.num_pg_by_state);
const checks = (view: Json): string => Object.keys(view.health as Json).join();

Deno.test(
  { name: "PgMap makes of a real ceph-mgr's statistics the digest, df and health that it reports", ignore },
  async () => {
    await RealCluster.run({ mgr: true, osds: 3, conf: CONF }, async (cluster) => {
      await fill(cluster);
      await ownPool(cluster);
      await sameViews(cluster, (view) => /^\[{"state":"active\+clean","num":\d+}\]$/.test(states(view)));
      await cluster.stopOsd(2);
      await mon(cluster, "osd down", { ids: ["2"] });
      // A PG of the pool that ceph-mgr makes for itself may be stale: it has one copy, and where that is, nobody knows.
      await sameViews(cluster, (view) => checks(view).includes("PG_DEGRADED"));
      await mon(cluster, "osd out", { ids: ["2"] });
      await cluster.stopOsd(1);
      await mon(cluster, "osd down", { ids: ["1"] });
      await sameViews(
        cluster,
        (view) => checks(view).includes("PG_AVAILABILITY") && states(view).includes("stale"),
      );
    });
  },
);

/** What the stock tools print. */
async function figures(cluster: RealCluster) {
  const [status, df, radosDf, health] = [
    await cluster.cephJson<{ pgmap: Json }>("status"),
    await cluster.cephJson<{ stats: Json; pools: Json[] }>("df", "detail"),
    JSON.parse(await rados(cluster, "df", "-f", "json")) as Json,
    await cluster.cephJson<Json>("health", "detail"),
  ];
  return { pgmap: status.pgmap, df, radosDf, health };
}

/** Bytes that a memstore uses for itself change without anybody writing. */
const DRIFT_BYTES = 1024 * 1024;
const DRIFTING = /^(?:bytes_(?:used|avail)|total_(?:used|avail).*|max_avail|avail_raw|percent_used)$/;

/** Equal, and what drifts is nearly equal. */
function assertSame(a: unknown, b: unknown, path = ""): void {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) {
    const drifts = DRIFTING.test(path.split(".").at(-1)!) && typeof a === "number" && typeof b === "number";
    if (!drifts || Math.abs(a - b) > DRIFT_BYTES) assertEquals(a, b, path);
    return;
  }
  assertEquals(Object.keys(a), Object.keys(b), path);
  for (const key of Object.keys(a)) assertSame(Reflect.get(a, key), Reflect.get(b, key), `${path}.${key}`);
}

const active = async (cluster: RealCluster, name: string): Promise<boolean> => {
  const map = await cluster.commandJson<{ active_name: string; available: boolean }>("mon", {
    prefix: "mgr dump",
  });
  return map.available && map.active_name === name;
};

/** All PGs are well, and what was written is so long ago that no rate tells of it. */
async function settle(cluster: RealCluster): Promise<void> {
  await cluster.waitFor(async () => {
    const { pools } = await cluster.commandJson<{ pools: { pg_num: number }[] }>("mon", {
      prefix: "osd dump",
    });
    const { pgmap } = await cluster.commandJson<{ pgmap: Json }>("mon", { prefix: "status" });
    const [first, ...others] = pgmap.pgs_by_state as { state_name: string; count: number }[];
    const all = pools.reduce((sum, { pg_num }) => sum + pg_num, 0);
    const clean = first?.state_name === "active+clean" && first.count === all;
    return clean && others.length === 0 && !("write_bytes_sec" in pgmap);
  }, "a cluster at rest");
}

Deno.test(
  {
    name: "`ceph -s`, `df detail`, `rados df` and `health detail` are the same under Ganglion and ceph-mgr",
    ignore,
  },
  async () => {
    await RealCluster.run({ mgr: true, osds: 3, conf: CONF }, async (cluster) => {
      await fill(cluster);
      await ownPool(cluster);
      await settle(cluster);
      const theirs = await figures(cluster);
      await cluster.startGanglion("g");
      await cluster.kill("mgr.x");
      await mon(cluster, "mgr fail", { who: "x" });
      await cluster.waitFor(() => active(cluster, "g"), "mgr.g active");
      await settle(cluster);
      assertSame(await figures(cluster), theirs);
    });
  },
);

Deno.test(
  { name: "`osd last-stat-seq` follows each OSD, `ceph -s` shows rates, `health detail` stale PGs", ignore },
  async () => {
    await RealCluster.run({ osds: 2, conf: CONF }, async (cluster) => {
      await cluster.startGanglion("g");
      await mon(cluster, "osd pool create", { pool: "p", pg_num: 4 });
      await settle(cluster);
      for (const id of [0, 1]) {
        const { out } = await cluster.command(`osd.${id}`, { prefix: "flush_pg_stats" });
        await cluster.waitFor(async () => {
          const seq = await cluster.command("mon", { prefix: "osd last-stat-seq", id });
          return BigInt(seq.out.trim()) >= BigInt(out.trim());
        }, `the report ${out.trim()} of osd.${id}`);
      }
      const bench = rados(cluster, "-p", "p", "bench", "6", "write", "-b", "4096", "--no-cleanup");
      await cluster.waitFor(async () => {
        const { pgmap } = await cluster.commandJson<{ pgmap: Json }>("mon", { prefix: "status" });
        return Number(pgmap.write_bytes_sec) > 4096 && Number(pgmap.write_op_per_sec) > 0;
      }, "a rate of writes");
      await bench;
      await cluster.stopOsd(1);
      await mon(cluster, "osd down", { ids: ["1"] });
      await cluster.waitFor(async () => {
        const { stdout } = await cluster.ceph("health", "detail");
        return /PG_AVAILABILITY: .*stale[^]* is stuck stale for .* last acting \[1\]/.test(stdout);
      }, "stale placement groups");
    });
  },
);
