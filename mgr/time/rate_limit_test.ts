/** Limits of log lines. */

import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/fakes/fake_clock.ts";
import { andMore, RateLimit } from "./rate_limit.ts";

Deno.test("RateLimit.take() lets so many through in a period and tells how many it dropped", async () => {
  const clock = new FakeClock();
  const limit = new RateLimit(clock, 2, 1000);
  const seen: string[] = [];
  const take = (): void => limit.take((dropped) => void seen.push(`one${andMore(dropped)}`));
  for (let i = 0; i < 5; i++) take();
  assertEquals(seen, ["one", "one"]);
  clock.jumpWall(5000);
  take();
  await clock.advance(1000);
  take();
  assertEquals(seen, ["one", "one", "one (and 4 more)"]);
});
