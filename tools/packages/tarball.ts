/** Files of a package's tarball, in memory: no link, no device, no path that leads out. Upstream: ustar and pax, POSIX.1 */

import { MODULE_LIMITS } from "../../mgr/host/packages/module_files.ts";
import { readAtMost } from "./download.ts";
import { PackageError } from "./package_error.ts";
import { FileCollector, type PackageFiles } from "./package_files.ts";

const BLOCK = 512;
/** Headers and padding beside the files. */
const MAX_TAR_BYTES = MODULE_LIMITS.bytes + MODULE_LIMITS.files * 3 * BLOCK;

/** Unpacks a `.tgz`. The first part of each path, `package/`, is left out. Throws PackageError. */
export async function readTarball(bytes: Uint8Array<ArrayBuffer>): Promise<PackageFiles> {
  try {
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return readTar(await readAtMost(unpacked, MAX_TAR_BYTES, "the package"));
  } catch (e) {
    if (e instanceof PackageError) throw e;
    throw new PackageError(`Cannot unpack the package: ${e instanceof Error ? e.message : e}`);
  }
}

/** Types of entries, by the letter of the header. */
const Entry = { file: "0", oldFile: "\0", directory: "5", pax: "x", paxGlobal: "g" } as const;

function readTar(tar: Uint8Array): PackageFiles {
  const collector = new FileCollector();
  let longPath: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const header = tar.subarray(at, at + BLOCK);
    const size = octal(header, 124, 12);
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) {
      throw new PackageError("Cannot unpack the package: it ends in the middle of a file");
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[156]!);
    const path = longPath ?? headerPath(header);
    if (type === Entry.pax) longPath = paxPath(content);
    else longPath = undefined;
    if (type === Entry.file || type === Entry.oldFile) collector.add(withoutFirst(path), content);
    else if (type !== Entry.directory && type !== Entry.pax && type !== Entry.paxGlobal) {
      throw new PackageError(`Cannot install the package: ${path} is a link or a device, not a file`);
    }
  }
  return collector.files;
}

function headerPath(header: Uint8Array): string {
  const [name, prefix] = [text(header, 0, 100), text(header, 345, 155)];
  const isUstar = text(header, 257, 5) === "ustar";
  return isUstar && prefix !== "" ? `${prefix}/${name}` : name;
}

/** `LENGTH path=VALUE\n` among others. */
function paxPath(content: Uint8Array): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(new TextDecoder().decode(content))?.[1];
}

function withoutFirst(path: string): string {
  const at = path.indexOf("/");
  if (at <= 0) {
    throw new PackageError(`Cannot install the package: it has a file ${path} beside its directory`);
  }
  return path.slice(at + 1);
}

function text(header: Uint8Array, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function octal(header: Uint8Array, at: number, length: number): number {
  const digits = text(header, at, length).trim();
  if (!/^[0-7]*$/.test(digits)) throw new PackageError("Cannot unpack the package: it is no tar file");
  return parseInt(digits || "0", 8);
}
