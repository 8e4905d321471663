/** Waiting for a condition, with and without a limit. */

import { assertEquals } from "@std/assert";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { Waiters } from "./waiters.ts";

Deno.test("Waiters.when() resolves when the condition holds, not at any change", async () => {
  const waiters = new Waiters();
  let value = 0;
  let done = false;
  const waiting = waiters.when(() => value === 2).then(() => done = true);
  value = 1;
  waiters.wake();
  await settle();
  assertEquals(done, false);
  value = 2;
  waiters.wake();
  await waiting;
  await waiters.when(() => value === 2);
});

Deno.test("Waiters.until() tells whether the condition came in time", async () => {
  const clock = new FakeClock();
  const waiters = new Waiters();
  let value = 0;
  const late = waiters.until(clock, 100, () => value === 1);
  await clock.advance(100);
  assertEquals(await late, false);
  const inTime = waiters.until(clock, 100, () => value === 1);
  value = 1;
  waiters.wake();
  assertEquals(await inTime, true);
});
