/** What the monitor itself says of managers. Upstream: MgrMonitor::encode_pending */

import { type HealthCheck, HealthSeverity } from "../../../mgr/types/health.ts";
import { msOfUtime } from "../../../mgr/types/utime.ts";
import type { Committed } from "../state/committed.ts";

/** mon_mgr_inactive_grace */
const INACTIVE_GRACE_MS = 60_000;
/** mon_mgr_mkfs_grace: a young cluster may be without a manager. */
const MKFS_GRACE_MS = 120_000;

/** MGR_DOWN, if anybody could miss a manager. */
export function mgrChecks({ mgr, mon, osd }: Committed, nowMs: number): Map<string, HealthCheck> {
  const { activeGid, activeChange, epoch } = mgr.map;
  const everActive = epoch > 1;
  const old = nowMs - msOfUtime(mon.map.created) > MKFS_GRACE_MS;
  const missed = everActive || (osd.counts.exist > 0 && old);
  if (activeGid !== 0n || !missed) return new Map();
  const since = Math.max(msOfUtime(activeChange), msOfUtime(mon.map.created));
  const long = nowMs - since > INACTIVE_GRACE_MS;
  const severity = long ? HealthSeverity.error : HealthSeverity.warn;
  return new Map([["MGR_DOWN", { severity, summary: "no active mgr", detail: [], count: 1 }]]);
}
