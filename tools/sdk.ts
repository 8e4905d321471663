/** `deno task sdk [DIRECTORY]`: makes the package that is published as @ganglion/sdk; `deno publish` is run in it. */

import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { print } from "./print.ts";
import {
  filesOf,
  type GraphModule,
  npmOf,
  type PackageFile,
  packageFile,
  withOwnPaths,
} from "./sdk/package.ts";
import { TOP } from "./source_files.ts";

const DEFAULT_DIRECTORY = `${TOP}/.dev/sdk`;
/** Files beside the sources. */
const TEXTS: Readonly<Record<string, string>> = {
  "LICENSE": "LICENSE",
  "README.md": "sdk/README.md",
  "CHANGELOG.md": "CHANGELOG.md",
  "api.report.md": "sdk/api.report.md",
};

async function graphOf(path: string): Promise<readonly GraphModule[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", path],
    cwd: TOP,
  }).output();
  if (!success) throw new Error(`Cannot read ${path}: ${new TextDecoder().decode(stderr)}`);
  return (JSON.parse(new TextDecoder().decode(stdout)) as { modules: GraphModule[] }).modules;
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await Deno.readTextFile(path)) as T;
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}

/** Makes the package in a directory, which is emptied first. Answers with the number of its sources. */
export async function assemble(directory: string): Promise<number> {
  const own = await readJson<PackageFile>(`${TOP}/sdk/deno.json`);
  const { imports } = await readJson<{ imports: Record<string, string> }>(`${TOP}/deno.json`);
  const paths = Object.values(own.exports).map((path) => `sdk/${path.slice(2)}`);
  const modules = (await Promise.all(paths.map(graphOf))).flat();
  const files = [...new Set(filesOf(modules, pathToFileURL(TOP).href.replace(/\/?$/, "/")))];
  await Deno.remove(directory, { recursive: true }).catch(() => {});
  for (const path of files) {
    const text = await Deno.readTextFile(`${TOP}/${path}`);
    await write(`${directory}/${path}`, path.endsWith(".ts") ? withOwnPaths(text, path, own.exports) : text);
  }
  for (const [to, from] of Object.entries(TEXTS)) {
    await write(`${directory}/${to}`, await Deno.readTextFile(`${TOP}/${from}`));
  }
  const file = packageFile(own, npmOf(modules, imports));
  await write(`${directory}/deno.json`, JSON.stringify(file, null, 2) + "\n");
  return files.length;
}

if (import.meta.main) {
  const directory = Deno.args[0] ?? DEFAULT_DIRECTORY;
  print(
    `${await assemble(directory)} files in ${directory}; next: cd ${directory} && deno publish --dry-run`,
  );
}
