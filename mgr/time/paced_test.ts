/** Runs that follow changes at a limited rate. */

import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/fakes/fake_clock.ts";
import { Paced } from "./paced.ts";

Deno.test("Paced runs soon after the first change, and once for all that come within its period", async () => {
  const clock = new FakeClock();
  const runs: number[] = [];
  const paced = new Paced(clock, 1000, () => runs.push(clock.now()));
  await clock.advance(500);
  for (let i = 0; i < 10; i++) paced.soon();
  await clock.advance(0);
  assertEquals(runs, [500]);
  await clock.advance(100);
  for (let i = 0; i < 10; i++) paced.soon();
  await clock.advance(5000);
  assertEquals(runs, [500, 1500]);
});

Deno.test("Paced.cancel() leaves nothing behind, and changes count again afterwards", async () => {
  const clock = new FakeClock();
  let runs = 0;
  const paced = new Paced(clock, 1000, () => runs++);
  paced.soon();
  paced.cancel();
  await clock.advance(5000);
  assertEquals(runs, 0);
  paced.soon();
  await clock.advance(0);
  assertEquals(runs, 1);
});
