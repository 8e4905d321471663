/** `deno run -A tools/check_docs.ts`: purpose lines, doc comments, no paths of one machine; `deno doc --lint` of the SDK. */

import { print, printError } from "./print.ts";
import { filesBelow, isTest, readFiles, ROOTS, type SourceFile, TOP } from "./source_files.ts";

const EXPORT =
  /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const|enum) (\w+)/;

/** Written in pieces so that this file passes. */
const MACHINE_PATH = new RegExp(
  "(?<![\\w.])/(?:wo" + "rk|fa" + "rm|ho" + "me/\\w+)/|https?://(?:regis" + "try|deb)\\.",
);

/** Lines that say what documentation a file lacks. */
export function undocumented({ path, text }: SourceFile): string[] {
  const lines = text.split("\n");
  const complaints: string[] = [];
  if (!opensWithPurpose(text)) {
    complaints.push(`${path}:1: does not open with one sentence of purpose (/** .. */)`);
  }
  const seen = new Set<string>();
  for (const [i, line] of lines.entries()) {
    if (MACHINE_PATH.test(line)) {
      complaints.push(`${path}:${i + 1}: a path or host of one machine: ${line.trim()}`);
    }
    const name = EXPORT.exec(line)?.[1];
    if (name === undefined || isTest(path)) continue;
    // A type and its codec, or the overloads of a function, are one symbol.
    if (!seen.has(name) && !isDocumented(lines, i)) {
      complaints.push(`${path}:${i + 1}: ${name} has no doc comment`);
    }
    seen.add(name);
  }
  return complaints;
}

function opensWithPurpose(text: string): boolean {
  if (!text.startsWith("/**")) return false;
  const after = text.slice(text.indexOf("*/") + 2);
  return after.startsWith("\n\n") || after.trim() === "";
}

/** The line before, over line comments, ends a doc comment. */
function isDocumented(lines: readonly string[], index: number): boolean {
  let above = index - 1;
  while (above >= 0 && lines[above]!.startsWith("// ")) above--;
  return above > 0 && lines[above]!.trimEnd().endsWith("*/");
}

async function lintSdk(): Promise<string[]> {
  const entries = (await filesBelow(["sdk"], "mod.ts")).filter((path) => !isTest(path));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...entries],
    cwd: TOP,
    env: { NO_COLOR: "1" },
    stdout: "null",
  }).output();
  return code === 0 ? [] : [new TextDecoder().decode(stderr)];
}

if (import.meta.main) {
  const files = await readFiles(await filesBelow(ROOTS, ".ts"));
  const pages = await readFiles([...await filesBelow(["docs", "modules", ".ci"], ".md"), "README.md"]);
  const inPages = pages.flatMap(({ path, text }) =>
    MACHINE_PATH.test(text) ? [`${path}: a path or host of one machine`] : []
  );
  const complaints = [...files.flatMap(undocumented), ...inPages, ...await lintSdk()];
  for (const complaint of complaints) printError(complaint);
  if (complaints.length === 0) print(`${files.length} files are documented`);
  Deno.exit(complaints.length === 0 ? 0 : 1);
}
