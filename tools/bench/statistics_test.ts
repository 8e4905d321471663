/** Figures of samples. */

import { assertEquals } from "@std/assert";
import { median, percentile, slope } from "./statistics.ts";

Deno.test("percentile() and median() take a value of the sample", () => {
  const values = [5, 1, 4, 2, 3];
  assertEquals([median(values), percentile(values, 0.99), percentile([], 0.5)], [3, 5, NaN]);
});

Deno.test("slope() is that of the line which fits best", () => {
  assertEquals(slope([[0, 1], [10, 3], [20, 5]]), 0.2);
  assertEquals(slope([[0, 1], [1, 3], [2, 1], [3, 3]]), 0.4);
  assertEquals([slope([]), slope([[1, 1]])], [NaN, NaN]);
});
