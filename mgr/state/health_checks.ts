/** All health checks that the manager raises of PGs, OSDs and pools. Upstream: PGMap::get_health_checks */

import { inOneGo } from "../time/in_steps.ts";
import type { HealthCheck } from "../types/health.ts";
import type { HealthInput, HealthRule, NamedCheck } from "./health_input.ts";
import { alertChecks, heartbeatChecks, osdCountChecks } from "./osd_health.ts";
import { objectChecks, scrubChecks, snapTrimChecks, stateChecks } from "./pg_health.ts";
import {
  applicationChecks,
  cachePoolChecks,
  largeOmapChecks,
  objectsPerPgChecks,
  pgpNumChecks,
  quotaChecks,
} from "./pool_health.ts";

/** Names of alerts are chosen by OSDs: they come first, so that ours replace them. */
const RULES: readonly HealthRule[] = [
  alertChecks,
  stateChecks,
  objectChecks,
  largeOmapChecks,
  cachePoolChecks,
  osdCountChecks,
  heartbeatChecks,
  pgpNumChecks,
  objectsPerPgChecks,
  quotaChecks,

  scrubChecks,
  applicationChecks,
  snapTrimChecks,
];

/** By code, in the order of the codes. */
export function clusterHealthChecks(input: HealthInput): Map<string, HealthCheck> {
  return inOneGo(clusterHealthSteps(input));
}

/** The same in steps: rules may look at all placement groups. */
export function* clusterHealthSteps(input: HealthInput): Generator<undefined, Map<string, HealthCheck>> {
  const found: NamedCheck[] = [];
  for (const rule of RULES) {
    for (const check of rule(input)) {
      if (check === undefined) yield;
      else found.push(check);
    }
    yield;
  }
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}
