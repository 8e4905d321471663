/** Installed packages, written: a version is complete before its record names it, and nothing half done is ever seen. */

import { hashFiles, sha256 } from "../../mgr/host/packages/module_files.ts";
import {
  formatRecord,
  MAX_VERSIONS,
  PACKAGE_LIMITS,
  type PackageRecord,
  type PackageVersion,
} from "../../mgr/host/packages/package_record.ts";
import { PackageError } from "./package_error.ts";

/** What is known of a version before its files have been counted. */
export type VersionFacts = Omit<PackageVersion, "id" | "files">;

/** A directory that one program writes at a time. Dispose of it in the end. */
export class StoreWriter implements Disposable {
  readonly path: string;
  readonly #lock: Deno.FsFile;

  private constructor(path: string, lock: Deno.FsFile) {
    this.path = path;
    this.#lock = lock;
  }

  /** Makes the directory when it is missing. Throws PackageError while another program writes there. */
  static open(path: string): StoreWriter {
    Deno.mkdirSync(path, { recursive: true, mode: 0o755 });
    const lock = Deno.openSync(`${path}/.lock`, { create: true, write: true, mode: 0o644 });
    if (lock.tryLockSync(true)) return new StoreWriter(path, lock);
    lock.close();
    throw new PackageError(
      `Cannot change ${path}: another program does just now. Try again when it has ended`,
    );
  }

  /** An empty directory in which a version is put together. */
  async stage(): Promise<string> {
    const path = await Deno.makeTempDir({ dir: this.path, prefix: ".staged-" });
    await Deno.chmod(path, 0o755);
    return path;
  }

  /** Moves a staged version to its place and makes it the one in use. Answers with the record. */
  async commit(
    name: string,
    staged: string,
    facts: VersionFacts,
    before?: PackageRecord,
  ): Promise<PackageRecord> {
    const files = await hashFiles(staged, PACKAGE_LIMITS);
    const id = `${facts.version || "0"}-${sha256(JSON.stringify(files)).slice(0, 8)}`;
    const others = (before?.versions ?? []).filter((version) => version.id !== id);
    const kept = others.slice(0, MAX_VERSIONS - 1);
    await Deno.mkdir(`${this.path}/${name}`, { recursive: true, mode: 0o755 });
    const place = `${this.path}/${name}/${id}`;
    await removeTree(place);
    await Deno.rename(staged, place);
    const record: PackageRecord = { name, versions: [{ ...facts, id, files }, ...kept] };
    await this.write(record);
    for (const { id } of others.slice(MAX_VERSIONS - 1)) await removeTree(`${this.path}/${name}/${id}`);
    return record;
  }

  /** Replaces a record, at once. */
  async write(record: PackageRecord): Promise<void> {
    const path = `${this.path}/${record.name}.json`;
    await Deno.writeTextFile(`${path}.new`, formatRecord(record), { mode: 0o644 });
    await Deno.rename(`${path}.new`, path);
  }

  /** Removes a package: its record first, so that nobody starts what is being removed. */
  async remove(name: string): Promise<void> {
    await Deno.remove(`${this.path}/${name}.json`);
    await removeTree(`${this.path}/${name}`);
  }

  [Symbol.dispose](): void {
    this.#lock.close();
  }
}

/** Removes a directory; that it is not there is fine. */
export async function removeTree(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (e) {
    if (!(e instanceof Deno.errors.NotFound)) throw e;
  }
}
