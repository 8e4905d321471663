/** What a module shows of itself: its address, health checks, progress, lines of the log. */

import type { Tested } from "./check.ts";

const EVENT = "selftest";

/** Its address stays, as with Ceph's self-test. */
export async function checkReports(module: Tested): Promise<void> {
  await module.setUri("http://this.is.a.test.com");
  await module.setHealthChecks({});
  await module.updateProgressEvent(EVENT, "Self-test", 0.5);
  await module.completeProgressEvent(EVENT);
  await module.clearAllProgressEvents();
  module.getLogger("checks").info("A line of a logger of its own");
  for (const level of ["debug", "info", "warn", "error"] as const) module.log[level](`A line of ${level}`);
}
