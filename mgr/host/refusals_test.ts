/** Refused calls: counted, and remembered for the operator within bounds. */

import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/fakes/fake_clock.ts";
import { Refusals } from "./refusals.ts";

Deno.test("Refusals counts all, and remembers what was missing once and not without end", () => {
  const refusals = new Refusals("box", new FakeClock());
  assertEquals(refusals.add("get", ["get health"]), true);
  assertEquals(refusals.add("get", ["get health"]), false);
  for (let i = 0; i < 100; i++) refusals.add("get", [`get name_${i}`]);
  assertEquals(refusals.count, 102);
  assertEquals(refusals.missing.length, 20);
  refusals.forget();
  assertEquals([refusals.count, refusals.missing], [102, []]);
});
