/** The figures of processes. */

import { assert, assertEquals } from "@std/assert";
import { parseStat, processFigures } from "./process_figures.ts";

Deno.test("parseStat() is not led astray by the name of the process", () => {
  const rest = "S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 3 0 5000 1000 2560 18446744073709551615";
  assertEquals(parseStat(`7 (a) b ( c) ${rest}`, 60), {
    rssBytes: 2560 * 4096,
    cpuSeconds: 2,
    uptimeSeconds: 10,
  });
});

Deno.test("processFigures() knows our own process, and none that has ended", async () => {
  const { rssBytes, cpuSeconds } = await processFigures(Deno.pid);
  assert(rssBytes > 2 ** 20 && cpuSeconds > 0);
  const none = { rssBytes: 0, cpuSeconds: 0, uptimeSeconds: 0 };
  assertEquals(await processFigures(undefined), none);
  assertEquals(await processFigures(2 ** 30), none);
});
