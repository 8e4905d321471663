/** `deno task new-module NAME [--dir D]`: a module to begin with, tested and ready to run in a development cluster. */

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { newModule, SCAFFOLD_FILES } from "./new_module/new_module.ts";
import { ScaffoldError } from "./new_module/scaffold.ts";
import { print, printError } from "./print.ts";
import { userModules } from "./user_modules.ts";

const USAGE = "usage: deno task new-module NAME [--dir DIRECTORY]";
const USAGE_EXIT = 2;

/** `deno task` changes to the directory of deno.json, and says where it was called. */
const here = Deno.env.get("INIT_CWD") ?? Deno.cwd();

async function main(words: readonly string[]): Promise<number> {
  const { name, dir } = parse(words);
  const usual = userModules((variable) => Deno.env.get(variable));
  const directory = dir === undefined ? usual : resolve(here, dir);
  if (name === undefined || directory === undefined) {
    printError(name === undefined ? USAGE : "Cannot find your home directory: name a place with --dir");
    return USAGE_EXIT;
  }
  const path = await newModule(name, directory);
  const flag = directory === usual ? "" : ` --modules ${directory}`;
  print(`${path}: ${SCAFFOLD_FILES.join(", ")}

  cd ${path} && deno test              # without Ceph

and in the tree of Ganglion:

  deno task mgr --watch${flag}         # a development cluster that reloads it whenever a file is saved
  deno task ceph mgr module enable ${name}
  deno task ceph ${name} add

docs/writing-modules.md goes on from there.`);
  return 0;
}

function parse(words: readonly string[]): { name?: string; dir?: string } {
  const args = words.filter((word) => word !== "--");
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { dir: { type: "string" } },
  });
  const [name] = positionals;
  return positionals.length === 1 && name !== undefined ? { name, ...values } : {};
}

try {
  Deno.exit(await main(Deno.args));
} catch (e) {
  if (!(e instanceof ScaffoldError) && !(e instanceof TypeError)) throw e;
  printError(e.message);
  Deno.exit(e instanceof ScaffoldError ? 1 : USAGE_EXIT);
}
