/** How long a module that dies is put off, and when the operator is told. */

import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/fakes/fake_clock.ts";
import { Deaths } from "./deaths.ts";

const MAX_PAUSE_MS = 30_000;
const maxPause = (): number => MAX_PAUSE_MS;

Deno.test("Deaths.add() doubles the pause up to its end", () => {
  const deaths = new Deaths(new FakeClock(), maxPause);
  const pauses = Array.from({ length: 10 }, () => deaths.add("it died"));
  assertEquals(pauses, [200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, MAX_PAUSE_MS, MAX_PAUSE_MS]);
});

Deno.test("Deaths forgets what is older than ten minutes", async () => {
  const clock = new FakeClock();
  const deaths = new Deaths(clock, maxPause);
  deaths.add("first");
  await clock.advance(9 * 60_000);
  assertEquals(deaths.add("second"), 400);
  await clock.advance(60_000);
  assertEquals(deaths.count, 1);
  assertEquals(deaths.add("third"), 400);
  await clock.advance(10 * 60_000);
  assertEquals([deaths.count, deaths.add("fourth")], [0, 200]);
});

Deno.test("Deaths.trouble is told from the third death on, with the last reason", () => {
  const deaths = new Deaths(new FakeClock(), maxPause);
  deaths.add("a");
  deaths.add("b");
  assertEquals(deaths.trouble, undefined);
  deaths.add("its process ended with SIGKILL");
  assertEquals(deaths.trouble, "has died 3 times in the last 10 minutes: its process ended with SIGKILL");
  assertEquals(deaths.absence, undefined);
  for (let i = 0; i < 3; i++) deaths.add("its process ended with SIGKILL");
  assertEquals(deaths.absence, "its process ended with SIGKILL; the next start is in 7 s");
});
