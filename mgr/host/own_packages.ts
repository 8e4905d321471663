/** What every module's process imports beside the module: the SDK, and the packages of the runner. */

import { fileURLToPath, pathToFileURL } from "node:url";
import { denoDirectory } from "./module_cache.ts";

/** What modules import. */
export const SDK = "@ganglion/sdk";
/** The parts of it that modules import by a name of their own. */
const SDK_PARTS = ["orchestrator"] as const;
const PACKAGES = ["@msgpack/msgpack"] as const;

/** Packages of npm that the modules of the release import, and what these need in turn. */
const PACKAGES_OF_MODULES = ["js-yaml", "argparse"];

/** Where all of it is. */
export interface OwnPackages {
  /** By name, for the import map of a module's process. */
  readonly urls: Readonly<Record<string, string>>;
  /** A cache of Deno's with the packages that modules name themselves. */
  readonly cache: string;
}

/** Where they are for this process. */
export function ownPackages(): OwnPackages {
  return { urls: urlsAt(packageDirectory), cache: managersCache() };
}

/**
 * Copies the packages out of Deno's cache into a directory, and answers with their places there. For a manager that is
 * about to give up root: the cache is in root's home, which nobody else may read.
 */
export function copyPackages(directory: string): OwnPackages {
  copyCache(`${managersCache()}/npm`, `${directory}/npm`);
  const urls = urlsAt((name) => {
    const to = `${directory}/${name}`;
    copyTree(packageDirectory(name), to);
    return to;
  });
  return { urls, cache: directory };
}

function managersCache(): string {
  return denoDirectory(Deno.env.toObject());
}

/** Of each registry what modules of the release need. */
function copyCache(from: string, to: string): void {
  for (const { name: registry } of directoryEntries(from)) {
    const found = directoryEntries(`${from}/${registry}`).filter(({ name }) =>
      PACKAGES_OF_MODULES.includes(name)
    );
    for (const { name } of found) copyTree(`${from}/${registry}/${name}`, `${to}/${registry}/${name}`);
  }
}

/** Nothing where there is no such directory. */
function directoryEntries(path: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)];
  } catch (e) {
    if (e instanceof Deno.errors.NotFound) return [];
    throw e;
  }
}

function urlsAt(directoryOf: (name: string) => string): OwnPackages["urls"] {
  const entries = PACKAGES.map((name) => {
    const directory = directoryOf(name);
    // The form that needs no permission to read further files.
    const { module } = JSON.parse(Deno.readTextFileSync(`${directory}/package.json`));
    return [name, new URL(module, pathToFileURL(`${directory}/`)).href];
  });
  const sdk = [SDK, ...SDK_PARTS.map((part) => `${SDK}/${part}`)].map((
    name,
  ) => [name, import.meta.resolve(name)]);
  return Object.fromEntries([...sdk, ...entries]);
}

/** `.../NAME/VERSION` in Deno's cache. */
function packageDirectory(name: string): string {
  const file = fileURLToPath(import.meta.resolve(name));
  const version = file.lastIndexOf(`/${name}/`) + `/${name}/`.length;
  return file.slice(0, file.indexOf("/", version));
}

function copyTree(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true, mode: 0o755 });
  for (const { name, isDirectory, isFile } of Deno.readDirSync(from)) {
    if (isDirectory) copyTree(`${from}/${name}`, `${to}/${name}`);
    if (isFile) Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}
