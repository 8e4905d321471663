/** Queries of modules and the counters that come for them. */

import { assertEquals, assertThrows } from "@std/assert";
import { DecodeError, Encoder } from "../encoding/mod.ts";
import { MdsCounter, MdsSubKey, OsdCounter, OsdSubKey, type PerfQuery } from "../types/perf_query.ts";
import { MAX_QUERIES, PerfQueries, type PerfQueryAnswer, type PerfQueryRow } from "./perf_queries.ts";

const QUERY: PerfQuery = {
  keyDescriptor: [{ type: OsdSubKey.poolId, regex: "^(.+)$" }],
  counters: [OsdCounter.writeOps, OsdCounter.writeLatency],
};

function packed(...numbers: number[]): Uint8Array {
  const e = new Encoder();
  for (const n of numbers) e.u64n(n);
  return e.finish();
}

const osdReport = (pool: string, ops: number, ns: number, count: number) => ({
  kind: "osd" as const,
  reports: [{
    query: QUERY,
    report: { counters: QUERY.counters, groups: [{ key: [[pool]], packed: packed(ops, ns, count) }] },
  }],
});

Deno.test("PerfQueries adds the deltas of OSDs up until they are read, for each query by itself", () => {
  const queries = new PerfQueries("osd");
  const [a, b] = [queries.add(QUERY, undefined)!, queries.add(QUERY, undefined)!];
  queries.ingest(osdReport("1", 2, 500, 2), 1);
  queries.ingest(osdReport("1", 3, 700, 3), 2);
  queries.ingest(osdReport("2", 1, 100, 1), 3);
  const rows: PerfQueryRow[] = [
    { key: [["1"]], counters: [[5, 0], [1200, 5]] },
    { key: [["2"]], counters: [[1, 0], [100, 1]] },
  ];
  assertEquals(queries.read(a), { rows, delayedRanks: [], updatedAt: 3 });
  assertEquals(queries.read(a)!.rows, []);
  assertEquals(queries.read(b)!.rows, rows);
  assertEquals(queries.read(99), undefined);
});

Deno.test("PerfQueries matches counters by their type: a daemon may leave some out", () => {
  const queries = new PerfQueries("osd");
  const id = queries.add(QUERY, undefined)!;
  const report = { counters: [OsdCounter.writeLatency], groups: [{ key: [["1"]], packed: packed(700, 3) }] };
  queries.ingest({ kind: "osd", reports: [{ query: QUERY, report }] }, 1);
  const rows: PerfQueryRow[] = [{ key: [["1"]], counters: [[0, 0], [700, 3]] }];
  assertEquals(queries.read(id)!.rows, rows);
});

Deno.test("PerfQueries.wanted has equal queries once, with limits only when all have one", () => {
  const queries = new PerfQueries("osd");
  const limit = (maxCount: number) => ({ orderBy: OsdCounter.writeOps, maxCount });
  queries.add(QUERY, limit(5));
  queries.add(QUERY, limit(2));
  queries.add(QUERY, limit(5));
  assertEquals(queries.wanted, [{ query: QUERY, limits: [limit(2), limit(5)] }]);
  const all = queries.add(QUERY, undefined)!;
  assertEquals(queries.wanted, [{ query: QUERY, limits: [] }]);
  assertEquals([queries.remove(all), queries.remove(all)], [true, false]);
  assertEquals(queries.wanted[0]!.limits.length, 2);
});

Deno.test("PerfQueries replaces the totals of MDSs and tells which ranks are late", () => {
  const query = {
    keyDescriptor: [{ type: MdsSubKey.mdsRank, regex: "^(.*)$" }],
    counters: [MdsCounter.capHit],
  };
  const queries = new PerfQueries("mds");
  const id = queries.add(query, undefined)!;
  const report = (hits: number) => ({
    kind: "mds" as const,
    report: {
      reports: [{
        query,
        report: { counters: query.counters, groups: [{ key: [["0"]], packed: packed(hits, 1) }] },
      }],
      rankMetricsDelayed: [1],
    },
  });
  queries.ingest(report(5), 1);
  queries.ingest(report(7), 2);
  const expected: PerfQueryAnswer = {
    rows: [{ key: [["0"]], counters: [[7, 1]] }],
    delayedRanks: [1],
    updatedAt: 2,
  };
  assertEquals(queries.read(id), expected);
  assertEquals(queries.read(id), expected);
});

Deno.test("PerfQueries throws for counters that are cut short, and takes only so many queries", () => {
  const queries = new PerfQueries("osd");
  queries.add(QUERY, undefined);
  const report = { counters: QUERY.counters, groups: [{ key: [["1"]], packed: packed(1) }] };
  assertThrows(() => queries.ingest({ kind: "osd", reports: [{ query: QUERY, report }] }, 1), DecodeError);
  for (let i = 1; i < MAX_QUERIES; i++) queries.add(QUERY, undefined);
  assertEquals(queries.add(QUERY, undefined), undefined);
});
