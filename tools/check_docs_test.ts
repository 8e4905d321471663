/** What the check of documentation finds. */

import { assertEquals } from "@std/assert";
import { undocumented } from "./check_docs.ts";

const complaints = (text: string, path = "mgr/a.ts"): string[] => undocumented({ path, text });

Deno.test("undocumented() wants a purpose line apart from the first symbol", () => {
  assertEquals(complaints("/** Purpose. */\n\n/** F. */\nexport function f() {}\n"), []);
  assertEquals(complaints("/** F. */\nexport function f() {}\n").length, 2);
});

Deno.test("undocumented() wants a doc comment on each exported symbol once", () => {
  const head = "/** Purpose. */\n\n";
  assertEquals(complaints(`${head}export const a = 1;\n`), ["mgr/a.ts:3: a has no doc comment"]);
  assertEquals(complaints(`${head}/** X. */\nexport interface X {}\nexport const X = 1;\n`), []);
  assertEquals(complaints(`${head}const a = 1;\n`), []);
  assertEquals(complaints(`${head}export const a = 1;\n`, "tests/a.ts"), []);
});

Deno.test("undocumented() refuses paths of one machine", () => {
  assertEquals(complaints("/** See /wo" + "rk/x. */\n").length, 1);
  assertEquals(complaints("/** See our homework/x. */\n").length, 0);
});
