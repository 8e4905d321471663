/** Which modules there are: directories with `mod.ts` and `deno.json` below the module paths. */

import { createHash } from "node:crypto";
import { isModuleName, type Manifest, parseManifest } from "./manifest.ts";
import { messageOf } from "./message_of.ts";
import { readFiles, sha256 } from "./packages/module_files.ts";
import {
  checkPackage,
  currentPackage,
  type InstalledPackage,
  MODULE,
  packageNames,
  readRecord,
} from "./packages/package_store.ts";

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
  /** It was installed: its files are compared with what is written down of them before each start. */
  readonly package?: InstalledPackage;
}

/** Where to look, in order: of two modules with one name the first counts. */
export interface ModulePath {
  readonly path: string;
  /** Modules of the release, packages that were installed, or directories of modules. */
  readonly kind: "builtin" | "installed" | "directory";
}

/** All modules, by name. Directories without `mod.ts` (those of ceph-mgr) and paths that are missing are passed over. */
export async function findModules(
  paths: readonly ModulePath[],
  disabled: ReadonlySet<string>,
): Promise<FoundModule[]> {
  const found = new Map<string, FoundModule>();
  for (const path of paths) {
    const names = path.kind === "installed" ? await packageNames(path.path) : await moduleNames(path.path);
    for (const name of names) {
      if (found.has(name) || disabled.has(name)) continue;
      const module = await findIn(path, name);
      if (module !== undefined) found.set(name, module);
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
  for (const path of paths) {
    const module = await findIn(path, name);
    if (module !== undefined) return module;
  }
  return undefined;
}

async function findIn({ path, kind }: ModulePath, name: string): Promise<FoundModule | undefined> {
  if (kind === "installed") return await findInstalled(path, name);
  if (!await isFile(`${path}/${name}/mod.ts`)) return undefined;
  return await inspect(name, await Deno.realPath(`${path}/${name}`), kind === "builtin");
}

async function findInstalled(store: string, name: string): Promise<FoundModule | undefined> {
  try {
    const record = await readRecord(store, name);
    if (record === undefined) return undefined;
    const installed = currentPackage(await Deno.realPath(store), record);
    await checkPackage(installed);
    const found = await inspect(name, `${installed.root}/${MODULE}`, false);
    // With what it imports.
    const hash = found.hash && sha256(JSON.stringify(installed.version.files));
    return { ...found, hash, package: installed };
  } catch (e) {
    return unusable(name, `${store}/${name}`, false, e);
  }
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
    return unusable(name, directory, builtin, e);
  }
}

function unusable(name: string, directory: string, builtin: boolean, error: unknown): FoundModule {
  return { name, directory, builtin, manifest: undefined, problem: messageOf(error), hash: "" };
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

/** Of all files, their names too. */
async function hashOf(directory: string): Promise<string> {
  const hash = createHash("sha256");
  await readFiles(directory, (file, content) => {
    hash.update(`${file}\0${content.length}\0`).update(content);
  });
  return hash.digest("hex");
}
