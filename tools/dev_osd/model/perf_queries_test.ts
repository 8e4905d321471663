/** Queries about operations: keys, counters, limits, and what is left of them when they change. */

import { assertEquals } from "@std/assert";
import { Decoder } from "../../../mgr/encoding/mod.ts";
import { type LimitedQuery, OsdCounter, OsdSubKey, type QueryReport } from "../../../mgr/types/perf_query.ts";
import { PerfQueries, type PerfSample, subKeysOf } from "./perf_queries.ts";

function write(clientId: string, writeBytes: number): PerfSample {
  const subKeys = subKeysOf({
    clientId,
    clientAddress: "127.0.0.1:0/1",
    poolId: "3",
    namespace: "",
    osdId: "0",
    pgId: "3.1",
    objectName: "o",
    snapId: "head",
  });
  return { subKeys, reads: 0, writes: 1, readBytes: 0, writeBytes, latencyNs: 5 };
}

const byClient = (counters: readonly number[], limits: LimitedQuery["limits"] = []): LimitedQuery => ({
  query: { keyDescriptor: [{ type: OsdSubKey.clientId, regex: "^(client)\\.(.*)$" }], counters },
  limits,
});

const keysOf = ([report]: readonly QueryReport[]): string[] =>
  report!.report.groups.map(({ key }) => key.flat().join("."));

function numbersOf([report]: readonly QueryReport[]): number[] {
  const d = new Decoder(report!.report.groups[0]!.packed);
  return Array.from({ length: d.remaining / 8 }, () => d.u64n());
}

Deno.test("PerfQueries count by key since the last report; latencies are a sum and a count", () => {
  const queries = new PerfQueries();
  queries.set([
    byClient([OsdCounter.writeOps, OsdCounter.bytes, OsdCounter.writeLatency, OsdCounter.readOps]),
  ]);
  queries.add(write("client.1", 10));
  queries.add(write("client.1", 20));
  queries.add(write("mgr.7", 20));
  const reports = queries.take();
  assertEquals([keysOf(reports), numbersOf(reports)], [["client.1"], [2, 30, 10, 2, 0]]);
  assertEquals(keysOf(queries.take()), []);
});

Deno.test("PerfQueries with a limit report the greatest only", () => {
  const queries = new PerfQueries();
  queries.set([byClient([OsdCounter.writeBytes], [{ orderBy: OsdCounter.writeBytes, maxCount: 2 }])]);
  for (const [i, bytes] of [5, 30, 10].entries()) queries.add(write(`client.${i}`, bytes));
  assertEquals(keysOf(queries.take()), ["client.1", "client.2"]);
});

Deno.test("PerfQueries.set() keeps what was counted for queries that stay", () => {
  const queries = new PerfQueries();
  const [ops, bytes] = [byClient([OsdCounter.ops]), byClient([OsdCounter.bytes])];
  queries.set([ops, bytes]);
  queries.add(write("client.1", 10));
  queries.set([ops]);
  assertEquals(numbersOf(queries.take()), [1]);
  queries.set([]);
  assertEquals([queries.isIdle, queries.take()], [true, []]);
});
