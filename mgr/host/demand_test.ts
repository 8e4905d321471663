/** When a module on demand is needed, and when it is idle. */

import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/fakes/fake_clock.ts";
import { Demand, IDLE_MS } from "./demand.ts";

function setUp(wakeMs?: number): { clock: FakeClock; demand: Demand; changes: boolean[] } {
  const clock = new FakeClock();
  const changes: boolean[] = [];
  const demand: Demand = new Demand(clock, wakeMs, () => changes.push(demand.isNeeded));
  demand.follow(true);
  return { clock, demand, changes };
}

Deno.test("Demand: a module is needed from its first use until a while after the last", async () => {
  const { clock, demand, changes } = setUp();
  assertEquals(demand.isNeeded, false);
  const [first, second] = [demand.use(), demand.use()];
  demand.served();
  first[Symbol.dispose]();
  await clock.advance(2 * IDLE_MS);
  assertEquals(demand.isNeeded, true);
  second[Symbol.dispose]();
  await clock.advance(IDLE_MS - 1);
  demand.use()[Symbol.dispose]();
  await clock.advance(IDLE_MS - 1);
  assertEquals(changes, [true]);
  await clock.advance(1);
  assertEquals(changes, [true, false]);
});

Deno.test("Demand: while serve() runs a module is not idle", async () => {
  const { clock, demand } = setUp();
  demand.use()[Symbol.dispose]();
  await clock.advance(10 * IDLE_MS);
  assertEquals(demand.isNeeded, true);
  demand.served();
  await clock.advance(IDLE_MS);
  assertEquals(demand.isNeeded, false);
});

Deno.test("Demand: a schedule begins at once, and wakes what is idle", async () => {
  const { clock, demand, changes } = setUp(60_000);
  assertEquals([demand.isNeeded, changes], [true, []]);
  demand.served();
  await clock.advance(IDLE_MS);
  assertEquals(demand.isNeeded, false);
  await clock.advance(60_000 - IDLE_MS);
  assertEquals(demand.isNeeded, true);
  await clock.advance(60_000);
  assertEquals(changes, [false, true]);
});

Deno.test("Demand: a module that is not wanted is never needed", async () => {
  const { clock, demand, changes } = setUp(60_000);
  demand.follow(false);
  demand.use()[Symbol.dispose]();
  await clock.advance(200_000);
  assertEquals([demand.isNeeded, changes], [false, []]);
});
