/** `deno task ok`: everything that must hold before a change is done. */

import { print, printError } from "./print.ts";
import { ROOTS, TOP } from "./source_files.ts";

/** Name and arguments of deno. The tests come last: they take the longest. */
const STEPS: readonly (readonly [name: string, ...args: string[]])[] = [
  ["fmt", "fmt", "--check"],
  ["lint", "lint"],
  ["check", "check", ...ROOTS],
  ["layers", "run", "-A", "tools/check_layers.ts"],
  ["docs", "run", "-A", "tools/check_docs.ts"],
  ["api", "run", "-A", "tools/api.ts", "--check"],
  ["tidy", "run", "-A", "tools/tidy.ts"],
  ["test", "run", "-A", "tools/test.ts"],
];

const failed: string[] = [];
for (const [name, ...args] of STEPS) {
  print(`--- ${name}`);
  const { success } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd: TOP }).spawn().status;
  if (!success) failed.push(name);
}
if (failed.length > 0) printError(`not ok: ${failed.join(", ")}`);
else print("ok");
Deno.exit(failed.length === 0 ? 0 : 1);
