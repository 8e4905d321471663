/** Which modules there are: directories with `mod.ts` and `deno.json` below the module paths. */

import { createHash } from "node:crypto";
import { isModuleName, type Manifest, parseManifest } from "./manifest.ts";
import { messageOf } from "./message_of.ts";

/** Files of one module; a directory with more is no module but somebody's disk. */
export const MAX_MODULE_FILES = 2000;
/** Bytes of all files of one module. */
export const MAX_MODULE_BYTES = 64 * 1024 * 1024;

/** A directory that is a module, or wants to be one. */
export interface FoundModule {
  readonly name: string;
  /** Absolute, without symbolic links. */
  readonly directory: string;
  /** It comes with the manager. */
  readonly builtin: boolean;
  /** Undefined when the module cannot be used; `problem` says why. */
  readonly manifest: Manifest | undefined;
  readonly problem: string | undefined;
  /** Changes with any of its files. */
  readonly hash: string;
}

/** Where to look, in order: of two modules with one name the first counts. */
export interface ModulePath {
  readonly path: string;
  readonly builtin: boolean;
}

/** All modules, by name. Directories without `mod.ts` (those of ceph-mgr) and paths that are missing are passed over. */
export async function findModules(
  paths: readonly ModulePath[],
  disabled: ReadonlySet<string>,
): Promise<FoundModule[]> {
  const found = new Map<string, FoundModule>();
  for (const { path, builtin } of paths) {
    for (const name of await moduleNames(path)) {
      if (found.has(name) || disabled.has(name)) continue;
      found.set(name, await inspect(name, await Deno.realPath(`${path}/${name}`), builtin));
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One module, looked for as findModules does; undefined when there is none of that name. */
export async function findModule(
  name: string,
  paths: readonly ModulePath[],
  disabled: ReadonlySet<string>,
): Promise<FoundModule | undefined> {
  if (!isModuleName(name) || disabled.has(name)) return undefined;
  for (const { path, builtin } of paths) {
    if (await isFile(`${path}/${name}/mod.ts`)) {
      return await inspect(name, await Deno.realPath(`${path}/${name}`), builtin);
    }
  }
  return undefined;
}

/** The path is missing, ours not to read, or not a directory. */
const NO_MODULES = [Deno.errors.NotFound, Deno.errors.PermissionDenied, Deno.errors.NotADirectory];

async function moduleNames(path: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(path)) {
      if (isModuleName(name) && await isFile(`${path}/${name}/mod.ts`)) names.push(name);
    }
  } catch (e) {
    if (!NO_MODULES.some((Reason) => e instanceof Reason)) throw e;
  }
  return names.sort();
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

async function inspect(name: string, directory: string, builtin: boolean): Promise<FoundModule> {
  try {
    // Deno takes lists of paths: a comma would grant two others.
    if (directory.includes(",")) throw new Error(`Cannot use the module: its path ${directory} has a comma`);
    const hash = await hashOf(directory);
    const text = await readManifest(directory);
    return { name, directory, builtin, manifest: parseManifest(text), problem: undefined, hash };
  } catch (e) {
    const problem = messageOf(e);
    return { name, directory, builtin, manifest: undefined, problem, hash: "" };
  }
}

async function readManifest(directory: string): Promise<string> {
  try {
    return await Deno.readTextFile(`${directory}/deno.json`);
  } catch (e) {
    throw new Error(
      `Cannot use the module: ${directory}/deno.json: ${
        e instanceof Deno.errors.NotFound ? "is missing" : (e as Error).message
      }`,
    );
  }
}

/** Of all files, their names too. Symbolic links lead out of the sandbox: a module with one is refused. */
async function hashOf(directory: string): Promise<string> {
  const files: string[] = [];
  await list(directory, "", files);
  const hash = createHash("sha256");
  let bytes = 0;
  for (const file of files.sort()) {
    const content = await Deno.readFile(`${directory}/${file}`);
    bytes += content.length;
    if (bytes > MAX_MODULE_BYTES) {
      throw new Error(`Cannot use the module: more than ${MAX_MODULE_BYTES} bytes`);
    }
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

async function list(directory: string, below: string, files: string[]): Promise<void> {
  for await (const { name, isDirectory, isFile, isSymlink } of Deno.readDir(`${directory}/${below}`)) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isSymlink) {
      throw new Error(`Cannot use the module: ${path} is a symbolic link; copy the file instead`);
    }
    if (!isDirectory && !isFile) {
      throw new Error(`Cannot use the module: ${path} is neither a file nor a directory`);
    }
    if (isDirectory) await list(directory, path, files);
    else files.push(path);
    if (files.length > MAX_MODULE_FILES) {
      throw new Error(`Cannot use the module: more than ${MAX_MODULE_FILES} files`);
    }
  }
}
