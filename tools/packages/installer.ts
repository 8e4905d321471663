/** Installs, updates, rolls back and removes the packages of one manager. */

import { basename } from "node:path";
import { isModuleName, type Manifest, parseManifest } from "../../mgr/host/manifest.ts";
import { checkPackage, MODULE, packageNames, readRecord } from "../../mgr/host/packages/package_store.ts";
import type { PackageRecord, PackageVersion } from "../../mgr/host/packages/package_record.ts";
import { readDirectory } from "./directory_source.ts";
import { PackageError } from "./package_error.ts";
import { type PackageFiles, writeFiles } from "./package_files.ts";
import { moduleNameOf, type PackageSource, parseSource } from "./package_source.ts";
import { type PermissionDiff, permissionDiff, permissionsOf } from "./permission_diff.ts";
import { fetchPackage, type Registries } from "./registries.ts";
import { removeTree, StoreWriter } from "./store_writer.ts";
import { vendor } from "./vendor.ts";

/** Where packages go, and where they come from. */
export interface InstallerOptions {
  /** The directory of packages of the manager. */
  readonly store: string;
  readonly registries: Registries;
  /** Names of the modules that come with the manager: nothing takes their place. */
  readonly builtin: ReadonlySet<string>;
  /** The time to write down, in ISO form. */
  readonly now: () => string;
}

/** What came of an update or a rollback. */
export interface Change {
  readonly from: PackageVersion;
  readonly to: PackageVersion;
  readonly permissions: PermissionDiff;
}

/** A package before it is installed. */
interface Candidate {
  readonly files: PackageFiles;
  readonly manifest: Manifest;
  readonly version: string;
  readonly pinned: string;
}

/** All its methods throw PackageError for what is wrong with a package, and then nothing has changed. */
export class Installer {
  readonly #options: InstallerOptions;

  constructor(options: InstallerOptions) {
    this.#options = options;
  }

  /** Records of all packages, by name. */
  async list(): Promise<PackageRecord[]> {
    const names = await packageNames(this.#options.store);
    const records = await Promise.all(names.map((name) => readRecord(this.#options.store, name)));
    return records.filter((record) => record !== undefined);
  }

  /** Installs a package that is not there yet, under its own name or another. */
  async add(sourceText: string, wantedName?: string): Promise<PackageRecord> {
    using writer = StoreWriter.open(this.#options.store);
    const source = parseSource(sourceText);
    const name = wantedName ?? nameOf(source);
    this.#checkName(name);
    if (await readRecord(writer.path, name) !== undefined) {
      throw new PackageError(
        `Cannot add ${name}: it is installed already. "ganglion module update ${name}" looks for another version`,
      );
    }
    return await this.#install(writer, name, sourceText, await this.#candidate(source));
  }

  /** Installs the newest version that the source of before allows, or that of another source. */
  async update(name: string, sourceText?: string): Promise<Change> {
    using writer = StoreWriter.open(this.#options.store);
    const before = await this.#existing(name);
    const [current] = before.versions;
    const from = sourceText ?? current.source;
    const after = await this.#install(writer, name, from, await this.#candidate(parseSource(from)), before);
    return await this.#change(name, current, after.versions[0]);
  }

  /** Goes back to the version before; a further rollback goes further back. */
  async rollback(name: string): Promise<Change> {
    using writer = StoreWriter.open(this.#options.store);
    const { versions: [current, previous, ...older] } = await this.#existing(name);
    if (previous === undefined) {
      throw new PackageError(`Cannot roll ${name} back: there is no version before`);
    }
    await checkPackage({ root: `${writer.path}/${name}/${previous.id}`, version: previous });
    await writer.write({ name, versions: [previous, ...older, current] });
    return await this.#change(name, current, previous);
  }

  /** Removes all versions of a package. */
  async remove(name: string): Promise<void> {
    using writer = StoreWriter.open(this.#options.store);
    await this.#existing(name);
    await writer.remove(name);
  }

  async #existing(name: string): Promise<PackageRecord> {
    const record = isModuleName(name) ? await readRecord(this.#options.store, name) : undefined;
    if (record !== undefined) return record;
    throw new PackageError(`Cannot find ${name}: it is not installed. "ganglion module ls" shows what is`);
  }

  async #candidate(source: PackageSource): Promise<Candidate> {
    if (source.kind === "directory") {
      const path = await Deno.realPath(source.path).catch(() => source.path);
      const files = await readDirectory(path);
      const manifest = manifestOf(files);
      return { files, manifest, version: manifest.version, pinned: path };
    }
    const { files, version } = await fetchPackage(source, this.#options.registries);
    return {
      files,
      version,
      manifest: manifestOf(files),
      pinned: `${source.kind}:${source.name}@${version}`,
    };
  }

  async #install(
    writer: StoreWriter,
    name: string,
    source: string,
    { files, manifest, version, pinned }: Candidate,
    before?: PackageRecord,
  ): Promise<PackageRecord> {
    const { registries, now } = this.#options;
    const staged = await writer.stage();
    try {
      await writeFiles(`${staged}/${MODULE}`, files);
      await vendor(staged, manifest, registries);
      const facts = { source, pinned, version, registries, installed: now() };
      return await writer.commit(name, staged, facts, before);
    } finally {
      await removeTree(staged);
    }
  }

  async #change(name: string, from: PackageVersion, to: PackageVersion): Promise<Change> {
    const read = (id: string): Promise<string> =>
      Deno.readTextFile(`${this.#options.store}/${name}/${id}/${MODULE}/deno.json`);
    const before = permissionsOf(await read(from.id));
    return { from, to, permissions: permissionDiff(before, permissionsOf(await read(to.id))) };
  }

  #checkName(name: string): void {
    if (!isModuleName(name)) {
      throw new PackageError(
        `Cannot name a module '${name}': a name is 1 to 64 of a-z, 0-9 and _, and begins with a letter`,
      );
    }
    if (this.#options.builtin.has(name)) {
      throw new PackageError(`Cannot add ${name}: a module of that name comes with the manager. Use --name`);
    }
  }
}

function nameOf(source: PackageSource): string {
  return moduleNameOf(source.kind === "directory" ? basename(Deno.realPathSync(source.path)) : source.name);
}

function manifestOf(files: PackageFiles): Manifest {
  const text = files.get("deno.json");
  if (text === undefined) {
    throw new PackageError(
      'Cannot install the package: it has no deno.json with the key "mgr", so it is no module',
    );
  }
  try {
    const manifest = parseManifest(new TextDecoder().decode(text));
    if (files.has(manifest.entry)) return manifest;
    throw new Error(`Cannot use deno.json: "exports" names ${manifest.entry}, which is missing`);
  } catch (e) {
    throw new PackageError(e instanceof Error ? e.message : String(e));
  }
}
