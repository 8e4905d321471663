/** `deno task api`: writes sdk/api.report.md; `--check` fails when it is not up to date. */

import type { DocJson } from "./api/doc_json.ts";
import { apiReport } from "./api/report.ts";
import { print, printError } from "./print.ts";
import { TOP } from "./source_files.ts";

const REPORT = `${TOP}/sdk/api.report.md`;

/** What the package exports, by what modules import it as. */
async function entries(): Promise<[name: string, path: string][]> {
  const { name, exports } = JSON.parse(await Deno.readTextFile(`${TOP}/sdk/deno.json`)) as {
    name: string;
    exports: Record<string, string>;
  };
  return Object.entries(exports).map(([entry, path]) => [`${name}${entry.slice(1)}`, `sdk/${path.slice(2)}`]);
}

async function docOf(path: string): Promise<DocJson> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", path],
    cwd: TOP,
  }).output();
  if (!success) throw new Error(`Cannot read ${path}: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The page as it should be. */
export async function currentReport(): Promise<string> {
  const docs = await Promise.all(
    (await entries()).map(async ([name, path]) => [name, await docOf(path)] as const),
  );
  return apiReport(Object.fromEntries(docs));
}

if (import.meta.main) {
  const report = await currentReport();
  const isCheck = Deno.args.includes("--check");
  if (!isCheck) await Deno.writeTextFile(REPORT, report);
  else if (report !== await Deno.readTextFile(REPORT).catch(() => "")) {
    printError("sdk/api.report.md is not up to date: run `deno task api` and read what has changed");
    Deno.exit(1);
  }
  print("sdk/api.report.md is up to date");
}
