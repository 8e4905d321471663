/** Sessions of daemons: recorded ones of real daemons, and all that a peer may do wrong. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  FakeManager,
  type FakePeer,
  GAUGE,
  LAUNDRY,
  ONE,
  OPEN,
  REPORT,
} from "../../tests/fakes/fake_daemon_peer.ts";
import { specFixtures } from "../../tests/spec_vectors.ts";
import { MMgrConfigure } from "../messages/mgr_configure.ts";
import { MMgrOpen } from "../messages/mgr_open.ts";
import { MMgrReport } from "../messages/mgr_report.ts";
import type { RawMessage } from "../types/raw_message.ts";
import { formatDaemonKey } from "../state/daemon_state.ts";

interface Fixture {
  type: number;
  version: number;
  compat: number;
  tid: number;
  front_hex: string;
  data_hex: string;
  json: { counters?: Record<string, number[]>; packed?: string };
}

const fixtures = specFixtures<Record<string, Fixture | Fixture[]>>("daemon_sessions");
const ignore = fixtures === undefined;

function raw(f: Fixture): RawMessage {
  return {
    type: f.type,
    version: f.version,
    compat: f.compat,
    priority: 127,
    tid: BigInt(f.tid),
    front: Uint8Array.fromHex(f.front_hex),
    middle: new Uint8Array(0),
    data: Uint8Array.fromHex(f.data_hex),
  };
}

const fixture = (name: string): Fixture => fixtures![name] as Fixture;
const chain = (name: string): Fixture[] => fixtures![name] as Fixture[];

function osd0(m: FakeManager): FakePeer {
  m.know("osd", "0");
  const peer = m.connect("osd.0");
  peer.says(MMgrOpen, OPEN);
  return peer;
}

/** Every counter of the recorded report has the value that `perf dump` would show. */
function assertCounters(m: FakeManager, key: { type: string; name: string }, f: Fixture): void {
  const counters = m.index.get(key)!.counters!;
  const expected = f.json.counters!;
  assertEquals(counters.schema().map(({ path }) => path), Object.keys(expected));
  for (const [path, [value, count]] of Object.entries(expected)) {
    const latest = counters.latest(path)!;
    assertEquals([path, latest.value, latest.count], [path, value!, count]);
  }
}

const CHAINS = [
  { name: "report_chain_osd0", open: "open_osd0_full", entity: "osd.0", key: { type: "osd", name: "0" } },
  { name: "report_chain_mon", open: "open_mon", entity: "mon.", key: { type: "mon", name: "a" } },
  { name: "report_chain_mds", open: "open_mds", entity: "mds.m", key: { type: "mds", name: "m" } },
];

for (const { name, open, entity, key } of CHAINS) {
  Deno.test({ ignore, name: `DaemonServer takes the recorded session of ${entity}` }, () => {
    const m = new FakeManager();
    m.know(key.type, key.name);
    const peer = m.connect(entity);
    peer.saysRaw(raw(fixture(open)));
    assertEquals(peer.got(MMgrConfigure).length, 1);
    for (const f of chain(name)) {
      peer.saysRaw(raw(f));
      assertEquals(peer.closedFor, undefined);
      assertCounters(m, key, f);
    }
    // Counters are declared in the first report only.
    assertEquals(m.schemaChanges, [formatDaemonKey(key)]);
    assertEquals(
      m.index.get(key)!.counters!.history(Object.keys(chain(name)[0]!.json.counters!)[0]!).length,
      2,
    );
  });
}

Deno.test(
  { ignore, name: "DaemonServer follows undeclared and redeclared counters, and a changed option" },
  () => {
    const m = new FakeManager();
    m.know("osd", "0");
    const peer = m.connect("osd.0");
    peer.saysRaw(raw(fixture("open_osd0_full")));
    const steps = [
      ...chain("report_chain_osd0"),
      fixture("report_undeclare_osd0"),
      fixture("report_redeclare_osd0"),
    ];
    for (const f of steps) {
      peer.saysRaw(raw(f));
      assertCounters(m, { type: "osd", name: "0" }, f);
    }
    const state = m.index.get({ type: "osd", name: "0" })!;
    assertEquals(state.config.values.get("debug_osd"), undefined);
    peer.saysRaw(raw(fixture("report_config_change_osd0")));
    assertEquals(state.config.values.get("debug_osd")?.get(1), "3/7");
    assertEquals(state.defaults().size, 1808);
    assertEquals(peer.closedFor, undefined);
  },
);

Deno.test({ ignore, name: "DaemonServer hands on the counters of perf queries by kind of daemon" }, () => {
  const m = new FakeManager();
  const peer = osd0(m);
  const [first] = chain("report_chain_osd0");
  peer.saysRaw(raw(first!));
  peer.saysRaw(raw(chain("report_osd_perf")[1]!));
  assertEquals(peer.closedFor, undefined);
  const { key, report } = m.perfReports.at(-1)!;
  assertEquals([formatDaemonKey(key), report.kind], ["osd.0", "osd"]);
  assert(report.kind === "osd" && report.reports.length > 0);
});

Deno.test({ ignore, name: "DaemonServer.configure() sends the bytes of ceph-mgr to an MDS" }, () => {
  const m = new FakeManager();
  m.know("mds", "m");
  const peer = m.connect("mds.m");
  peer.says(MMgrOpen, { ...OPEN, daemonName: "m" });
  assertEquals(peer.sent[0]!.front.toHex(), fixture("configure_mds_plain").front_hex);
});

Deno.test("DaemonServer.configure() stops the queries of an OSD that nobody wants", () => {
  const [configure] = osd0(new FakeManager()).got(MMgrConfigure);
  assertEquals(configure, {
    statsPeriod: 5,
    statsThreshold: 5,
    osdPerfMetricQueries: [],
    metricConfigMessage: { kind: "osd", queries: [] },
  });
});

Deno.test(
  { ignore, name: "DaemonServer takes statistics only from the OSD itself and of our cluster" },
  () => {
    const m = new FakeManager();
    const stats = raw(fixture("pgstats_small"));
    m.connect("osd.0").saysRaw(stats);
    assertEquals(m.pgStats, [0]);
    for (const [name, gid] of [["client.admin", 1n], ["mds.m", 1n], ["mon.", 0n]] as const) {
      const peer = m.connect(name, { gid, helloType: 4, allowAll: true });
      peer.saysRaw(stats);
      assert(peer.closedFor !== undefined);
    }
    const foreign = { ...stats, front: stats.front.slice() };
    foreign.front[20]! ^= 1;
    const peer = m.connect("osd.0");
    peer.saysRaw(foreign);
    assertStringIncludes(peer.closedFor!, "cluster");
    const short = m.connect("osd.0");
    short.saysRaw({ ...stats, front: stats.front.subarray(0, 30) });
    assert(short.closedFor !== undefined);
    assertEquals(m.pgStats, [0]);
  },
);

Deno.test("DaemonServer closes an unknown daemon, has its metadata fetched and knows it when it comes back", () => {
  const m = new FakeManager();
  m.metadata.set("osd.77", { id: 77, hostname: "h7", arch: "x86_64" });
  const peer = m.connect("osd.77");
  peer.says(MMgrOpen, { ...OPEN, daemonName: "77" });
  assertEquals(peer.got(MMgrConfigure).length, 1);
  assert(peer.closedFor !== undefined);
  assertEquals(m.fetched.map(formatDaemonKey), ["osd.77"]);
  const again = m.connect("osd.77");
  again.says(MMgrOpen, { ...OPEN, daemonName: "77" });
  assertEquals(again.closedFor, undefined);
  const { hostname, metadata } = m.index.get({ type: "osd", name: "77" })!;
  assertEquals([hostname, Object.fromEntries(metadata)], ["h7", { arch: "x86_64" }]);
});

Deno.test("DaemonServer keeps daemons waiting while the monitors still tell who there is", async () => {
  const m = new FakeManager();
  const loaded = Promise.withResolvers<void>();
  m.loading = loaded.promise;
  const [early, gone] = [m.connect("osd.77"), m.connect("osd.77")];
  const opens = [early, gone].map((peer) => peer.says(MMgrOpen, { ...OPEN, daemonName: "77" }));
  assertEquals([early.sent.length, early.closedFor], [0, undefined]);
  gone.close("the peer closed the connection");
  m.know("osd", "77");
  loaded.resolve();
  await Promise.all(opens);
  assertEquals([early.got(MMgrConfigure).length, gone.got(MMgrConfigure).length], [1, 0]);
  assertEquals([early.closedFor, m.fetched], [undefined, []]);
});

Deno.test("DaemonServer closes a session whose open turns out to be wrong after it has waited", async () => {
  const m = new FakeManager();
  m.loading = Promise.resolve();
  const peer = m.connect("osd.77");
  const open = peer.says(MMgrOpen, { ...OPEN, daemonName: "77", configBl: Uint8Array.of(1) });
  m.know("osd", "77");
  await open;
  assert(peer.closedFor !== undefined);
});

Deno.test("DaemonServer answers a client that opens without a service, and closes it", () => {
  const m = new FakeManager();
  const peer = m.connect("client.admin", { allowAll: true });
  peer.says(MMgrOpen, { ...OPEN, daemonName: "admin" });
  assertEquals(peer.got(MMgrConfigure).length, 1);
  assert(peer.closedFor !== undefined);
  assertEquals(m.fetched, []);
});

Deno.test("DaemonServer refuses messages in the name of others", () => {
  const forged = [
    ["osd.0", { daemonName: "1" }],
    ["osd.0", { daemonName: "0", serviceName: "mds" }],
    ["osd.0", { daemonName: "0", serviceName: "laundry" }],
    ["mds.m", { daemonName: "n" }],
    ["mon.", { daemonName: "a", serviceName: "osd" }],
    ["client.x", { ...LAUNDRY, serviceName: "osd", daemonName: "0" }],
    ["client.x", { ...LAUNDRY, serviceName: "mon", daemonName: "a" }],
    ["client.x", { ...LAUNDRY, serviceName: "client", daemonName: "x" }],
    ["client.x", { ...LAUNDRY, daemonName: "n".repeat(300) }],
  ] as const;
  for (const [name, open] of forged) {
    const m = new FakeManager();
    for (const id of ["0", "1"]) m.know("osd", id);
    for (const id of ["m", "n"]) m.know("mds", id);
    m.know("mon", "a");
    const size = m.index.size;
    const peer = m.connect(name, { helloType: 4 });
    peer.says(MMgrOpen, { ...OPEN, ...open });
    assert(peer.closedFor !== undefined, `${name} as ${JSON.stringify(open)}`);
    assertEquals([m.index.size, peer.sent.length], [size, 0]);
  }
});

Deno.test("DaemonServer refuses a report for another daemon than its session's", () => {
  const m = new FakeManager();
  m.know("osd", "1");
  const peer = osd0(m);
  peer.says(MMgrReport, { ...REPORT, daemonName: "1" });
  assert(peer.closedFor !== undefined);
  const unopened = m.connect("osd.1");
  unopened.says(MMgrReport, { ...REPORT, daemonName: "1" });
  assertStringIncludes(unopened.closedFor!, "without an open");
});

Deno.test("DaemonServer tells the cluster of a client that reports without a service", () => {
  const m = new FakeManager();
  const peer = m.connect("client.admin");
  peer.says(MMgrReport, { ...REPORT, daemonName: "admin" });
  assertEquals(m.logged, ["3 rejecting report from non-daemon client admin at v2:127.0.0.1:0/1412209493"]);
  assert(peer.closedFor !== undefined);
});

Deno.test("DaemonServer takes what is newer than needed", () => {
  const peer = osd0(new FakeManager());
  peer.says(MMgrReport, {
    ...REPORT,
    declareTypes: [GAUGE],
    packed: ONE,
    undeclareTypes: ["never.was"],
    daemonHealthMetrics: [{ type: 77, n1: 1, n2: 2 }, { type: 0, n1: 1, n2: 4 }],
  });
  assertEquals(peer.closedFor, undefined);
});

Deno.test("DaemonServer ignores messages that are not for a manager", () => {
  const peer = osd0(new FakeManager());
  for (const type of [13, 58, 4242]) {
    peer.saysRaw({
      type,
      version: 1,
      compat: 1,
      priority: 127,
      tid: 0n,
      front: new Uint8Array(3),
      middle: new Uint8Array(0),
      data: new Uint8Array(0),
    });
  }
  assertEquals(peer.closedFor, undefined);
});

Deno.test("DaemonServer closes a session whose message needs a newer reader", () => {
  const peer = osd0(new FakeManager());
  peer.saysRaw({
    type: MMgrOpen.type,
    version: 99,
    compat: 99,
    priority: 127,
    tid: 0n,
    front: new Uint8Array(300),
    middle: new Uint8Array(0),
    data: new Uint8Array(0),
  });
  assert(peer.closedFor !== undefined);
});

Deno.test("DaemonServer.reconfigure() reaches daemons, but no service daemons and no monitors that say `mon`", () => {
  const m = new FakeManager();
  const osd = osd0(m);
  m.know("mon", "a");
  const [plain, named] = [m.connect("mon."), m.connect("mon.")];
  plain.says(MMgrOpen, { ...OPEN, daemonName: "a" });
  named.says(MMgrOpen, { ...OPEN, daemonName: "a", serviceName: "mon" });
  const laundry = m.connect("client.l");
  laundry.says(MMgrOpen, LAUNDRY);
  m.period = 3;
  m.server.reconfigure();
  const periods = [osd, plain, named, laundry].map((p) => p.got(MMgrConfigure).map((c) => c.statsPeriod));
  assertEquals(periods, [[5, 3], [5, 3], [5], [5]]);
  m.acting = false;
  m.server.reconfigure();
  assertEquals(osd.got(MMgrConfigure).length, 2);
});

Deno.test("DaemonServer.sendToOsd() reaches every session of the OSD and knows who was never there", () => {
  const m = new FakeManager();
  const [a, b] = [m.connect("osd.3"), m.connect("osd.3")];
  m.connect("client.x", { helloType: 4, gid: 4n });
  const message = { ...a.peer, type: 121 };
  const scrub = {
    type: message.type,
    version: 1,
    compat: 1,
    priority: 127,
    tid: 0n,
    front: new Uint8Array(0),
    middle: new Uint8Array(0),
    data: new Uint8Array(0),
  };
  assertEquals(m.server.sendToOsd(3, scrub), 2);
  assertEquals([a.sent.length, b.sent.length], [1, 1]);
  a.close("gone");
  b.close("gone");
  assertEquals(m.server.sendToOsd(3, scrub), 0);
  assertEquals(m.server.sendToOsd(4, scrub), undefined);
});

Deno.test("DaemonServer turns daemons away when we may not act", () => {
  const m = new FakeManager();
  m.acting = false;
  const peer = osd0(m);
  assertEquals(peer.sent, []);
  assert(peer.closedFor !== undefined);
});

Deno.test("DaemonServer drops the counters of a former session when a daemon opens again", () => {
  const m = new FakeManager();
  const old = osd0(m);
  const report = {
    ...REPORT,
    declareTypes: [GAUGE],
    packed: Uint8Array.fromHex("0101080000000700000000000000"),
  };
  old.says(MMgrReport, report);
  const state = m.index.get({ type: "osd", name: "0" })!;
  assertEquals(state.counters!.latest("x.y")!.value, 7);
  const fresh = m.connect("osd.0");
  fresh.says(MMgrOpen, OPEN);
  assertEquals(state.counters!.latest("x.y"), undefined);
  old.says(MMgrReport, { ...REPORT, packed: report.packed });
  assertEquals([old.closedFor, state.counters!.size, m.counters.size], [undefined, 0, 0]);
});
