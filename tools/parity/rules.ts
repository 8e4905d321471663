/** Where the dumps of the two managers may differ, and why. Everything else must be equal. */

import type { Rules } from "./compare.ts";

const both = (patterns: readonly string[], why: string): Record<string, string> =>
  Object.fromEntries(patterns.map((pattern) => [pattern, why]));

const PGS = ["pg_dump.pg_stats[]", "pg_stats.pg_stats[]"];
const OSDS = ["pg_dump.osd_stats[]", "osd_stats.osd_stats[]", "pg_dump.osd_stats_sum"];

/** Everything below lists of fields of several objects. */
const fields = (objects: readonly string[], ...names: readonly string[]): string[] =>
  objects.flatMap((object) => names.map((name) => `${object}.${name}`));

/** Short, and each with its reason. */
export const RULES: Rules = {
  natural: {
    ...both(
      fields(PGS, "last_fresh", "last_active", "last_peered", "last_clean", "last_unstale"),
      "time stamps of the last report",
    ),
    ...both(
      fields(PGS, "last_undegraded", "last_fullsized", "reported_seq", "reported_epoch"),
      "each report has its own",
    ),
    ...both(
      ["active_clean_pgs.pg_stats[].reported_epoch", "pg_progress.pgs.*.reported_epoch"],
      "each report has its own",
    ),
    ...both(
      ["pg_dump.stamp", "pg_dump.version", "*.pg_stats_delta.stamp_delta"],
      "of this manager's own ticks",
    ),
    ...both(fields(OSDS, "seq", "hb_peers"), "each report has its own"),
    "mgr_map.epoch": "the change of managers makes new maps",
    "mgr_map.active_gid": "the manager's own identity",
    "mgr_map.active_addrs.**": "the manager's own address; Ganglion has none of messenger 1",
    "mgr_map.active_addr": "the manager's own address; Ganglion has none of messenger 1",
    "mgr_map.active_change": "when this manager became active",
    "mgr_map.last_failure_osd_epoch": "the change of managers",
    "mgr_map.available_modules.**": "other modules",
    "mgr_map.active_clients.**": "the manager's own clients",
    "mon_status.json": "holds the age of the quorum and counts of sessions",
    "config.mgr_module_path": "the one flag that the two are started with differently",
  },
  drifting: {
    ...both(
      fields(
        OSDS,
        "kb_used",
        "kb_avail",
        "kb_used_data",
        "statfs.available",
        "statfs.allocated",
        "statfs.data_stored",
      ),
      "OSDs store each OSDMap, and the change of managers makes some",
    ),
    "df.stats.*": "OSDs store each OSDMap, and the change of managers makes some",
    "df.stats_by_class.*.*": "OSDs store each OSDMap, and the change of managers makes some",
    ...both(
      ["df.pools[].stats.max_avail", "df.pools[].stats.avail_raw", "df.pools[].stats.percent_used"],
      "follow from the space that is left",
    ),
    ...both(["pg_status.bytes_used", "pg_status.bytes_avail"], "the space that is left"),
  },
  keyed: {
    "active_clean_pgs.pg_stats": "pgid",
    "pg_dump.pg_stats": "pgid",
    "pg_stats.pg_stats": "pgid",
    "pg_dump.pool_stats": "poolid",
    "pool_stats.pool_stats": "poolid",
    "pg_dump.osd_stats": "osd",
    "osd_stats.osd_stats": "osd",
    "osd_ping_times.osd_ping_times": "osd",
    "pg_status.pgs_by_pool_state": "pool_id",
  },
  unordered: ["pg_progress.pgs", "osd_map.blocklist"],
};
