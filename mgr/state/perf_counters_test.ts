/** Counters as they are declared, reported, withdrawn and read. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { DecodeError, Encoder } from "../encoding/mod.ts";
import type { PerfCounterType } from "../types/perf_counter_type.ts";
import { compareBytes, MAX_COUNTERS, PerfCounters } from "./perf_counters.ts";

const counter = (path: string, type = 10): PerfCounterType => ({
  path,
  description: `about ${path}`,
  nick: "",
  type,
  priority: 5,
  unit: 1,
});

function packed(...values: (number | bigint)[]): Uint8Array {
  const e = new Encoder();
  e.versioned(1, 1, (e) => {
    for (const v of values) e.u64(BigInt(v));
  });
  return e.finish();
}

const AVERAGE = 5;

Deno.test("DaemonCounters.ingest() gives the numbers to the paths in the order of their bytes", () => {
  const c = new PerfCounters().open();
  c.declare([counter("b"), counter("a.lat", AVERAGE), counter("\u{1f600}"), counter("\uffee")], []);
  c.ingest(packed(100, 4, 4, 1, 2, 3), 1000);
  assertEquals(c.schema().map(({ path }) => path), ["a.lat", "b", "\uffee", "\u{1f600}"]);
  assertEquals(c.latest("a.lat"), { time: 1000, value: 100, count: 4 });
  assertEquals(["b", "\uffee", "\u{1f600}"].map((p) => c.latest(p)!.value), [1, 2, 3]);
  assertEquals(c.latest("nosuch"), undefined);
});

Deno.test("DaemonCounters keeps twenty samples", () => {
  const c = new PerfCounters().open();
  c.declare([counter("x"), counter("y", AVERAGE)], []);
  assertEquals([c.history("x"), c.latest("x")], [[], undefined]);
  for (let i = 1; i <= 33; i++) c.ingest(packed(i, i * 10, i, i), i * 5000);
  const history = c.history("y");
  assertEquals([history.length, history[0], history.at(-1)], [
    20,
    { time: 70_000, value: 140, count: 14 },
    { time: 165_000, value: 330, count: 33 },
  ]);
  assertEquals(c.latest("x"), { time: 165_000, value: 33, count: undefined });
});

Deno.test("DaemonCounters.declare() adds and withdraws between reports", () => {
  const store = new PerfCounters();
  const c = store.open();
  c.declare([counter("m"), counter("z")], []);
  c.ingest(packed(1, 2), 1);
  c.declare([counter("a"), counter("n")], ["m"]);
  c.ingest(packed(10, 20, 30), 2);
  assertEquals(c.schema().map(({ path }) => [path, c.latest(path)!.value]), [
    ["a", 10],
    ["n", 20],
    ["z", 30],
  ]);
  assertEquals([c.history("a").length, c.history("z").length, c.history("m").length], [1, 2, 0]);
  c.declare([counter("z", AVERAGE)], []);
  c.ingest(packed(10, 20, 30, 3, 3), 3);
  assertEquals([c.history("z"), store.size], [[{ time: 3, value: 30, count: 3 }], 3]);
});

Deno.test("DaemonCounters.ingest() takes nothing of a report that has other numbers than declared", () => {
  const c = new PerfCounters().open();
  c.declare([counter("x"), counter("y", AVERAGE)], []);
  c.ingest(packed(1, 2, 3, 3), 1);
  for (
    const lie of [
      new Uint8Array(0),
      packed(7),
      packed(7, 8),
      packed(7, 8, 9),
      packed(7, 8, 9, 9).subarray(0, 20),
      packed(7, 8, 9, 9, 10),
    ]
  ) {
    assertThrows(() => c.ingest(lie, 2), DecodeError);
  }
  assertEquals(c.history("x"), [{ time: 1, value: 1, count: undefined }]);
  c.ingest(packed(4, 5, 6, 6), 3);
  assertEquals(c.latest("y"), { time: 3, value: 5, count: 6 });
});

Deno.test("DaemonCounters.ingest() keeps numbers up to 2^53 exactly", () => {
  const c = new PerfCounters().open();
  c.declare([counter("x")], []);
  c.ingest(packed(2n ** 53n - 1n), 1);
  assertEquals(c.latest("x")!.value, Number.MAX_SAFE_INTEGER);
  c.ingest(packed(2n ** 64n - 1n), 2);
  assertEquals(c.latest("x")!.value, 2 ** 64);
});

Deno.test("PerfCounters keeps daemons apart and uses freed rows again", () => {
  const store = new PerfCounters();
  const daemons = Array.from({ length: 9 }, () => store.open());
  daemons.forEach((c, i) => {
    c.declare([counter("x", AVERAGE), counter(`own.${i}`)], []);
    c.ingest(packed(i, 100 + i, i, i), i);
  });
  assertEquals(daemons.map((c) => c.latest("x")!.value), [100, 101, 102, 103, 104, 105, 106, 107, 108]);
  assertEquals(store.size, 10);
  daemons[3]!.free();
  assertEquals([store.size, daemons[3]!.size], [9, 0]);
  const late = store.open();
  late.declare([counter("x")], []);
  assertEquals(late.history("x"), []);
  late.ingest(packed(7), 9);
  daemons[3]!.declare([counter("x")], []);
  daemons[3]!.ingest(packed(666), 10);
  assertEquals([late.latest("x")!.value, daemons[2]!.latest("x")!.value, daemons[4]!.latest("x")!.value], [
    7,
    102,
    104,
  ]);
  for (const c of [...daemons, late]) c.free();
  assertEquals(store.size, 0);
});

Deno.test("PerfCounters shares equal descriptions and keeps different ones", () => {
  const store = new PerfCounters();
  const [a, b, c] = [store.open(), store.open(), store.open()];
  a.declare([counter("x")], []);
  b.declare([counter("x")], []);
  c.declare([{ ...counter("x"), type: AVERAGE }], []);
  assert(a.schema()[0] === b.schema()[0]);
  assertEquals(c.schema()[0]!.type, AVERAGE);
});

Deno.test("DaemonCounters.copyLatest() copies all 64 bits, and nothing where nothing has come", () => {
  const c = new PerfCounters().open();
  c.declare([counter("x"), counter("y", AVERAGE), counter("z")], []);
  const [values, counts] = [new BigUint64Array(3).fill(9n), new BigUint64Array(3)];
  const copy = (places: number[]): void =>
    c.copyLatest(new Uint32Array(places), new Uint32Array(values.buffer), new Uint32Array(counts.buffer), 2);
  copy([1, 2]);
  assertEquals([...values], [9n, 9n, 9n]);
  const big = 2n ** 63n + 1n;
  c.ingest(packed(1, big, 3, 3, 4), 8);
  copy([1, 2]);
  assertEquals([[...values], [...counts]], [[9n, big, 4n], [0n, 3n, 0n]]);
});

Deno.test("DaemonCounters.layout is one object for all that have declared the same", () => {
  const store = new PerfCounters();
  const [a, b] = [store.open(), store.open()];
  a.declare([counter("x"), counter("y")], []);
  b.declare([counter("x")], []);
  b.declare([counter("y")], []);
  assert(a.layout === b.layout);
  b.declare([counter("z")], []);
  assertEquals(b.layout.types.map(({ path }) => path), ["x", "y", "z"]);
  assert(a.layout !== b.layout);
});

Deno.test("DaemonCounters.declare() refuses too many counters and too long paths", () => {
  const c = new PerfCounters().open();
  const many = Array.from({ length: MAX_COUNTERS }, (_, i) => counter(`c${i}`));
  c.declare(many, []);
  assertThrows(() => c.declare([counter("one.more")], []), DecodeError);
  assertThrows(() => new PerfCounters().open().declare([counter("x".repeat(5000))], []), DecodeError);
});

Deno.test("compareBytes() orders as UTF-8 does", () => {
  const paths = ["\u{1f600}", "\uffee", "\ue000", "b", "a-b", "a.b", "a", "", "\u00e9", "a\u0000b", "A"];
  const utf8 = new TextEncoder();
  const byBytes = [...paths].sort((a, b) => utf8.encode(a).toHex() < utf8.encode(b).toHex() ? -1 : 1);
  assertEquals([...paths].sort(compareBytes), byBytes);
});
