/** The section of the documentation. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withParity } from "./coverage.ts";
import { type NameReport, textReport } from "./report.ts";

const difference = { path: "df.x", kind: "value", real: "1", own: "2" } as const;
const REPORTS: readonly NameReport[] = [
  { kind: "get", name: "df", values: 3, natural: 1, differences: [difference] },
  { kind: "calls", name: "version", values: 1, natural: 0, differences: [] },
];

Deno.test("withParity() appends its section once, and replaces it afterwards", () => {
  const first = withParity("# Coverage\n\nText.\n", REPORTS);
  assert(first.startsWith("# Coverage\n\nText.\n\n<!-- parity: begin -->\n"));
  assertStringIncludes(first, "| `df` | 3 | 1 | 1 |");
  assertEquals(withParity(first, REPORTS), first);
  const more = `${first}\n## Messages\n`;
  assertEquals(withParity(more, REPORTS), more);
  assert(!withParity(more, []).includes("`df` |"));
});

Deno.test("textReport() has a line for each name, and every difference below", () => {
  const lines = textReport(REPORTS).split("\n");
  assertEquals(lines[1]!.split(/ +/), ["df", "3", "1", "0", "0", "0", "0", "1"]);
  assertEquals(lines.slice(3), ["value df.x", "    ceph-mgr 1", "    ganglion 2"]);
});
