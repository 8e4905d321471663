/** `deno run -A tools/tidy.ts`: sizes of files, and words that must not stand in code. Functions: tools/lint_plugin.ts. */

import { print, printError } from "./print.ts";
import { filesBelow, readFiles, ROOTS, type SourceFile } from "./source_files.ts";

const MAX_FILE_LINES = 400;

/** What must not stand in code; written in pieces so that this file passes. */
const FORBIDDEN: readonly [pattern: RegExp, why: string][] = [
  [new RegExp("\\b(?:TO" + "DO|FIX" + "ME|XX" + "X)\\b"), "unfinished work"],
  [new RegExp("@ts-" + "(?:ignore|nocheck)"), "a type error is hidden"],
  [new RegExp("\\bas (?:a" + "ny|unknown as)\\b"), "a cast hides a type error"],
  [new RegExp("deno-lint-" + "ignore(?:-file)?(?![^\\n]* -- )"), "a lint rule is off without a reason"],
  [new RegExp("\\b(?:Deno\\.test|it|describe)\\.on" + "ly\\b"), "other tests do not run"],
];

/** In these files an expected error says what must not compile; elsewhere it hides one. */
const TYPE_TESTS = "tests/types/";
const EXPECTED_ERROR: readonly [RegExp, string] = [
  new RegExp("@ts-" + "expect-error"),
  "a type error is hidden",
];

/** One line for each thing that is wrong with the file. */
export function untidy({ path, text }: SourceFile): string[] {
  const lines = text.split("\n");
  const long = lines.length - 1 > MAX_FILE_LINES
    ? [`${path}: ${lines.length - 1} lines: a file has at most ${MAX_FILE_LINES}`]
    : [];
  const forbidden = path.startsWith(TYPE_TESTS) ? FORBIDDEN : [...FORBIDDEN, EXPECTED_ERROR];
  const words = lines.flatMap((line, i) =>
    forbidden.filter(([pattern]) => pattern.test(line)).map(([, why]) =>
      `${path}:${i + 1}: ${why}: ${line.trim()}`
    )
  );
  return [...long, ...words];
}

if (import.meta.main) {
  const files = await readFiles(await filesBelow(ROOTS, ".ts"));
  const complaints = files.flatMap(untidy);
  for (const complaint of complaints) printError(complaint);
  if (complaints.length === 0) print(`${files.length} files are tidy`);
  Deno.exit(complaints.length === 0 ? 0 : 1);
}
