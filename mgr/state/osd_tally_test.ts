/** Counts by OSD. */

import { assertEquals } from "@std/assert";
import { OsdTally } from "./osd_tally.ts";

Deno.test("OsdTally counts ids near and far without room for those between", () => {
  const tally = new OsdTally();
  for (const osd of [3, 5000, 3, 0x7fffffff, 0x7ffffffe, 0x7fffffff, -1]) tally.add(osd);
  assertEquals([...tally.entries()], [[3, 2], [5000, 1], [0x7fffffff, 2], [0x7ffffffe, 1], [-1, 1]]);
});
