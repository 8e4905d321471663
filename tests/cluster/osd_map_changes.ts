/** Commands that change the OSDMap in every way that an operator can, for tests that follow it. */

/** A command of the monitors. */
export interface MapChange {
  readonly prefix: string;
  readonly [argument: string]: unknown;
}

const pool = (name: string, pg_num: number, more = {}): MapChange => ({
  prefix: "osd pool create",
  pool: name,
  pg_num,
  pgp_num: pg_num,
  yes_i_really_mean_it: true,
  ...more,
});
const poolSet = (name: string, variable: string, val: string | number): MapChange => ({
  prefix: "osd pool set",
  pool: name,
  var: variable,
  val: String(val),
  yes_i_really_mean_it: true,
});
const flag = (key: string): MapChange => ({ prefix: "osd set", key });
const crush = (verb: string, args: Record<string, unknown>): MapChange => ({
  prefix: `osd crush ${verb}`,
  ...args,
});

/** Pools of both types, with everything that can be set on them. Four OSDs are up; pool ids are 1 to 5. */
export const POOL_CHANGES: readonly MapChange[] = [
  {
    prefix: "osd erasure-code-profile set",
    name: "wide",
    profile: ["k=2", "m=1", "crush-failure-domain=osd"],
  },
  { prefix: "osd erasure-code-profile set", name: "gone", profile: ["k=2", "m=2"] },
  { prefix: "osd erasure-code-profile rm", name: "gone" },
  pool("alpha", 16, { size: 3 }),
  pool("beta", 12),
  pool("ec", 8, { pool_type: "erasure", erasure_code_profile: "wide" }),
  pool("cache", 4),
  pool("short-lived", 4),
  poolSet("alpha", "size", 3),
  poolSet("alpha", "min_size", 2),
  poolSet("alpha", "pg_autoscale_mode", "off"),
  poolSet("alpha", "compression_mode", "aggressive"),
  poolSet("alpha", "target_size_ratio", 0.3),
  poolSet("alpha", "pg_num_min", 4),
  poolSet("alpha", "scrub_min_interval", 3600),
  poolSet("alpha", "nodelete", 1),
  poolSet("ec", "fast_read", 1),
  { prefix: "osd pool set-quota", pool: "alpha", field: "max_bytes", val: "10000000000" },
  { prefix: "osd pool application enable", pool: "alpha", app: "rbd" },
  { prefix: "osd pool application set", pool: "alpha", app: "rbd", key: "a", value: "b" },
  { prefix: "osd pool rename", srcpool: "beta", destpool: "gamma" },
  { prefix: "osd pool mksnap", pool: "gamma", snap: "one" },
  { prefix: "osd pool mksnap", pool: "gamma", snap: "two" },
  { prefix: "osd pool rmsnap", pool: "gamma", snap: "one" },
  { prefix: "osd tier add", pool: "alpha", tierpool: "cache" },
  { prefix: "osd tier cache-mode", pool: "cache", mode: "writeback", yes_i_really_mean_it: true },
  poolSet("cache", "hit_set_type", "bloom"),
  poolSet("cache", "hit_set_count", 3),
  poolSet("cache", "hit_set_period", 600),
  poolSet("cache", "target_max_bytes", 1_000_000),
  { prefix: "osd tier set-overlay", pool: "alpha", overlaypool: "cache" },
  {
    prefix: "osd pool delete",
    pool: "short-lived",
    pool2: "short-lived",
    yes_i_really_really_mean_it: true,
  },
  poolSet("gamma", "pg_num", 20),
];

/** Placement: CRUSH, classes, weights, temporary and permanent mappings. */
export const PLACEMENT_CHANGES: readonly MapChange[] = [
  { prefix: "osd pg-temp", pgid: "1.3", id: [2, 0, 1] },
  { prefix: "osd primary-temp", pgid: "1.4", id: 1 },
  { prefix: "osd pg-upmap", pgid: "1.5", id: [3, 1, 0] },
  { prefix: "osd pg-upmap-items", pgid: "1.6", id: [0, 3] },
  { prefix: "osd pg-upmap-items", pgid: "3.1", id: [1, 3] },
  { prefix: "osd rm-pg-upmap-items", pgid: "1.6" },
  { prefix: "osd rm-pg-upmap", pgid: "1.5" },
  { prefix: "osd primary-affinity", id: 1, weight: 0.5 },
  { prefix: "osd reweight", id: 0, weight: 0.7 },
  { prefix: "osd reweightn", weights: JSON.stringify({ 0: "52000", 1: "60000" }) },
  crush("add-bucket", { name: "rack1", type: "rack" }),
  crush("move", { name: "rack1", args: ["root=default"] }),
  crush("reweight", { name: "osd.2", weight: 2.5 }),
  crush("rm-device-class", { ids: ["2", "3"] }),
  crush("set-device-class", { class: "quick", ids: ["2", "3"] }),
  crush("rm-device-class", { ids: ["0"] }),
  crush("set-device-class", { class: "slow", ids: ["0"] }),
  crush("rule create-replicated", { name: "fast", root: "default", type: "osd", class: "quick" }),
  crush("weight-set create-compat", {}),
  crush("weight-set reweight-compat", { item: "osd.1", weight: [0.25] }),
  crush("weight-set create", { pool: "gamma", mode: "positional" }),
  crush("tunables", { profile: "hammer" }),
  crush("tunables", { profile: "optimal" }),
  crush("rename-bucket", { srcname: "rack1", dstname: "rack2" }),
  crush("rule rename", { srcname: "fast", dstname: "faster" }),
  poolSet("gamma", "crush_rule", "faster"),
  crush("set-tunable", { tunable: "straw_calc_version", value: 0 }),
  crush("weight-set rm", { pool: "gamma" }),
  crush("weight-set rm-compat", {}),
];

/** Flags, limits, lists. */
export const SETTING_CHANGES: readonly MapChange[] = [
  ...["pause", "noup", "nodown", "noout", "noin", "nobackfill", "norebalance", "norecover", "noscrub"].map(
    flag,
  ),
  ...["nodeep-scrub", "notieragent", "nosnaptrim"].map(flag),
  ...["pause", "noup", "nodown", "noin", "nosnaptrim"].map((key) => ({ prefix: "osd unset", key })),
  { prefix: "osd set-group", flags: "noup,noin", who: ["osd.0", "osd.1"] },
  { prefix: "osd set-group", flags: "noout", who: ["default", "quick"] },
  { prefix: "osd unset-group", flags: "noin", who: ["osd.0"] },
  { prefix: "osd unset-group", flags: "noup,noin", who: ["osd.0", "osd.1"] },
  { prefix: "osd set-nearfull-ratio", ratio: 0.8 },
  { prefix: "osd set-backfillfull-ratio", ratio: 0.88 },
  { prefix: "osd set-full-ratio", ratio: 0.93 },
  { prefix: "osd set-require-min-compat-client", version: "nautilus", yes_i_really_mean_it: true },
  { prefix: "osd blocklist", blocklistop: "add", addr: "10.1.2.3:0/77", expire: 3600.5 },
  { prefix: "osd blocklist", blocklistop: "add", addr: "192.168.0.9:6800/5", expire: 7200.5 },
  { prefix: "osd blocklist", blocklistop: "add", addr: "[fd00::2]:6800/6", expire: 7200.5 },
  { prefix: "osd blocklist", blocklistop: "rm", addr: "192.168.0.9:6800/5" },
  { prefix: "osd blocklist", range: "range", blocklistop: "add", addr: "10.9.0.0/16", expire: 3600.5 },
  { prefix: "osd blocklist", range: "range", blocklistop: "add", addr: "fd00::/64", expire: 3600.5 },
  { prefix: "osd blocklist", range: "range", blocklistop: "rm", addr: "10.9.0.0/16" },
  { prefix: "osd crush set-all-straw-buckets-to-straw2" },
];

/** The end of osd.3, which is stopped before. */
export const OSD_CHANGES: readonly MapChange[] = [
  { prefix: "osd down", ids: ["3"] },
  { prefix: "osd out", ids: ["3"] },
  { prefix: "osd in", ids: ["3"] },
  { prefix: "osd lost", id: 3, yes_i_really_mean_it: true },
  { prefix: "osd destroy-actual", id: 3, yes_i_really_mean_it: true },
  { prefix: "osd crush remove", name: "osd.3" },
  { prefix: "osd purge-actual", id: 3, yes_i_really_mean_it: true },
  { prefix: "osd setmaxosd", newmax: 7 },
  { prefix: "osd new", uuid: "11111111-2222-3333-4444-555555555555" },
  { prefix: "osd setmaxosd", newmax: 4 },
  { prefix: "osd blocklist clear" },
];
