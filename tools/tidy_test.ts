/** What tidy refuses. */

import { assertEquals } from "@std/assert";
import { untidy } from "./tidy.ts";

const complaints = (text: string): number => untidy({ path: "a.ts", text }).length;

Deno.test("untidy() refuses files of more than 400 lines", () => {
  assertEquals(complaints("a;\n".repeat(400)), 0);
  assertEquals(complaints("a;\n".repeat(401)), 1);
});

Deno.test("untidy() refuses hidden type errors and unfinished work", () => {
  for (
    const line of ["// TO" + "DO later", "// @ts-" + "ignore", "x as a" + "ny", "x as unk" + "nown as Y"]
  ) {
    assertEquals(complaints(line), 1, line);
  }
});

Deno.test("untidy() wants a reason for each lint rule that is off", () => {
  assertEquals(complaints("// deno-lint-" + "ignore no-explicit-any"), 1);
  assertEquals(complaints("// deno-lint-" + "ignore no-explicit-any -- any constructor"), 0);
});
