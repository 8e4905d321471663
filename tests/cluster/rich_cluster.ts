/** A small cluster that has everything that maps and statistics can show: what dumps of it are compared by. */

import type { ClusterOptions, RealCluster } from "./real_cluster.ts";
import type { CommandWords, RadosClient } from "./rados_client.ts";

/** OSDs of the cluster: three for the erasure code, one more to move placement groups to. */
export const RICH_OSDS = 4;

/** What the cluster is booted with. Short logs make a placement group that moves copy everything, as big ones do. */
export const RICH_OPTIONS: ClusterOptions = {
  osds: RICH_OSDS,
  conf: [
    "osd pool default pg autoscale mode = off",
    "mgr initial modules =",
    // Short windows: the figures come to rest soon after the last change.
    "mgr stats period = 1",
    "mon stat smooth intervals = 2",
    "mon max pg per osd = 1000",
    "osd min pg log entries = 1",
    "osd max pg log entries = 2",
    "osd pg log trim min = 0",
    "osd pg log dups tracked = 0",
    // Else a metadata server writes something every 15 s.
    "journaler write head interval = 1",
  ],
};

const OBJECTS = 24;

/** Maps alone: nothing here needs data in the pools. */
const MAP_CHANGES: readonly CommandWords[] = [
  // ceph-mgr's own module makes it when it is missing, some time.
  { prefix: "osd pool create", pool: "device_health_metrics", pg_num: 1 },
  { prefix: "osd pool application enable", pool: "device_health_metrics", app: "mgr_devicehealth" },
  { prefix: "osd set-require-min-compat-client", version: "luminous" },
  { prefix: "osd crush rm-device-class", ids: ["1", "2"] },
  { prefix: "osd crush set-device-class", class: "ssd", ids: ["1"] },
  { prefix: "osd crush set-device-class", class: "nvme", ids: ["2"] },
  { prefix: "osd crush add-bucket", name: "rack1", type: "rack" },
  { prefix: "osd crush rule create-replicated", name: "spread", root: "default", type: "osd" },
  { prefix: "osd crush weight-set create-compat" },
  { prefix: "osd crush weight-set reweight-compat", item: "osd.0", weight: [0.0009] },
  { prefix: "osd erasure-code-profile set", name: "k2", profile: ["k=2", "m=1", "crush-failure-domain=osd"] },
  { prefix: "osd pool create", pool: "moved", pg_num: 1, rule: "spread", size: 2 },
  { prefix: "osd pool create", pool: "rep", pg_num: 8, rule: "spread", size: 2 },
  { prefix: "osd pool create", pool: "ec", pg_num: 4, pool_type: "erasure", erasure_code_profile: "k2" },
  { prefix: "osd pool create", pool: "fs.meta", pg_num: 4 },
  { prefix: "osd pool create", pool: "fs.data", pg_num: 4 },
  { prefix: "osd pool application enable", pool: "rep", app: "test" },
  { prefix: "osd pool application set", pool: "rep", app: "test", key: "colour", value: "blue" },
  { prefix: "osd pool set-quota", pool: "rep", field: "max_objects", val: "1000" },
  { prefix: "osd pool set", pool: "rep", var: "compression_mode", val: "aggressive" },
  { prefix: "osd pool set", pool: "rep", var: "target_size_ratio", val: "0.2" },
  { prefix: "fs new", fs_name: "home", metadata: "fs.meta", data: "fs.data" },
  { prefix: "osd primary-affinity", id: 1, weight: 0.5 },
  { prefix: "osd reweight", id: 2, weight: 0.75 },
  { prefix: "osd blocklist", blocklistop: "add", addr: "10.1.2.3:0/4567", expire: 86400.5 },
  { prefix: "osd blocklist", range: "range", blocklistop: "add", addr: "10.9.0.0/16", expire: 86400.5 },
  { prefix: "osd set-nearfull-ratio", ratio: 0.8 },
  { prefix: "config set", who: "osd", name: "osd_max_backfills", value: "2" },
  { prefix: "config set", who: "osd.0", name: "debug_osd", value: "2/6" },
  { prefix: "config set", who: "client", name: "rbd_default_features", value: "3" },
  {
    prefix: "config-key set",
    key: "device/VENDOR_MODEL_1",
    val: JSON.stringify({
      life_expectancy_min: "2030-12-01T00:00:00.000000+0000",
      life_expectancy_max: "2031-01-01T00:00:00.000000+0000",
      life_expectancy_stamp: "2026-01-02T03:04:05.678901+0000",
      wear_level: "0.25",
    }),
  },
];

async function run(cluster: RealCluster, command: CommandWords, input = ""): Promise<void> {
  const { code, err } = await cluster.command("mon", command, input);
  if (code !== 0) throw new Error(`Cannot run ${JSON.stringify(command)}: ${code} ${err}`);
}

/**
 * Makes a cluster of RICH_OPTIONS rich: a manager must be active. Leaves no change under way. Answers with the client
 * that is a service daemon too, until it is disposed of.
 */
export async function enrich(cluster: RealCluster): Promise<RadosClient> {
  for (const command of MAP_CHANGES) await run(cluster, command);
  await cluster.startMds("one");
  await cluster.startMds("two");
  const io = await cluster.connect();
  await io.register("laundry", "one", { portal: "yes" }, { st: "washing" });
  for (const pool of ["moved", "rep", "ec"]) await io.write(pool, OBJECTS);
  await run(cluster, { prefix: "osd pool mksnap", pool: "rep", snap: "monday" });
  await run(cluster, { prefix: "osd pool mksnap", pool: "rep", snap: "tuesday" });
  await io.write("rep", OBJECTS);
  await run(cluster, { prefix: "osd pool rmsnap", pool: "rep", snap: "monday" });
  await moveSome(cluster);
  return io;
}

interface PgMap {
  readonly up: readonly number[];
  readonly acting: readonly number[];
}

/** Sends placement groups elsewhere and forbids the copying: they stay remapped, with a pg_temp. */
async function moveSome(cluster: RealCluster): Promise<void> {
  for (const key of ["nobackfill", "noscrub", "nodeep-scrub"]) await run(cluster, { prefix: "osd set", key });
  const { pool_id } = await cluster.commandJson<{ pool_id: number }>("mon", {
    prefix: "osd pool get",
    pool: "moved",
    var: "pg_num",
  });
  const pgid = `${pool_id}.0`;
  const where = (): Promise<PgMap> => cluster.commandJson<PgMap>("mon", { prefix: "pg map", pgid });
  const { up } = await where();
  const target = Array.from({ length: RICH_OSDS }, (_, id) => id).find((id) => !up.includes(id))!;
  await run(cluster, { prefix: "osd pg-upmap-items", pgid, id: [up[1], target] });
  await cluster.waitFor(async () => String((await where()).acting) === String(up), "a pg_temp");
  await run(cluster, { prefix: "osd primary-temp", pgid, id: up[1] });
}
