/** Where the dumps of the two managers may differ, and why. Everything else must be equal. */

import type { Rules } from "./compare.ts";

/** The fields of each of these objects. */
const fields = (objects: readonly string[], ...names: readonly string[]): string[] =>
  objects.flatMap((object) => names.map((name) => `${object}.${name}`));

const because = (why: string, patterns: readonly string[]): Record<string, string> =>
  Object.fromEntries(patterns.map((pattern) => [pattern, why]));

const PGS = ["pg_dump.pg_stats[]", "pg_stats.pg_stats[]"];
const OSDS = ["pg_dump.osd_stats[]", "osd_stats.osd_stats[]", "pg_dump.osd_stats_sum"];
const PING = "osd_ping_times.osd_ping_times[].network_ping_times[]";
const SCHEMAS = ["get_perf_schema.*", "get_all_perf_counters"];
const COUNTERS = ["get_all_perf_counters", "get_all_perf_counters 8 osd"];

/** Options that a module of ceph-mgr sets in the manager's own configuration. */
const OF_VOLUMES = ["client_check_pool_perm", "client_mount_gid", "client_mount_uid", "client_quota"];

/** Short, and each with its reason. */
export const RULES: Rules = {
  natural: {
    ...because("each report of an OSD has its own", [
      ...fields(
        PGS,
        "reported_seq",
        "reported_epoch",
        "last_fresh",
        "last_active",
        "last_peered",
        "last_clean",
      ),
      ...fields(PGS, "last_unstale", "last_undegraded", "last_fullsized"),
      ...fields(OSDS, "seq"),
      "active_clean_pgs.pg_stats[].reported_epoch",
      "pg_progress.pgs.*.reported_epoch",
    ]),
    ...because("measured anew with each heartbeat", [`${PING}.last update`, `${PING}.interfaces`]),
    ...because("counted by this manager", [
      "pg_dump.version",
      "pg_dump.stamp",
      "*.pg_stats_delta.stamp_delta",
    ]),
    ...because("when the last report came", ["get_counter.*.*.*[][0]", "get_latest_counter.*.*.*[0]"]),
    ...because("the manager's own address: Ganglion has none of messenger 1", [
      "mgr_map.active_addrs",
      "mgr_map.active_addr",
    ]),
    ...because("the manager itself: who it is, since when, what modules and clients it has", [
      ...fields(["mgr_map"], "epoch", "active_gid", "active_change", "last_failure_osd_epoch"),
      ...fields(["mgr_map"], "available_modules", "active_clients"),
      "version",
      "list_servers[].services[].ceph_version",
      "get_server.*.services[].ceph_version",
      ...fields(["get_metadata.mgr:x"], "ceph_version", "addrs"),
    ]),
    ...because("counters of the manager's own: Ganglion has none of ceph-mgr's", [
      ...fields(SCHEMAS, "mgr:x"),
      ...fields(["get_counter", "get_latest_counter", "get_latest"], "mgr:x"),
    ]),
    ...because(
      "ceph-mgr has one description of a path, of whoever declared it last; Ganglion one for each daemon",
      [
        ...fields(SCHEMAS, "*.objecter:*.priority"),
        "get_all_perf_counters 8 osd.*.objecter:*",
      ],
    ),
    ...because("a report between two ticks of an OSD brings none", ["get_daemon_health_metrics.osd:*[]"]),
    ...because("averages over time", ["get_all_perf_counters.mds:*.mds:load_cent.value"]),
    ...because("what monitors count while managers change", [
      "get_all_perf_counters.mon:a.*.value",
      "get_all_perf_counters.mon:a.*.count",
      "get_latest.mon:a.mon:*",
      "get_counter.mon:a.mon:*",
      "get_latest_counter.mon:a.mon:*",
      "mon_status.json",
    ]),
    ...because("the monitors blocklist the manager that went, which makes a new map", [
      "osd_map.blocklist.127:0:0:1:*",
      "osd_map.epoch",
      "osd_map.modified",
    ]),
    ...because("the two are started with other directories of modules", [
      "config.mgr_module_path",
      "get_ceph_option.mgr_module_path",
    ]),
    ...because("the volumes module of ceph-mgr sets them in the manager's own configuration", [
      ...fields(["config", "get_ceph_option"], ...OF_VOLUMES),
      ...OF_VOLUMES.map((name) => `modified_config_options.options[${name}]`),
    ]),
    ...because("a negative limit that ceph-mgr prints unsigned: a quantity, rounded here", [
      "config_options.options[rgw_rados_pool_recovery_priority].min",
    ]),
  },
  drifting: {
    ...because("OSDs store each OSDMap, and the change of managers makes some", [
      ...fields(OSDS, "kb_used", "kb_avail", "kb_used_data"),
      ...fields(OSDS, "statfs.available", "statfs.allocated", "statfs.data_stored"),
      "df.stats.*",
      "df.stats_by_class.*.*",
      ...fields(["df.pools[].stats"], "max_avail", "avail_raw", "percent_used"),
      ...fields(["pg_status"], "bytes_used", "bytes_avail"),
    ]),
    ...because("memory and work of the daemons", fields(COUNTERS, "*.*.value", "*.*.count")),
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
    "config_options.options": "name",
    "modified_config_options.options": "",
  },
  unordered: ["pg_progress.pgs", "osd_map.blocklist"],
};
