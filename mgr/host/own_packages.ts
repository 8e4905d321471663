/** What every module's process imports beside the module: the SDK, and the packages of the runner. */

import { fileURLToPath, pathToFileURL } from "node:url";

/** What modules import. */
export const SDK = "@ganglion/sdk";
/** The parts of it that modules import by a name of their own. */
const SDK_PARTS = ["orchestrator"] as const;
const PACKAGES = ["@msgpack/msgpack"] as const;

/** URL by name, for the import map of a module's process. */
export type OwnPackages = Readonly<Record<string, string>>;

/** Where they are for this process. */
export function ownPackages(): OwnPackages {
  return packagesAt(packageDirectory);
}

/**
 * Copies the packages out of Deno's cache into a directory, and answers with their places there. For a manager that is
 * about to give up root: the cache is in root's home, which nobody else may read.
 */
export function copyPackages(directory: string): OwnPackages {
  return packagesAt((name) => {
    const to = `${directory}/${name}`;
    copyTree(packageDirectory(name), to);
    return to;
  });
}

function packagesAt(directoryOf: (name: string) => string): OwnPackages {
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
