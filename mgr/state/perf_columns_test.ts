/** Counters of many daemons in one answer. */

import { assertEquals } from "@std/assert";
import { Encoder } from "../encoding/mod.ts";
import type { PerfCounterType } from "../types/perf_counter_type.ts";
import { DaemonIndex } from "./daemon_state.ts";
import { type CounterSelection, type PerfColumns, perfColumns } from "./perf_columns.ts";
import { PerfCounters } from "./perf_counters.ts";

const AVERAGE = 5;
const counter = (path: string, priority = 5, type = 10): PerfCounterType => ({
  path,
  description: "",
  nick: "",
  type,
  priority,
  unit: 1,
});

function packed(...values: bigint[]): Uint8Array {
  const e = new Encoder();
  e.versioned(1, 1, (e) => values.forEach((v) => e.u64(v)));
  return e.finish();
}

/** osd.0 and osd.1 on host b with the same counters, mon.a on host a, osd.2 without any. */
function cluster(): DaemonIndex {
  const [index, counters] = [new DaemonIndex(), new PerfCounters()];
  const add = (
    type: string,
    name: string,
    hostname: string,
    types: PerfCounterType[],
    report: Uint8Array,
  ) => {
    const state = index.add({ type, name });
    state.setMetadata(new Map([["hostname", hostname]]));
    state.counters = counters.open();
    state.counters.declare(types, []);
    state.counters.ingest(report, 1);
  };
  for (const [name, n] of [["0", 1n], ["1", 10n]] as const) {
    add(
      "osd",
      name,
      "b",
      [counter("op"), counter("lat", 8, AVERAGE), counter("rare", 2)],
      packed(n, 4n, 4n, n + 1n, 9n),
    );
  }
  add("mon", "a", "a", [counter("op", 10)], packed(2n ** 63n));
  index.add({ type: "osd", name: "2" });
  return index;
}

function read(selection: Partial<CounterSelection>): PerfColumns {
  const steps = perfColumns(cluster(), { prioLimit: 0, values: true, ...selection });
  while (true) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const words = (column: Uint32Array): bigint[] => [...new BigUint64Array(column.buffer)];

Deno.test("perfColumns() has what daemons have in common once, and their values one after another", () => {
  const { types, layouts, daemons, values, counts } = read({ services: ["osd", "mon"], prioLimit: 5 });
  assertEquals(types.map(({ path, priority }) => [path, priority]), [["op", 10], ["lat", 8], ["op", 5]]);
  assertEquals(layouts.map((layout) => [...layout]), [[], [0], [1, 2]]);
  assertEquals(daemons, [["osd.2", 0], ["mon.a", 1], ["osd.0", 2], ["osd.1", 2]]);
  assertEquals(words(values), [2n ** 63n, 1n, 2n, 10n, 11n]);
  assertEquals(words(counts), [0n, 4n, 0n, 4n, 0n]);
});

Deno.test("perfColumns() answers for one daemon, for nobody, and without values", () => {
  assertEquals(read({ services: ["osd"], id: "1" }).daemons, [["osd.1", 0]]);
  assertEquals(read({ services: ["osd"], id: "9" }).daemons, []);
  const { daemons, values } = read({ values: false });
  assertEquals(daemons.map(([name]) => name), ["mon.a", "osd.0", "osd.1", "osd.2"]);
  assertEquals(values.length, 0);
});

Deno.test("perfColumns() leaves zeros for a daemon whose counters change during a pause", () => {
  const index = cluster();
  const steps = perfColumns(index, { services: ["osd"], id: "0", prioLimit: 0, values: true });
  steps.next();
  index.get({ type: "osd", name: "0" })!.counters!.declare([counter("new")], []);
  const { value } = steps.next();
  assertEquals(words((value as PerfColumns).values), [0n, 0n, 0n]);
});
