/** Arguments that are paths of this machine: CephSocketpath, CephFilepath. */

import { resolve } from "node:path";
import { ArgError } from "./arg_error.ts";

/** There must be a socket. Throws ArgError. */
export function checkSocketPath(path: string): void {
  const info = stat(path);
  if (!info?.isSocket) throw new ArgError(`socket path ${path} is not a socket`);
}

/** A file that can be read, or written; the absolute path. Throws ArgError. */
export function checkFilepath(path: string): string {
  const absolute = resolve(path);
  const info = stat(absolute);
  if (info && !info.isFile && !info.isDirectory) throw new ArgError(`${absolute} is not file`);
  if (info === undefined && stat(resolve(absolute, "..")) === undefined) {
    throw new ArgError(`cannot create file in ${resolve(absolute, "..")}`);
  }
  return absolute;
}

function stat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}
