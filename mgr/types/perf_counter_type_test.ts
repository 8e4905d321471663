/** What daemons declare. */

import { assert, assertEquals } from "@std/assert";
import { decodeAll, encodeAll } from "../encoding/mod.ts";
import { type PerfCounterType, PerfCounterTypes } from "./perf_counter_type.ts";

const list = (n: number, description: string): PerfCounterType[] =>
  Array.from({ length: n }, (_, i) => ({
    path: `osd.counter_${i}`,
    description,
    nick: "",
    type: 10,
    priority: 5,
    unit: 1,
  }));

const decode = (types: readonly PerfCounterType[]): readonly PerfCounterType[] =>
  decodeAll(encodeAll(PerfCounterTypes.encode, types), PerfCounterTypes.decode);

Deno.test("PerfCounterTypes.decode() gives one array for equal bytes, and others for others", () => {
  const first = decode(list(20, "Operations"));
  assertEquals(first, list(20, "Operations"));
  assert(decode(list(20, "Operations")) === first);
  assert(decode(list(20, "operations")) !== first);
  assert(decode(list(20, "Operations")) === first);
});

Deno.test("PerfCounterTypes.decode() keeps no more than a few lists", () => {
  const first = decode(list(20, "the first"));
  for (let i = 0; i < 16; i++) decode(list(20, `another ${i}`));
  const again = decode(list(20, "the first"));
  assertEquals(again, first);
  assert(again !== first);
});
