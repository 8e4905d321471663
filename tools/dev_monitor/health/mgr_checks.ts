/** What the monitor itself says of managers. Upstream: MgrMonitor::should_warn_about_mgr_down */

import { type HealthCheck, HealthSeverity } from "../../../mgr/types/health.ts";
import { msOfUtime } from "../../../mgr/types/utime.ts";
import { Settings } from "../config/settings.ts";
import type { Committed } from "../state/committed.ts";

const MS = 1000;

/** MGR_DOWN, if anybody could miss a manager: not without OSDs, and not in a young cluster. */
export function mgrChecks(state: Committed, nowMs: number): Map<string, HealthCheck> {
  const { mgr, mon, osd } = state;
  if (mgr.map.activeGid !== 0n || osd.counts.exist === 0) return new Map();
  const settings = new Settings(state);
  const created = msOfUtime(mon.map.created);
  if (nowMs - created <= settings.number("mon_mgr_mkfs_grace") * MS) return new Map();
  const since = Math.max(msOfUtime(mgr.map.activeChange), created);
  const long = nowMs - since > settings.number("mon_mgr_inactive_grace") * MS;
  const severity = long ? HealthSeverity.error : HealthSeverity.warn;
  return new Map([["MGR_DOWN", { severity, summary: "no active mgr", detail: [], count: 1 }]]);
}
