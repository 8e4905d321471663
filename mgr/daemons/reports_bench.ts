/** What a report costs: an OSD with all of its 418 counters, decoded and taken. Run with `deno bench`. */

import { FakeManager } from "../../tests/fakes/fake_daemon_peer.ts";
import { Encoder } from "../encoding/mod.ts";
import { pack } from "../messages/message.ts";
import { MMgrOpen } from "../messages/mgr_open.ts";
import { MMgrReport } from "../messages/mgr_report.ts";
import type { PerfCounterType } from "../types/perf_counter_type.ts";

/** An OSD at threshold 0. */
const ALL_COUNTERS = 418;
/** An OSD at the default threshold. */
const DEFAULT_COUNTERS = 37;
const NOTHING = new Uint8Array(0);

/** Every third counter is an average, as in an OSD. */
const types = (n: number): PerfCounterType[] =>
  Array.from({ length: n }, (_, i) => ({
    path: `bluestore-${i % 7}.counter_${i}`,
    description: `Counter number ${i}`,
    nick: "",
    type: i % 3 === 0 ? 5 : 10,
    priority: 5,
    unit: 1,
  }));

function packed(n: number): Uint8Array {
  const e = new Encoder();
  e.versioned(1, 1, (e) => {
    for (let i = 0; i < n; i++) {
      e.u64n(i * 1_000_003);
      if (i % 3 === 0) e.u64n(i).u64n(i);
    }
  });
  return e.finish();
}

const report = (n: number, declareTypes: PerfCounterType[]): MMgrReport => ({
  daemonName: "0",
  declareTypes,
  // The paths do not sort by number, but only the length matters here.
  packed: packed(n),
  undeclareTypes: [],
  serviceName: "",
  daemonStatus: undefined,
  daemonHealthMetrics: [{ type: 0, n1: 0, n2: 0 }, { type: 1, n1: 0, n2: 0 }],
  configBl: NOTHING,
  osdPerfMetricReports: [],
  taskStatus: undefined,
  metricReportMessage: { kind: "osd", reports: [] },
});

/** A session that has declared its counters. */
function session(n: number) {
  const manager = new FakeManager();
  manager.know("osd", "0");
  const peer = manager.connect("osd.0");
  const serviceName = "";
  peer.says(MMgrOpen, {
    daemonName: "0",
    serviceName,
    serviceDaemon: false,
    daemonMetadata: new Map(),
    daemonStatus: new Map(),
    configBl: NOTHING,
    configDefaultsBl: NOTHING,
  });
  peer.says(MMgrReport, report(n, types(n)));
  if (peer.closedFor !== undefined) throw new Error(peer.closedFor);
  return peer;
}

for (const n of [DEFAULT_COUNTERS, ALL_COUNTERS]) {
  const peer = session(n);
  const raw = pack(MMgrReport, report(n, []));
  Deno.bench(`report of ${n} counters (${raw.front.length} bytes)`, () => void peer.saysRaw(raw));
}

{
  const raw = pack(MMgrReport, report(ALL_COUNTERS, types(ALL_COUNTERS)));
  const peer = session(ALL_COUNTERS);
  Deno.bench(`first report, which declares ${ALL_COUNTERS} counters`, () => void peer.saysRaw(raw));
}
