/** Reporter: when reports go, what becomes of a broken one, ServiceMaps that get lost. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { FakeClock } from "../tests/fakes/fake_clock.ts";
import { FakeLayout, osdReport } from "../tests/fakes/fake_cluster.ts";
import { decodeAll, encodeAll } from "./encoding/mod.ts";
import { unpack } from "./messages/message.ts";
import { MMonMgrReport } from "./messages/mon_mgr_report.ts";
import { Reporter, type ReporterLink } from "./reporter.ts";
import { DaemonIndex } from "./state/daemon_state.ts";
import { PgMap } from "./state/pg_map.ts";
import { PendingServiceMap } from "./state/service_map_state.ts";
import { inOneGo } from "./time/in_steps.ts";
import { BLANK_ADDR } from "./types/entity_addr.ts";
import { PGMapDigest } from "./types/pg_map_digest.ts";
import { ServiceMap } from "./types/service_map.ts";
import { zeroStatfs } from "./types/store_statfs.ts";
import { utimeOfMs } from "./types/utime.ts";

/** What takes two steps. */
function* steps<T>(result: T): Generator<undefined, T> {
  yield;
  return result;
}

const LAYOUT = new FakeLayout({ 0: {}, 1: {}, 2: { up: false } }, { 1: 4 });

/** A reporter, and a monitor that takes down what it hears. */
class Setting {
  readonly clock = new FakeClock();
  readonly pgMap = new PgMap();
  readonly index = new DaemonIndex();
  readonly serviceMap = new PendingServiceMap();
  readonly reports: MMonMgrReport[] = [];
  readonly lines: string[] = [];
  layout: FakeLayout | undefined = LAYOUT;
  mayAct = true;
  reachable = true;
  serviceMapEpoch = 0;
  readonly reporter: Reporter;

  constructor(change: Partial<ReporterLink> = {}) {
    const { clock, pgMap, index, serviceMap } = this;
    pgMap.osdMap(LAYOUT, { now: 0, stamp: utimeOfMs(clock.wall()) });
    this.reporter = new Reporter({
      clock,
      pgMap,
      index,
      serviceMap,
      periods: () => ({ tick: 2000, stats: 5000, serviceGrace: 60_000 }),
      layout: () => this.layout,
      moduleChecks: () => new Map(),
      clusterChecks: () => steps(new Map()),
      inSteps: (report) => Promise.resolve(inOneGo(report)),
      progressEvents: () => new Map(),
      role: () => ({ gid: 7n, activeGid: 7n, serviceMapEpoch: this.serviceMapEpoch }),
      mayAct: () => this.mayAct,
      send: (raw) => {
        if (this.reachable) this.reports.push(unpack(MMonMgrReport, raw));
        return this.reachable;
      },
      clusterLog: (_, text) => this.lines.push(text),
      ...change,
    });
  }

  heard(osd: number): void {
    this.pgMap.ingest(osd, osdReport({ [`1.${osd}`]: {} }));
    this.reporter.osdReported(osd);
  }
}

Deno.test("Reporter sends its first report when the last OSD that is up has reported, then each tick", async () => {
  const s = new Setting();
  await s.clock.advance(4000);
  s.heard(0);
  s.heard(0);
  assertEquals(s.reports.length, 0);
  s.heard(1);
  assertEquals(s.reports.length, 1);
  const { numPg, numPgUnknown } = decodeAll(s.reports[0]!.digest, PGMapDigest.decode);
  assertEquals([numPg, numPgUnknown], [4, 2]);
  await s.clock.advance(4000);
  assertEquals(s.reports.length, 3);
  assertMatch(s.lines[0]!, /^pgmap v2: 4 pgs: 2 unknown, 2 active\+clean; 0 B data, /);
  s.reporter.stop();
  await s.clock.advance(10_000);
  assertEquals(s.reports.length, 3);
});

Deno.test("Reporter does not wait when no OSD is up", async () => {
  const s = new Setting();
  s.layout = new FakeLayout({ 0: { up: false } }, {});
  await s.clock.advance(2000);
  assertEquals(s.reports.length, 1);
  s.reporter.stop();
});

Deno.test("Reporter waits four periods for OSDs that do not report, and not at all for an OSDMap", async () => {
  const s = new Setting();
  s.heard(0);
  await s.clock.advance(20_000);
  assertEquals([s.reports.length, s.reporter.ready], [0, false]);
  await s.clock.advance(2000);
  assertEquals([s.reports.length, s.reporter.ready], [1, true]);
  s.layout = undefined;
  await s.clock.advance(4000);
  assertEquals(s.reports.length, 1);
});

Deno.test("Reporter is silent while the tenure forbids to act", async () => {
  const s = new Setting();
  s.mayAct = false;
  s.heard(0);
  s.heard(1);
  await s.clock.advance(30_000);
  assertEquals(s.reports.length, 0);
  s.mayAct = true;
  await s.clock.advance(2000);
  assertEquals(s.reports.length, 1);
});

Deno.test("Reporter never sends a corrupted digest, counts it, and goes on with the next one", async () => {
  let broken = true;
  const s = new Setting({
    encodeDigest: (digest) => encodeAll(PGMapDigest.encode, digest).slice(0, broken ? -1 : undefined),
  });
  s.heard(0);
  s.heard(1);
  await s.clock.advance(4000);
  assertEquals([s.reports.length, s.lines.length], [0, 0]);
  assertEquals(s.reporter.counts, { sent: 0, refused: 3 });
  broken = false;
  await s.clock.advance(2000);
  assertEquals(s.reporter.counts, { sent: 1, refused: 3 });
});

Deno.test("Reporter leaves a module's broken check out and sends the rest", () => {
  const check = { summary: "x", detail: [], count: 1 };
  const s = new Setting({
    moduleChecks: () => new Map([["GOOD", { ...check, severity: 1 }], ["BAD", { ...check, severity: 9 }]]),
    clusterChecks: () => steps(new Map([["PG_DEGRADED", { ...check, severity: 0 }]])),
  });
  s.heard(0);
  s.heard(1);
  assertEquals([...s.reports[0]!.healthChecks.keys()], ["GOOD", "PG_DEGRADED"]);
  assertEquals(s.reporter.counts, { sent: 1, refused: 1 });
});

Deno.test("Reporter survives an error in the making of a report", async () => {
  const s = new Setting({
    clusterChecks: () => {
      throw new Error("a bug");
    },
  });
  s.heard(0);
  s.heard(1);
  await s.clock.advance(2000);
  assertEquals(s.reporter.counts, { sent: 0, refused: 2 });
});

Deno.test("Reporter sends a changed ServiceMap until the monitors send it back", async () => {
  const s = new Setting();
  s.serviceMap.received({ epoch: 4, modified: { sec: 0, nsec: 0 }, services: new Map() });
  s.serviceMapEpoch = 4;
  s.heard(0);
  s.heard(1);
  assertEquals(s.reports[0]!.serviceMapBl.length, 0);
  const key = { type: "rgw", name: "a" };
  s.index.addService(key);
  s.serviceMap.register(key, { gid: 9n, addr: BLANK_ADDR, metadata: new Map() }, { sec: 5, nsec: 0 });
  s.reachable = false;
  await s.clock.advance(2000);
  s.reachable = true;
  await s.clock.advance(2000);
  const map = decodeAll(s.reports[1]!.serviceMapBl, ServiceMap.decode);
  assertEquals(map.epoch, 5);
  assert(map.services.get("rgw")!.daemons.has("a"));
  s.serviceMapEpoch = 5;
  await s.clock.advance(2000);
  assertEquals(s.reports[2]!.serviceMapBl.length, 0);
});

Deno.test("Reporter sends the statistics without a ServiceMap that cannot be sent", async () => {
  const s = new Setting();
  s.serviceMap.received({ epoch: 4, modified: { sec: 0, nsec: 0 }, services: new Map() });
  s.heard(0);
  s.heard(1);
  const key = { type: "rgw", name: "a" };
  s.index.addService(key);
  const metadata = new Map([["broken", "\ud800"]]);
  s.serviceMap.register(key, { gid: 9n, addr: BLANK_ADDR, metadata }, { sec: 5, nsec: 0 });
  await s.clock.advance(4000);
  assertEquals(s.reports.map((r) => r.serviceMapBl.length), [0, 0, 0]);
  assertEquals(s.reporter.counts, { sent: 3, refused: 1 });
});

Deno.test("Reporter goes on when OSDs report numbers beyond all reason", async () => {
  const s = new Setting();
  const huge = 2 ** 64 - 2048;
  const statfs = { ...zeroStatfs(), total: huge, available: huge, allocated: 2 ** 62 };
  const osd = { statfs, numPgs: 2 ** 32 - 1, snapTrimQueueLen: 2 ** 31 - 1, opQueueAgeHist: [2 ** 31 - 1] };
  for (const id of [0, 1]) {
    s.pgMap.ingest(
      id,
      osdReport({ [`1.${id}`]: { stats: { numBytes: 2 ** 62, numFlushModeHigh: 2 ** 31 - 1 } } }, osd),
    );
    s.reporter.osdReported(id);
  }
  await s.clock.advance(2000);
  assertEquals(s.reporter.counts, { sent: 2, refused: 0 });
});

/** Reports that stand still until `go`: one step at each call. */
class Slow {
  readonly under: Generator<unknown, void>[] = [];
  readonly setting = new Setting({ inSteps: (report) => Promise.resolve(void this.under.push(report)) });

  constructor() {
    for (const osd of [0, 1]) this.setting.heard(osd);
  }

  /** Steps of the report that is being made, at most `n`. */
  go(n = Infinity): void {
    const report = this.under[0]!;
    for (let i = 0; i < n; i++) if (report.next().done) return void this.under.shift();
  }
}

Deno.test("Reporter makes one report at a time, and another one when it was asked for meanwhile", () => {
  const { setting, under, go } = bound(new Slow());
  go(1);
  setting.reporter.report();
  setting.reporter.report();
  assertEquals([under.length, setting.reports.length], [1, 0]);
  go();
  assertEquals([under.length, setting.reports.length], [1, 1]);
  go();
  assertEquals([under.length, setting.reports.length], [0, 2]);
});

Deno.test("Reporter: what comes while a report is made is for the next one", () => {
  const { setting, go } = bound(new Slow());
  go(3);
  setting.pgMap.ingest(0, osdReport({ "1.2": {} }, { seq: 9n }));
  go();
  assertEquals(setting.reporter.counts, { sent: 1, refused: 0 });
});

Deno.test("Reporter throws a report away when the role is lost, or the tenure ends, while it is made", () => {
  for (const end of [(s: Setting) => void (s.mayAct = false), (s: Setting) => s.reporter.stop()]) {
    const { setting, go } = bound(new Slow());
    go(3);
    end(setting);
    go();
    assertEquals([setting.reports.length, setting.lines.length], [0, 0]);
  }
});

const bound = (slow: Slow) => ({ setting: slow.setting, under: slow.under, go: slow.go.bind(slow) });
