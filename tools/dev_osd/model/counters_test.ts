/** Counters as a manager reads them. */

import { assert, assertEquals } from "@std/assert";
import { PerfCounters } from "../../../mgr/state/perf_counters.ts";
import { counterValues, dumpCounters, OSD_COUNTERS, packCounters, reportedCounters } from "./counters.ts";

const INPUT = {
  reads: 10,
  readBytes: 1000,
  writes: 5,
  writeBytes: 500,
  recovered: 1,
  recoveredBytes: 4096,
  pgs: 3,
  deviceBytes: 2 ** 37,
  usedBytes: 2 ** 30,
  inProgress: 2,
  readMs: 40,
  writeMs: 60,
};

Deno.test("packCounters() is what a manager takes for the declared counters", () => {
  const daemon = new PerfCounters().open();
  const types = reportedCounters(5);
  daemon.declare(types, []);
  daemon.ingest(packCounters(types, counterValues(INPUT)), 1);
  const values = ["osd.op", "osd.op_w_in_bytes", "osd.stat_bytes", "osd.numpg", "osd.op_wip", "objecter.op_r"]
    .map((path) => daemon.latest(path)?.value);
  assertEquals(values, [15, 500, 2 ** 37, 3, 2, 0]);
  const { value, count } = daemon.latest("osd.op_latency")!;
  assertEquals([value, count], [100_000_000, 15]);
});

Deno.test("reportedCounters() follows the threshold, in the order of the paths' bytes", () => {
  assertEquals(reportedCounters(10).map(({ path }) => path), ["osd.op"]);
  const paths = OSD_COUNTERS.map(({ path }) => path);
  assertEquals(paths, paths.toSorted());
  assert(paths.length > 30);
});

Deno.test("dumpCounters() shows averages as sum, count and quotient", () => {
  const dump = dumpCounters(counterValues(INPUT)) as Record<string, Record<string, unknown>>;
  assertEquals(dump.osd!.op_w_latency, { avgcount: 5, sum: 0.06, avgtime: 0.012 });
});
