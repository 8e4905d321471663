/** Memory that the C library keeps. */

import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../tests/fakes/fake_clock.ts";
import { TRIM_MS, trimMemory, trimmer } from "./spare_memory.ts";

Deno.test("trimMemory() trims again and again until it is cancelled", async () => {
  const clock = new FakeClock();
  let trims = 0;
  const timer = trimMemory(clock, () => trims++);
  await clock.advance(3 * TRIM_MS);
  timer!.cancel();
  await clock.advance(TRIM_MS);
  assertEquals(trims, 3);
});

Deno.test("trimmer() calls the C library, and is nothing where there is no such library", () => {
  assertEquals(trimmer("libno-such-thing.so"), undefined);
  const trim = trimmer();
  if (Deno.build.os === "linux" && Deno.build.env === "gnu") assert(trim !== undefined);
  trim?.();
});
