/** The files of a package on their way to the disk: what paths they may have, and how many they may be. */

import { dirname } from "node:path";
import { MODULE_LIMITS } from "../../mgr/host/packages/module_files.ts";
import { PackageError } from "./package_error.ts";

/** Longest path of a file within a package. */
const MAX_PATH_CHARS = 512;

/** Contents by path relative to the package. */
export type PackageFiles = ReadonlyMap<string, Uint8Array>;

/** Collects files, and refuses what leads out of the package or is too much. */
export class FileCollector {
  readonly #files = new Map<string, Uint8Array>();
  #bytes = 0;

  get files(): PackageFiles {
    return this.#files;
  }

  /** Throws PackageError. */
  add(path: string, content: Uint8Array): void {
    checkPath(path);
    this.#bytes += content.length;
    this.#files.set(path, content);
    checkSizes(this.#files.size, this.#bytes);
  }
}

/** Throws PackageError for a path that is absolute, leads out of the package, or cannot be a file. */
export function checkPath(path: string): void {
  const parts = path.split("/");
  const isBad = path.length > MAX_PATH_CHARS || /[\\\0]/.test(path) ||
    parts.some((part) => part === "" || part === "." || part === "..");
  if (isBad) {
    throw new PackageError(
      `Cannot install the package: it has a file ${
        JSON.stringify(path.slice(0, 100))
      }, which is no path within it`,
    );
  }
}

/** Throws PackageError for a package that is too big for a module. */
export function checkSizes(files: number, bytes: number): void {
  if (files > MODULE_LIMITS.files) {
    throw new PackageError(`Cannot install the package: more than ${MODULE_LIMITS.files} files`);
  }
  if (bytes > MODULE_LIMITS.bytes) {
    throw new PackageError(`Cannot install the package: more than ${MODULE_LIMITS.bytes} bytes`);
  }
}

/** Writes the files below a directory that is ours, readable for the manager whoever it runs as. */
export async function writeFiles(directory: string, files: PackageFiles): Promise<void> {
  for (const [path, content] of files) {
    await Deno.mkdir(dirname(`${directory}/${path}`), { recursive: true, mode: 0o755 });
    await Deno.writeFile(`${directory}/${path}`, content, { createNew: true, mode: 0o644 });
  }
}
