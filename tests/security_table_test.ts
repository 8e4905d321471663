/** The table of docs/security.md, hole -> what closes it -> test: each test that it names is there. */

import { assert, assertEquals } from "@std/assert";
import { ATTACKS, FATAL } from "./host/attacker/attacks.ts";
import { DEEDS } from "./host/hostile/deeds.ts";

const TITLE = "### Holes of a naive sandbox";
const HOLES = 17;
/** Where tests of the sandbox are. */
const FILES = [
  "tests/host/sandbox_test.ts",
  "tests/host/sandbox_process_test.ts",
  "tests/host/hostile_test.ts",
  "mgr/host/sandbox_test.ts",
  "mgr/host/registry_test.ts",
  "mgr/host/module_cache_test.ts",
  "mgr/inherited_files_test.ts",
];

const read = (path: string): Promise<string> => Deno.readTextFile(new URL(`../${path}`, import.meta.url));

/** The cells of each row. */
function rowsOf(page: string): string[][] {
  const from = page.indexOf(TITLE);
  const section = page.slice(from, page.indexOf("\n## ", from));
  const lines = section.split("\n").filter((line) => /^\| *\d/.test(line));
  return lines.map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

/** Names of tests, of attempts of the attacker, and of hostile modules. */
async function known(): Promise<string[]> {
  const texts = await Promise.all(FILES.map(read));
  const tests = texts.flatMap((text) =>
    [...text.matchAll(/Deno\.test\("([^"]+)"/g)].map(([, name]) => name!)
  );
  return [...tests, ...Object.keys({ ...ATTACKS, ...FATAL, ...DEEDS })];
}

Deno.test("docs/security.md names a test for each hole of a naive sandbox, and each of them exists", async () => {
  const rows = rowsOf(await read("docs/security.md"));
  assertEquals(rows.map(([number]) => Number(number)), Array.from({ length: HOLES }, (_, i) => i + 1));
  const names = new Set(await known());
  for (const [number, , , tests] of rows) {
    const named = [...tests!.matchAll(/"([^"]+)"/g)].map(([, name]) => name!);
    assert(named.length > 0, `hole ${number} has no test`);
    assertEquals(named.filter((name) => !names.has(name)), [], `hole ${number}`);
  }
});
