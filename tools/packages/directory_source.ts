/** A module that lies in a directory of this machine: its files as they are now. */

import { listFiles } from "../../mgr/host/packages/module_files.ts";
import { PackageError } from "./package_error.ts";
import { FileCollector, type PackageFiles } from "./package_files.ts";

/** What no module needs: hidden files, what Deno and npm leave behind. */
const LEFT_OUT = /(?:^|\/)(?:\.[^/]*|node_modules|deno\.lock)(?:\/|$)/;

/** Throws PackageError. */
export async function readDirectory(path: string): Promise<PackageFiles> {
  const collector = new FileCollector();
  try {
    for (const file of await listFiles(path)) {
      if (!LEFT_OUT.test(file)) collector.add(file, await Deno.readFile(`${path}/${file}`));
    }
  } catch (e) {
    if (e instanceof PackageError) throw e;
    if (e instanceof Deno.errors.NotFound) {
      throw new PackageError(`Cannot install ${path}: there is no such directory`);
    }
    throw new PackageError(`Cannot install ${path}: ${e instanceof Error ? e.message : e}`);
  }
  return collector.files;
}
