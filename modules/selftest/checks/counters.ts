/** Performance counters and perf queries. */

import { expectEqual, type Tested } from "./check.ts";

const PATH = "osd.op";

/** Counters of a daemon, under the names of each release. A cluster without OSDs has none: that is no failure. */
export async function checkCounters(module: Tested): Promise<void> {
  await module.getPerfSchema("osd", "0");
  await module.getCounter("osd", "0", PATH);
  await module.getLatestCounter("osd", "0", PATH);
  await module.getLatest("osd", "0", PATH);
  await module.getLatestAvg("osd", "0", "osd.op_latency");
  await module.getAllPerfCounters();
  await module.getPerfColumns();
  await module.getUnlabeledPerfSchema("osd", "0");
  await module.getUnlabeledCounter("osd", "0", PATH);
  await module.getLatestUnlabeledCounter("osd", "0", PATH);
  await module.getUnlabeledCounterLatest("osd", "0", PATH);
  await module.getUnlabeledCounterLatestAvg("osd", "0", "osd.op_latency");
  await module.getUnlabeledPerfCounters();
  expectEqual("a counter that is not there", await module.getLatest("osd", "0", "no.such"), 0);
}

/** A query is taken, answers, and ends. */
export async function checkPerfQueries(module: Tested): Promise<void> {
  const keyDescriptor = [{ type: "pool_id", regex: "^(.+)$" }] as const;
  const osd = await module.addOsdPerfQuery({ keyDescriptor, counters: ["ops"] });
  await module.getOsdPerfCounters(osd);
  await module.removeOsdPerfQuery(osd);
  const mds = await module.addMdsPerfQuery({
    keyDescriptor: [{ type: "mds_rank", regex: "^(.*)$" }],
    counters: ["cap_hit"],
  });
  await module.getMdsPerfCounters(mds);
  await module.removeMdsPerfQuery(mds);
}
