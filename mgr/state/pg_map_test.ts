/** PgMap: which reports count, what an OSDMap changes, sums that stay right, rates. */

import { assertEquals, assertThrows } from "@std/assert";
import { CLEAN, FakeLayout, osdReport } from "../../tests/fakes/fake_cluster.ts";
import { DecodeError } from "../encoding/mod.ts";
import { hasState, pgStateText } from "../types/pg_state.ts";
import { addPg, addPoolStatfs, zeroPoolStat } from "../types/pool_stat.ts";
import { ZERO_TIME } from "../types/utime.ts";
import { osdSum, pgMapDigest, pgMapDigestSteps } from "./pg_digest.ts";
import { type Moment, type OsdReport, PgMap } from "./pg_map.ts";
import { statOf } from "./pg_record.ts";
import { pgSummaryText } from "./pg_summary.ts";

const at = (seconds: number): Moment => ({
  now: seconds * 1000,
  stamp: { sec: 1_700_000_000 + seconds, nsec: 0 },
});

const TWO_OSDS = new FakeLayout({ 0: { deviceClass: "hdd" }, 1: { deviceClass: "ssd" } }, { 1: 4 });

function mapOf(layout = TWO_OSDS): PgMap {
  const map = new PgMap();
  map.osdMap(layout, at(0));
  return map;
}

const states = (map: PgMap): Record<string, number> =>
  Object.fromEntries([...map.byState].map(([state, n]) => [pgStateText(state), n]));

Deno.test("PgMap.osdMap() makes unknown PGs of a new pool, more when it splits, fewer when it merges", () => {
  const map = mapOf();
  assertEquals(states(map), { unknown: 4 });
  assertEquals(statOf(map.get({ pool: 1, seed: 0 })!).lastActive, TWO_OSDS.modified);
  map.ingest(0, osdReport({ "1.0": {}, "1.3": {} }));
  map.osdMap(new FakeLayout({ 0: {}, 1: {} }, { 1: 6 }), at(2));
  assertEquals(states(map), { "active+clean": 2, unknown: 4 });
  map.osdMap(new FakeLayout({ 0: {}, 1: {} }, { 1: 3 }), at(4));
  assertEquals(states(map), { "active+clean": 1, unknown: 2 });
  assertEquals(map.numPg, 3);
});

Deno.test("PgMap.osdMap() forgets the PGs, the sums and the rates of a pool that is gone", () => {
  const map = mapOf();
  map.ingest(0, osdReport({ "1.0": { stats: { numObjects: 5 } } }, {}, { 1: { allocated: 10 } }));
  map.step(at(2));
  map.osdMap(new FakeLayout({ 0: {}, 1: {} }, {}), at(4));
  const digest = pgMapDigest(map, TWO_OSDS);
  assertEquals([digest.numPg, digest.pgPoolSum.size, digest.perPoolSumDelta.size], [0, 0, 0]);
  assertEquals(digest.pgSum, zeroPoolStat());
  assertEquals(map.counts.byOsd.get(0), { acting: 0, upNotActing: 0, primary: 0 });
});

Deno.test("PgMap tells whenever a report or an OSDMap has changed it", () => {
  let told = 0;
  const map: PgMap = new PgMap(undefined, () => told++);
  map.osdMap(new FakeLayout({ 0: {} }, { 1: 1 }), { now: 0, stamp: ZERO_TIME });
  map.ingest(0, osdReport({}));
  map.step({ now: 1, stamp: ZERO_TIME });
  map.ingest(7, osdReport({}));
  assertEquals([told, map.changes], [3, 3]);
});

Deno.test("PgMap.ingest() leaves out PGs of unknown pools, seeds beyond pg_num, and all before the first map", () => {
  const early = new PgMap();
  early.ingest(0, osdReport({ "1.0": {} }));
  assertEquals([early.numPg, early.osds.size], [0, 0]);
  const map = mapOf();
  map.ingest(0, osdReport({ "1.4": {}, "2.0": {}, "1.1": {} }, {}, { 2: { allocated: 1 } }));
  assertEquals(states(map), { unknown: 3, "active+clean": 1 });
});

Deno.test("PgMap.ingest() takes nothing of a report of which a part does not decode", () => {
  const map = mapOf();
  const whole = osdReport({ "1.0": {}, "1.1": {} }, { numPgs: 2 }, { 1: { total: 10, available: 5 } });
  const cut = (bytes: Uint8Array): Uint8Array => bytes.slice(0, -4);
  const [first, second] = whole.pgStat;
  const broken: OsdReport[] = [
    { ...whole, osdStat: cut(whole.osdStat) },
    { ...whole, pgStat: [first!, { ...second!, stat: cut(second!.stat) }] },
    { ...whole, poolStat: new Map([[1, cut(whole.poolStat.get(1)!)]]) },
  ];
  const { changes } = map;
  for (const report of broken) assertThrows(() => map.ingest(0, report), DecodeError);
  assertEquals([map.changes, states(map), map.osds.size], [changes, { unknown: 4 }, 0]);
  map.ingest(0, whole);
  assertEquals(states(map), { "active+clean": 2, unknown: 2 });
});

Deno.test("PgMap.ingest() keeps the statistics with the higher epoch, then the higher sequence", () => {
  const map = mapOf();
  const report = (reportedEpoch: number, reportedSeq: number, numObjects: number): void =>
    map.ingest(0, osdReport({ "1.0": { reportedEpoch, reportedSeq, stats: { numObjects } } }));
  report(10, 5, 1);
  report(10, 4, 2);
  report(9, 99, 3);
  assertEquals(map.sum.stats.numObjects, 1);
  report(10, 5, 4);
  assertEquals(map.sum.stats.numObjects, 4);
  report(11, 1, 5);
  assertEquals(map.sum.stats.numObjects, 5);
});

Deno.test("PgMap.ingest() keeps of an OSD that is out only the number of its report", () => {
  const map = mapOf(new FakeLayout({ 0: { in: false }, 1: {} }, {}));
  const stat = { seq: 7n, numPgs: 3, statfs: { ...zeroPoolStat().storeStats, total: 100 } };
  map.ingest(0, osdReport({}, stat));
  map.ingest(1, osdReport({}, stat));
  assertEquals(map.lastSeq, [7n, 7n]);
  assertEquals([map.osds.get(0)!.stat.numPgs, map.osds.get(0)!.stat.statfs.total], [0, 0]);
  assertEquals(osdSum(map.osds.values()).statfs.total, 100);
});

Deno.test("PgMap.ingest() takes nothing of an OSD whose id is beyond the map", () => {
  const map = mapOf();
  map.ingest(2_000_000_000, osdReport({}, { seq: 1n }));
  assertEquals([map.osds.size, map.lastSeq.length], [0, 0]);
});

Deno.test("PgMap.osdMap() zeroes an OSD that went out, forgets one that was purged, calms one that is down", () => {
  const map = mapOf();
  const stat = { seq: 7n, opQueueAgeHist: [1, 2], statfs: { ...zeroPoolStat().storeStats, total: 100 } };
  for (const osd of [0, 1]) map.ingest(osd, osdReport({}, stat, { 1: { allocated: 5 } }));
  map.osdMap(new FakeLayout({ 0: { up: false }, 1: { in: false } }, { 1: 4 }), at(2));
  assertEquals(map.lastSeq, [7n, 0n]);
  assertEquals(map.osds.get(0)!.stat.opQueueAgeHist, []);
  assertEquals(osdSum(map.osds.values()).statfs.total, 100);
  assertEquals(map.pools.get(1)!.sum.storeStats.allocated, 10);
  map.osdMap(new FakeLayout({ 1: { in: false } }, { 1: 4 }), at(4));
  assertEquals([...map.osds.keys()], [1]);
  assertEquals(map.pools.get(1)!.sum.storeStats.allocated, 5);
  assertEquals(map.pools.get(1)!.sum.numStoreStats, 1);
});

Deno.test("PgMap.osdMap() marks PGs stale whose acting primary is down, until they are reported again", () => {
  const map = mapOf();
  map.ingest(0, osdReport({ "1.0": { acting: [0, 1] }, "1.1": { acting: [1, 0] } }));
  map.osdMap(new FakeLayout({ 0: {}, 1: { up: false } }, { 1: 4 }), at(9));
  assertEquals(states(map), { unknown: 2, "active+clean": 1, "stale+active+clean": 1 });
  const stale = map.get({ pool: 1, seed: 1 })!;
  assertEquals(hasState(statOf(stale).state, "stale"), true);
  assertEquals(statOf(stale).lastUnstale, at(9).stamp);
  map.ingest(0, osdReport({ "1.1": { acting: [0], reportedEpoch: 11 } }));
  assertEquals(states(map), { unknown: 2, "active+clean": 2 });
});

Deno.test("PgMap counts PGs by OSD: acting, up but not acting, led, waited for; holes too", () => {
  const map = mapOf();
  const hole = 0x7fffffff;
  map.ingest(0, osdReport({ "1.0": { acting: [0, hole], up: [1, hole], upPrimary: 1, blockedBy: [1] } }));
  const count = (osd: number) => map.counts.byOsd.get(osd);
  assertEquals(count(0), { acting: 1, upNotActing: 0, primary: 0 });
  assertEquals(count(1), { acting: 0, upNotActing: 1, primary: 1 });
  assertEquals(count(hole), { acting: 1, upNotActing: 0, primary: 0 });
  assertEquals([...map.counts.blockedBy], [[1, 1]]);
  assertEquals([map.sum.up, map.sum.acting], [2, 2]);
});

Deno.test("PoolSum.purgedSnaps is what all PGs have purged, and nothing while one is unknown", () => {
  const layout = new FakeLayout({ 0: {} }, { 1: 2 });
  const map = mapOf(layout);
  map.ingest(0, osdReport({ "1.0": { purgedSnaps: new Map([[1n, 4n]]) } }));
  assertEquals(pgMapDigest(map, layout).purgedSnaps, new Map());
  map.ingest(0, osdReport({ "1.1": { purgedSnaps: new Map([[2n, 9n]]) } }));
  assertEquals(pgMapDigest(map, layout).purgedSnaps, new Map([[1, new Map([[2n, 3n]])]]));
});

Deno.test("PgMap averages its rates over the last six intervals", () => {
  const map = mapOf();
  for (let tick = 1; tick <= 10; tick++) {
    map.ingest(
      0,
      osdReport({ "1.0": { reportedSeq: tick, stats: { numWr: 100 * tick, numWrKb: 400 * tick } } }),
    );
    map.step(at(2 * tick));
  }
  const { pgSumDelta, stampDelta, perPoolSumDelta, perPoolSumDeltasStamps } = pgMapDigest(map, TWO_OSDS);
  assertEquals([pgSumDelta.stats.numWr, pgSumDelta.logSize, stampDelta], [600, 0, { sec: 12, nsec: 0 }]);
  assertEquals(perPoolSumDelta.get(1)!.stat.stats.numWr, 600);
  assertEquals(perPoolSumDelta.get(1)!.stamp, at(20).stamp);
  assertEquals(perPoolSumDeltasStamps.get(1), { sec: 12, nsec: 0 });
});

Deno.test("PgMap makes no rate of the first counters, and counts a pause of a pool as 20 s at most", () => {
  const map = mapOf();
  const report = (numRd: number): void =>
    map.ingest(0, osdReport({ "1.0": { reportedSeq: numRd, stats: { numRd } } }));
  report(1_000_000);
  map.step(at(2));
  assertEquals([map.delta.sum.numRd, map.delta.ms], [0, 0]);
  report(1_000_100);
  map.step(at(500));
  assertEquals([map.delta.sum.numRd, map.delta.ms], [100, 498_000]);
  assertEquals(map.pools.get(1)!.delta.ms, 20_000);
});

Deno.test("PgMap's sums equal those made anew from all PGs, whatever came before", () => {
  const layouts = [
    new FakeLayout({ 0: {}, 1: {}, 2: {} }, { 1: 8, 2: 3 }),
    new FakeLayout({ 0: {}, 1: { up: false }, 2: {} }, { 1: 5, 3: 4 }),
    new FakeLayout({ 0: {}, 1: {}, 2: { in: false } }, { 1: 16, 2: 2, 3: 4 }),
  ];
  const map = new PgMap();
  let seed = 1;
  const random = (below: number): number => (seed = (seed * 48271) % 0x7fffffff) % below;
  for (let i = 0; i < 400; i++) {
    if (i % 20 === 0) map.osdMap(layouts[random(3)]!, at(i));
    const pg = `${1 + random(3)}.${random(16).toString(16)}`;
    const stats = { numObjects: random(100), numBytes: random(1 << 30), numObjectsDegraded: random(3) };
    const acting = [random(3), random(3)];
    const state = [0, CLEAN, 0b10, 0b110 + 2 ** 33][random(4)]!;
    map.ingest(
      random(3),
      osdReport(
        { [pg]: { reportedSeq: i, state, acting, stats, logSize: random(9), blockedBy: [random(3)] } },
        {},
        {
          [1 + random(3)]: { allocated: random(1000) },
        },
      ),
    );
  }
  for (const [id, pool] of map.pools) {
    const sum = zeroPoolStat();
    const byState = new Map<number, number>();
    for (const record of pool.records) {
      addPg(sum, statOf(record), 1);
      byState.set(record.state, (byState.get(record.state) ?? 0) + 1);
    }
    for (const statfs of pool.statfs.values()) addPoolStatfs(sum, statfs, 1);
    assertEquals(pool.sum, sum, `pool ${id}`);
    assertEquals(new Map(pool.byState), byState);
  }
});

Deno.test("pgMapDigest() sums OSDs by class and finds the space of a rule in its fullest OSD", () => {
  const map = mapOf();
  const GIB = 2 ** 30;
  const statfs = (available: number) => ({ ...zeroPoolStat().storeStats, total: GIB, available });
  map.ingest(0, osdReport({}, { statfs: statfs(GIB / 2) }));
  map.ingest(1, osdReport({}, { statfs: statfs(GIB) }));
  const { osdSumByClass, availSpaceByRule, osdSum } = pgMapDigest(map, TWO_OSDS);
  assertEquals([...osdSumByClass].map(([name, sum]) => [name, sum.statfs.available]), [
    ["hdd", GIB / 2],
    ["ssd", GIB],
  ]);
  assertEquals(osdSum.statfs.available, 1.5 * GIB);
  const kib = GIB / 1024;
  assertEquals(
    [...availSpaceByRule],
    [[0, Math.trunc((kib / 2 - kib * (1 - Math.fround(0.95))) * 1024 / Math.fround(0.5))]],
  );
});

Deno.test("pgSummaryText() tells states, space and what is going on", () => {
  const map = mapOf();
  assertEquals(pgSummaryText(new PgMap()), "0 pgs: ; 0 B data, 0 B used, 0 B / 0 B avail");
  const stats = { numBytes: 3_000_000, numObjects: 4, numObjectCopies: 8, numObjectsDegraded: 4, numRd: 1 };
  map.ingest(0, osdReport({ "1.0": { stats } }));
  map.step(at(2));
  map.ingest(
    0,
    osdReport({
      "1.0": { stats: { ...stats, numRd: 21, numRdKb: 64, numObjectsRecovered: 6, numBytesRecovered: 4096 } },
    }),
  );
  map.step(at(4));
  assertEquals(
    pgSummaryText(map),
    "4 pgs: 3 unknown, 1 active+clean; 2.9 MiB data, 0 B used, 0 B / 0 B avail; " +
      "32 KiB/s rd, 10 op/s; 4/8 objects degraded (50.000%); 2 KiB/s, 3 objects/s recovering",
  );
  assertEquals(map.version, 3);
  assertEquals(new PgMap().stamp, ZERO_TIME);
});

Deno.test("pgMapDigestSteps() is of the moment in which it begins, whatever comes in between two steps", () => {
  const map = mapOf();
  map.ingest(0, osdReport({ "1.0": { stats: { numObjects: 5 } } }, { numOsds: 1 }));
  const before = pgMapDigest(map, TWO_OSDS);
  const steps = pgMapDigestSteps(map, TWO_OSDS);
  for (let n = 1;; n++) {
    const step = steps.next();
    if (step.done) return assertEquals(step.value, before);
    map.ingest(n % 2, osdReport({ "1.0": { reportedSeq: n, stats: { numObjects: n } } }, { numOsds: n }));
  }
});

Deno.test("pgMapDigest() knows no space of a rule whose root has no weight, or that does not exist", () => {
  const map = mapOf();
  map.ingest(0, osdReport({}, { statfs: { ...zeroPoolStat().storeStats, total: 100, available: 50 } }));
  const avail = (weights: ReadonlyMap<number, number> | undefined) =>
    pgMapDigest(map, Object.assign(new FakeLayout({ 0: {} }, { 1: 4 }), { ruleWeights: () => weights }))
      .availSpaceByRule.get(0);
  assertEquals(avail(new Map([[0, NaN]])), -1);
  assertEquals(avail(new Map([[0, 0], [7, 1]])), -1);
  assertEquals(avail(new Map()), 0);
  assertEquals(avail(undefined), -2);
});
