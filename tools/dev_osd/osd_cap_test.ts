/** Caps of clients of simulated OSDs. */

import { assertEquals } from "@std/assert";
import { OsdCap } from "./osd_cap.ts";

Deno.test("OsdCap grants letters by pool and namespace", () => {
  const cap = new OsdCap("allow r, allow rwx pool=p, allow w namespace=n*");
  assertEquals(cap.allows("r", "q", ""), true);
  assertEquals(cap.allows("w", "q", ""), false);
  assertEquals(cap.allows("rw", "p", ""), true);
  assertEquals(cap.allows("rw", "q", "nn"), true);
  assertEquals(cap.allowsAll, false);
});

Deno.test("OsdCap knows profiles, and grants nothing for what it does not know", () => {
  assertEquals(new OsdCap("allow *").allowsAll, true);
  assertEquals(new OsdCap("profile rbd pool=p").allows("rw", "p", ""), true);
  assertEquals(new OsdCap("profile rbd-read-only").allows("w", "p", ""), false);
  assertEquals(new OsdCap("allow object_prefix x").allows("r", "p", ""), false);
  assertEquals(new OsdCap("").allows("r", "p", ""), false);
});
