/** What the map of OSDs says of their health. Upstream: OSDMap::check_health */

import type { HealthCheck } from "../../../mgr/types/health.ts";
import type { Committed } from "../state/committed.ts";

/** By code. */
export function osdChecks(_state: Committed, _nowMs: number): Map<string, HealthCheck> {
  return new Map();
}
