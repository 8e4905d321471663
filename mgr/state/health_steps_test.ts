/** Health checks that are made in steps, while reports come in. */

import { assertEquals } from "@std/assert";
import { DEFAULT_OPTIONS } from "../../tests/fakes/default_options.ts";
import { CLEAN, FakeLayout, osdReport } from "../../tests/fakes/fake_cluster.ts";
import { healthOptions } from "../health_options.ts";
import { withState } from "../types/pg_state.ts";
import { clusterHealthSteps } from "./health_checks.ts";
import { PgMap } from "./pg_map.ts";

const NOW = { sec: 1_700_000_000, nsec: 0 };

Deno.test("clusterHealthSteps() takes reports in between two steps, and sees PGs as they are then", () => {
  const layout = new FakeLayout({ 0: {}, 1: {}, 2: { up: false } }, { 2: { pgNum: 8192 } });
  const map = new PgMap();
  map.osdMap(layout, { now: 0, stamp: NOW });
  const report = (state: number): void => {
    const pgs = Array.from(
      { length: 8192 },
      (_, seed) => [`2.${seed.toString(16)}`, { state, reportedSeq: 2 ** 40 }],
    );
    map.ingest(0, osdReport(Object.fromEntries(pgs)));
  };
  report(withState(withState(0, "active"), "degraded"));
  const options = healthOptions(DEFAULT_OPTIONS);
  const steps = clusterHealthSteps({ map, layout, options, now: NOW });
  // The alerts, and the first half of the PGs.
  for (let i = 0; i < 2; i++) steps.next();
  report(withState(CLEAN, "inconsistent"));
  let step = steps.next();
  while (!step.done) step = steps.next();
  assertEquals(step.value.get("PG_DEGRADED")?.count, 4096);
  assertEquals(step.value.get("PG_DAMAGED")?.count, 4096);
});
