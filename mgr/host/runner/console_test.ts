/** What a module prints goes to the log. */

import { assertEquals } from "@std/assert";
import { takeConsole } from "./console.ts";

Deno.test("takeConsole() makes lines of the log of what is printed", () => {
  const kept = { ...console };
  const lines: string[] = [];
  try {
    takeConsole((level, text) => void lines.push(`${level}: ${text}`));
    for (const method of ["debug", "trace", "log", "info", "warn", "error"] as const) {
      Reflect.get(console, method)("a", 1, { b: [2] });
    }
  } finally {
    Object.assign(console, kept);
  }
  assertEquals(
    lines,
    ["debug", "debug", "info", "info", "warn", "error"].map((level) => `${level}: a 1 { b: [ 2 ] }`),
  );
});
