/** Everything that is read of the cluster, its daemons and this manager. */

import type { DataName } from "@ganglion/sdk";
import { expectEqual, expectSome, type Tested } from "./check.ts";

/** Names of `get()` that have an answer on every cluster. */
const ALWAYS_THERE: readonly DataName[] = [
  "fs_map",
  "osdmap_crush_map_text",
  "osd_map",
  "osd_map_tree",
  "osd_map_crush",
  "config",
  "config_options",
  "modified_config_options",
  "have_local_config_map",
  "mon_map",
  "service_map",
  "osd_metadata",
  "mds_metadata",
  "pg_summary",
  "pg_status",
  "pg_dump",
  "pg_ready",
  "pg_progress",
  "active_clean_pgs",
  "io_rate",
  "df",
  "pg_stats",
  "pool_stats",
  "osd_stats",
  "osd_pool_stats",
  "osd_ping_times",
  "devices",
  "health",
  "mon_status",
  "mgr_map",
  "mgr_ips",
];
/** Its types know that there is no such name; a client's would not. */
const NOWHERE = "__OBJ_DNE__" as DataName;
const PACIFIC = 16;

/** What this manager is. */
export async function checkIdentity(module: Tested): Promise<void> {
  expectSome("version", module.version);
  expectSome("getMgrId()", module.getMgrId());
  expectSome("getModuleName()", module.getModuleName());
  expectSome("getMgrIp()", await module.getMgrIp());
  expectEqual("haveMonConnection()", await module.haveMonConnection(), true);
  expectEqual("lookupReleaseName(16)", await module.lookupReleaseName(PACIFIC), "pacific");
  expectSome("releaseName", module.releaseName);
}

/** All names of `get()`, and one that is none. */
export async function checkData(module: Tested): Promise<void> {
  for (const name of ALWAYS_THERE) expectSome(`get("${name}")`, await module.get(name));
  expectEqual(`get("${NOWHERE}")`, await module.get(NOWHERE), null);
}

/** Servers and daemons. A daemon that one call shows is expected to be there at the next. */
export async function checkDaemons(module: Tested): Promise<void> {
  for (const { hostname } of await module.listServers()) {
    expectEqual("the host of getServer()", (await module.getServer(hostname)).hostname, hostname);
  }
  const { osds } = await module.get("osd_map", { fields: ["osds"] });
  for (const { osd } of osds) await module.getMetadata("osd", String(osd));
  await module.getDaemonStatus("osd", "0");
  await module.getDaemonHealthMetrics();
}

/** Options of Ceph itself: this manager's and another daemon's. */
export async function checkCephOptions(module: Tested): Promise<void> {
  const fsid = await module.getCephOption("fsid");
  expectEqual("the value of getCephOptionSource()", (await module.getCephOptionSource("fsid")).value, fsid);
  expectSome("getForeignCephOption()", await module.getForeignCephOption("osd.0", "osd_max_backfills"));
}
