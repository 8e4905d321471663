/** Writes a new module to disk: the template filled in, and formatted for the length of its name. */

import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import sdk from "../../sdk/deno.json" with { type: "json" };
import { TOP } from "../source_files.ts";
import { checkName, fillIn, ScaffoldError } from "./scaffold.ts";

const TEMPLATE = fileURLToPath(import.meta.resolve("./template"));
/** In the template it has another name: Deno would take the directory for a package of this tree. */
const MANIFEST = "manifest.json";

/** Makes `DIRECTORY/NAME` and answers with its path. Throws ScaffoldError, and then has written nothing. */
export async function newModule(name: string, directory: string): Promise<string> {
  checkName(name, Array.from(Deno.readDirSync(`${TOP}modules`), (entry) => entry.name));
  const path = resolve(directory, name);
  if (isBelow(path, TOP)) {
    throw new ScaffoldError(
      `Cannot make ${path}: it is in the tree of Ganglion, whose deno.json would be that of the module too. ` +
        "Name another directory with --dir",
    );
  }
  await makeDirectory(path);
  const facts = { name, sdkDirectory: `${TOP}sdk`, sdkVersion: sdk.version };
  for (const { name: file } of Deno.readDirSync(TEMPLATE)) {
    const text = fillIn(await Deno.readTextFile(join(TEMPLATE, file)), facts)
      .replace(`./${MANIFEST}`, "./deno.json");
    await Deno.writeTextFile(join(path, file === MANIFEST ? "deno.json" : file), text);
  }
  await format(path);
  return path;
}

/** Files that the new module has. */
export const SCAFFOLD_FILES = ["mod.ts", "mod_test.ts", "deno.json", "README.md"] as const;

async function makeDirectory(path: string): Promise<void> {
  try {
    await Deno.mkdir(resolve(path, ".."), { recursive: true });
    await Deno.mkdir(path);
  } catch (e) {
    if (e instanceof Deno.errors.AlreadyExists) {
      throw new ScaffoldError(`Cannot make ${path}: it exists already. Remove it, or take another name`);
    }
    throw new ScaffoldError(`Cannot make ${path}: ${e instanceof Error ? e.message : e}`);
  }
}

async function format(path: string): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", path],
    cwd: path,
    stdout: "null",
  }).output();
  if (code !== 0) throw new Error(`Cannot format ${path}: ${new TextDecoder().decode(stderr)}`);
}

function isBelow(path: string, directory: string): boolean {
  return !relative(directory, path).startsWith("..");
}
