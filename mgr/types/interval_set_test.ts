/** Sets of snapshot ids: what two of them have in common. */

import { assertEquals } from "@std/assert";
import { intersection } from "./interval_set.ts";

Deno.test("intersection() of interval sets is what both hold", () => {
  const a = new Map([[1n, 4n], [10n, 10n], [30n, 1n]]);
  const b = new Map([[0n, 2n], [4n, 8n], [15n, 2n], [18n, 20n]]);
  const both = new Map([[1n, 1n], [4n, 1n], [10n, 2n], [15n, 2n], [18n, 2n], [30n, 1n]]);
  assertEquals(intersection(a, b), both);
  assertEquals(intersection(b, a), both);
  assertEquals(intersection(a, new Map()), new Map());
});
