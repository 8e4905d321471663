/** The files of a module's directory: all of them, by paths relative to it, with limits; and their hashes. */

import { createHash } from "node:crypto";

/** How much a directory may hold. */
export interface FileLimits {
  readonly files: number;
  readonly bytes: number;
}

/** A module; a directory with more is no module but somebody's disk. */
export const MODULE_LIMITS: FileLimits = { files: 2000, bytes: 64 * 1024 * 1024 };

/** SHA-256 in hex by path, in the order of the paths. */
export type FileHashes = Readonly<Record<string, string>>;

/** Paths of all files, sorted. Throws for links, which lead out of the sandbox, for sockets and such, and for too many. */
export async function listFiles(directory: string, limits: FileLimits = MODULE_LIMITS): Promise<string[]> {
  const files: string[] = [];
  await list(directory, "", files, limits.files);
  return files.sort();
}

/** Calls `visit` with each file in the order of `listFiles`. Throws when they are too many or too big. */
export async function readFiles(
  directory: string,
  visit: (path: string, content: Uint8Array) => void | Promise<void>,
  limits: FileLimits = MODULE_LIMITS,
): Promise<void> {
  let bytes = 0;
  for (const file of await listFiles(directory, limits)) {
    const content = await Deno.readFile(`${directory}/${file}`);
    bytes += content.length;
    if (bytes > limits.bytes) throw new Error(`Cannot use the module: more than ${limits.bytes} bytes`);
    await visit(file, content);
  }
}

/** Hashes of all files. */
export async function hashFiles(directory: string, limits?: FileLimits): Promise<FileHashes> {
  const hashes: [string, string][] = [];
  await readFiles(directory, (path, content) => void hashes.push([path, sha256(content)]), limits);
  return Object.fromEntries(hashes);
}

/** In hex. */
export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

async function list(directory: string, below: string, files: string[], max: number): Promise<void> {
  for await (const { name, isDirectory, isFile, isSymlink } of Deno.readDir(`${directory}/${below}`)) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isSymlink) {
      throw new Error(`Cannot use the module: ${path} is a symbolic link; copy the file instead`);
    }
    if (!isDirectory && !isFile) {
      throw new Error(`Cannot use the module: ${path} is neither a file nor a directory`);
    }
    if (isDirectory) await list(directory, path, files, max);
    else files.push(path);
    if (files.length > max) throw new Error(`Cannot use the module: more than ${max} files`);
  }
}
