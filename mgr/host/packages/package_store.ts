/** Installed packages as the manager sees them: a directory that it reads, and never writes. */

import { isModuleName } from "../manifest.ts";
import { hashFiles } from "./module_files.ts";
import { PACKAGE_LIMITS, type PackageRecord, type PackageVersion, parseRecord } from "./package_record.ts";

/** Of the manager's data, where `ganglion module add` installs packages. */
export const packageStore = (mgrData: string): string => `${mgrData}/installed`;

/** Of the manager's data, what it keeps for modules. */
export const moduleState = (mgrData: string): string => `${mgrData}/modules`;

/** Below what is kept for modules: the version of a package that the manager has taken in last. */
export const takenFile = (state: string, name: string): string => `${state}/taken/${name}`;

/** The author's files in the directory of a version. */
export const MODULE = "module";
/** What the module imports from registries, in the form of Deno's cache, beside them. */
export const CACHE = "cache";

/** A version of a package on disk. */
export interface InstalledPackage {
  /** The directory of the version. */
  readonly root: string;
  readonly version: PackageVersion;
}

/** Names of the packages, sorted; none when the store is missing or not ours to read. */
export async function packageNames(store: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(store)) {
      const module = name.replace(/\.json$/, "");
      if (isFile && module !== name && isModuleName(module)) names.push(module);
    }
  } catch (e) {
    if (!(e instanceof Deno.errors.NotFound || e instanceof Deno.errors.PermissionDenied)) throw e;
  }
  return names.sort();
}

/** Undefined when there is no such package. Throws when its record cannot be read. */
export async function readRecord(store: string, name: string): Promise<PackageRecord | undefined> {
  const path = `${store}/${name}.json`;
  try {
    return parseRecord(await Deno.readTextFile(path));
  } catch (e) {
    if (e instanceof Deno.errors.NotFound) return undefined;
    throw new Error(`Cannot read ${path}: ${e instanceof Error ? e.message : e}`);
  }
}

/** The version in use. */
export function currentPackage(
  store: string,
  { name, versions: [version] }: PackageRecord,
): InstalledPackage {
  return { root: `${store}/${name}/${version.id}`, version };
}

/** Deno notes there that it has told somebody that scripts of packages do not run. */
const MARKER = new RegExp(`^${CACHE}/npm/.*/\\.scripts-warned-\\d+$`);

/** Throws unless the files are those that were installed, all of them and no other. */
export async function checkPackage({ root, version }: InstalledPackage): Promise<void> {
  const found = await hashFiles(root, PACKAGE_LIMITS);
  for (const [path, hash] of Object.entries(version.files)) {
    if (found[path] === undefined) fail(path, "is missing");
    if (found[path] !== hash) fail(path, "is not what was installed");
  }
  for (const path of Object.keys(found)) {
    if (!Object.hasOwn(version.files, path) && !MARKER.test(path)) fail(path, "was not installed");
  }
}

function fail(path: string, what: string): never {
  throw new Error(
    `Cannot use the module: ${path} ${what}. "ganglion module remove" and "add" install the package anew`,
  );
}
