/** Which permission each call of a module needs: a call that has no row here does not compile. */

import type { HostSide } from "./contract.ts";
import type { Need } from "./permissions/need.ts";
import type { StatPart } from "./stat_page.ts";

/** Arguments are as the module sent them. */
type NeedOfCall = (...args: readonly unknown[]) => Need | undefined;

/** The module's own options, keys, queries and log; or the call asks when it has read its arguments. */
const nothing: NeedOfCall = () => undefined;

const option = (module: unknown, name: unknown, write: boolean): Need => (
  { verb: "option", module: String(module), name: String(name), write }
);

const get = (first: string, ...others: readonly string[]): Need => ({ verb: "get", name: first, or: others });

/** All that is made of the OSDMap. */
const OSD_MAP = get("osd_map", "osd_map_tree", "osd_map_crush");

/** By part of the statistics: the names that are made of it. */
const STATISTICS: Readonly<Record<StatPart, Need>> = {
  pgs: get("pg_stats", "pg_dump"),
  progress: get("pg_progress", "active_clean_pgs"),
  osds: get("osd_stats", "osd_ping_times", "pg_dump"),
  statfs: get("osd_stats", "pg_dump"),
};
const ANY_STATISTICS = get(
  "pg_dump",
  "pg_stats",
  "osd_stats",
  "osd_ping_times",
  "pg_progress",
  "active_clean_pgs",
);

/** By method of the SDK: the name that a permission has for what it reads. */
const READS: Readonly<Record<string, Need | undefined>> = {
  listServers: get("servers"),
  getServer: get("servers"),
  getMetadata: get("metadata"),
  getDaemonStatus: get("daemon_status"),
  getDaemonHealthMetrics: get("daemon_health_metrics"),
  getCounter: get("perf_counters"),
  getLatestCounter: get("perf_counters"),
  getCephOption: get("config"),
  getForeignCephOption: get("foreign_config"),
  getMgrIp: undefined,
  getHostname: undefined,
  lookupReleaseName: undefined,
  haveMonConnection: undefined,
};

const NEEDS = {
  log: nothing,
  failed: nothing,
  served: nothing,
  setOption: nothing,
  setOptionOf: (module, name) => option(module, name, true),
  setStore: nothing,
  get: (name) => needOfData(String(name)),
  osdMap: () => OSD_MAP,
  statHead: () => ANY_STATISTICS,
  statPage: (query) => needOfPage(query),
  read: (call, args) => needOfRead(String(call), Array.isArray(args) ? args : []),
  perfColumns: () => get("perf_counters"),
  setHealthChecks: () => ({ verb: "health" }),
  setUri: () => ({ verb: "uri" }),
  setProgress: () => ({ verb: "progress" }),
  clearProgress: () => ({ verb: "progress" }),
  addPerfQuery: () => ({ verb: "perf_query" }),
  removePerfQuery: nothing,
  perfQueryCounters: () => ({ verb: "perf_query" }),
  cancel: nothing,
  sendCommand: nothing,
  isAuthorized: nothing,
  setDeviceWearLevel: () => ({ verb: "device" }),
  openPool: nothing,
  operate: nothing,
  listObjects: nothing,
  notifyObject: nothing,
  watch: nothing,
  unwatch: nothing,
  remote: (_, module, method) => ({ verb: "remote", module: String(module), method: String(method) }),
  clusterLog: () => ({ verb: "cluster_log" }),
} as const satisfies Readonly<Record<keyof HostSide, NeedOfCall>>;

/** What a call needs; undefined: nothing, or the call itself asks when it has read its arguments. */
export function needOf(call: keyof HostSide, args: readonly unknown[]): Need | undefined {
  return (NEEDS[call] as NeedOfCall)(...args);
}

/** `device ID` is one of many of one name. What pg_progress says of readiness has a name of its own. */
function needOfData(name: string): Need {
  if (name === "pg_ready") return get("pg_ready", "pg_progress");
  return get(name.split(" ", 1)[0]!);
}

/** A part that does not exist is refused by what it needs at most. */
function needOfPage(query: unknown): Need {
  const part = typeof query === "object" && query !== null && "part" in query ? String(query.part) : "";
  return Object.hasOwn(STATISTICS, part) ? STATISTICS[part as StatPart] : get("pg_dump");
}

/** A call that is not in the table is one that nobody thought about: it has a permission of its own name. */
function needOfRead(call: string, [module, name]: readonly unknown[]): Need | undefined {
  if (call === "getModuleOptionEx") return option(module, name, false);
  return Object.hasOwn(READS, call) ? READS[call] : get(call);
}
