/** A module that sends too much waits, until the second is over. */

import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/fakes/fake_clock.ts";
import { HOST_TIME_PER_SECOND_MS, HostTime } from "./host_time.ts";

Deno.test("HostTime.spend() lets pass what is in the budget, and puts off the rest to the next second", async () => {
  const clock = new FakeClock();
  const time = new HostTime(clock);
  assertEquals(time.spend(HOST_TIME_PER_SECOND_MS), undefined);
  await clock.advance(400);
  let waited = false;
  const pause = time.spend(1)?.then(() => waited = true);
  await clock.advance(599);
  assertEquals(waited, false);
  await clock.advance(1);
  await pause;
  assertEquals(waited, true);
  assertEquals(time.spend(HOST_TIME_PER_SECOND_MS), undefined);
  assertEquals(time.totalMs, 2 * HOST_TIME_PER_SECOND_MS + 1);
});
