/** What an update asks for, said before anybody grants it. */

import { assertEquals, assertThrows } from "@std/assert";
import { diffText, permissionDiff, permissionsOf } from "./permission_diff.ts";

Deno.test("permissionDiff() and diffText() show what is more, what is less, and what to do", () => {
  const diff = permissionDiff(["health", "get df"], ["health", "command mon osd tree"]);
  assertEquals(diff, { more: ["command mon osd tree"], less: ["get df"] });
  assertEquals(
    diffText("box", diff),
    "it asks for other permissions than before:\n  + command mon osd tree\n  - get df\n" +
      "what is new is refused until it is granted: ceph module permissions diff box\n",
  );
  assertEquals(
    diffText("box", permissionDiff(["health"], ["health"])),
    "it asks for the same permissions as before\n",
  );
});

Deno.test("permissionsOf() reads a manifest", () => {
  assertEquals(permissionsOf('{ "mgr": { "permissions": ["health"] } }'), ["health"]);
  assertEquals(permissionsOf('{ "mgr": {} }'), []);
  assertThrows(() => permissionsOf("{}"), Error, '"mgr"');
});
