/** docs/coverage.md names members of modules: those that it says work are there. */

import { assert, assertEquals } from "@std/assert";

const COVERAGE = await Deno.readTextFile(new URL("../docs/coverage.md", import.meta.url));
const REPORT = await Deno.readTextFile(new URL("../sdk/api.report.md", import.meta.url));

/** Rows of the tables between the marks. */
const rows = COVERAGE.split("<!-- interface: begin -->")[1]!.split("<!-- interface: end -->")[0]!
  .split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| ceph-mgr"))
  .map((line) => line.split(/(?<!\\)\|/).slice(1, 4).map((cell) => cell.trim()));

/** What a row may say, and in one place what it means. */
const STATES = /^(?:works|differs|no|not announced)\b/;

Deno.test("docs/coverage.md says of each member of the interface whether it works", () => {
  assert(rows.length > 100);
  assertEquals(rows.filter(([, , state]) => !STATES.test(state!)), []);
});

Deno.test("docs/coverage.md names members that the SDK has", () => {
  const named = rows.filter(([, , state]) => state!.startsWith("works")).flatMap(([, here]) =>
    [...here!.matchAll(/`(?:static )?(\w+)(?:\([a-z, ]*\))?`/g)].map(([, name]) => name!)
  );
  const others = new Set(["Standby", "console", "selfTest", "poll"]);
  const missing = named.filter((name) => !others.has(name) && !new RegExp(`\\b${name}\\b`).test(REPORT));
  assertEquals(missing, []);
});
