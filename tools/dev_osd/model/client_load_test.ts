/** The load of pretended clients. */

import { assert, assertEquals } from "@std/assert";
import { DEFAULT_LOAD, NO_LOAD, objectsOf, workOf } from "./client_load.ts";

Deno.test("workOf() never falls, and averages what the load says", () => {
  let before = 0;
  for (let s = 0; s <= 3000; s += 5) {
    const { writes } = workOf(DEFAULT_LOAD, s, 3, 32);
    assert(writes >= before, `at ${s} s`);
    before = writes;
  }
  const expected = DEFAULT_LOAD.writes * 3000 / 32;
  assert(Math.abs(before - expected) < expected / 10, `${before}, not ${expected}`);
});

Deno.test("objectsOf() of all PGs is the pool's population", () => {
  const sum = (seconds: number): number =>
    Array.from({ length: 32 }, (_, seed) => objectsOf(DEFAULT_LOAD, seconds, seed, 32))
      .reduce((a, b) => a + b);
  assertEquals([sum(0), sum(225)], [2048, Math.round(2048 * 1.1)]);
  assertEquals(objectsOf(NO_LOAD, 100, 0, 1), 0);
});
