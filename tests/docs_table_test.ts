/** The table "ceph-mgr Python -> Ganglion": each member that it names is one of the SDK's interface. */

import { assert, assertEquals } from "@std/assert";

const TITLE = "## From ceph-mgr's Python";
/** Of the language, of the table's examples, or of the standard library. */
const OTHERS: ReadonlySet<string> = new Set([
  ...[
    "structuredClone",
    "console",
    "get",
    "method",
    "await",
    "Exports",
    "export",
    "default",
    "class",
    "this",
  ],
]);

const read = (path: string): Promise<string> => Deno.readTextFile(new URL(`../${path}`, import.meta.url));

/** The cells of the second column. */
function ganglionCells(page: string): string[] {
  const from = page.indexOf(TITLE);
  const section = page.slice(from, page.indexOf("\n## ", from + TITLE.length));
  const rows = section.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| ---"));
  return rows.map((row) => row.split(/(?<!\\)\|/)[2]!.trim());
}

/** What is called, and what stands alone in quotes. */
function membersOf(cell: string): string[] {
  const quoted = [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
  return quoted.flatMap((code) => [
    ...[...code.matchAll(/(\w+)(?:<\w+>)?\(/g)].map(([, name]) => name!),
    ...(/^(?:static )?(\w+)$/.exec(code)?.slice(1) ?? []),
  ]);
}

Deno.test("docs/writing-modules.md names only members that the SDK has", async () => {
  const [page, report] = await Promise.all([read("docs/writing-modules.md"), read("sdk/api.report.md")]);
  const cells = ganglionCells(page);
  assert(cells.length > 100, `${cells.length} rows`);
  const names = new Set(cells.flatMap(membersOf));
  const missing = [...names].filter((name) => !OTHERS.has(name) && !new RegExp(`\\b${name}\\b`).test(report));
  assertEquals(missing, []);
});
