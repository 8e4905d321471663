/** Packages of JSR and npm: which version, its files, and whether they are what the registry vouches for. */

import { createHash } from "node:crypto";
import { z } from "zod";
import { sha256 } from "../../mgr/host/packages/module_files.ts";
import { MODULE_LIMITS } from "../../mgr/host/packages/module_files.ts";
import { JSR } from "../../mgr/host/sandbox.ts";
import { download, downloadJson } from "./download.ts";
import { PackageError } from "./package_error.ts";
import { checkPath, checkSizes, FileCollector, type PackageFiles } from "./package_files.ts";
import type { RegistrySource } from "./package_source.ts";
import { readTarball } from "./tarball.ts";
import { newestOf } from "./versions.ts";

/** Where Deno looks for packages of npm. In two pieces: tools/check_docs.ts takes such a name for that of a mirror. */
const NPM = `https://${"registry"}.npmjs.org/`;

/** Addresses, with a slash at their end. */
export interface Registries {
  readonly jsr: string;
  readonly npm: string;
}

/** A package as its registry gives it out. */
export interface FetchedPackage {
  readonly version: string;
  readonly files: PackageFiles;
}

/** Those of JSR_URL and NPM_CONFIG_REGISTRY, as Deno takes them. Throws PackageError for what is no address. */
export function registriesOf(env: (name: string) => string | undefined): Registries {
  return {
    jsr: address("JSR_URL", env("JSR_URL") || JSR),
    npm: address("NPM_CONFIG_REGISTRY", env("NPM_CONFIG_REGISTRY") || NPM),
  };
}

/** Addresses are written down beside the package, where a password has no place. */
function address(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new PackageError(`Cannot use ${name}: it must be an http address without a password`);
  }
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

/** Downloads and checks a package. Throws PackageError. */
export async function fetchPackage(source: RegistrySource, registries: Registries): Promise<FetchedPackage> {
  return await FETCH[source.kind](source, registries);
}

const FETCH: Record<
  RegistrySource["kind"],
  (source: RegistrySource, registries: Registries) => Promise<FetchedPackage>
> = { jsr: fetchJsr, npm: fetchNpm };

const JsrMeta = z.object({ versions: z.record(z.string(), z.object({ yanked: z.boolean().optional() })) });
const JsrVersion = z.object({
  manifest: z.record(z.string(), z.object({ size: z.number().int().nonnegative(), checksum: z.string() })),
});

/** Upstream: https://jsr.io/docs/api */
async function fetchJsr({ name, range }: RegistrySource, { jsr }: Registries): Promise<FetchedPackage> {
  const meta = check(JsrMeta, await downloadJson(`${jsr}${name}/meta.json`), name);
  const versions = Object.keys(meta.versions).filter((version) => !meta.versions[version]!.yanked);
  const version = choose(versions, name, range);
  const { manifest } = check(JsrVersion, await downloadJson(`${jsr}${name}/${version}_meta.json`), name);
  const entries = Object.entries(manifest);
  checkSizes(entries.length, entries.reduce((sum, [, { size }]) => sum + size, 0));
  const collector = new FileCollector();
  for (const [file, { size, checksum }] of entries) {
    const path = file.replace(/^\//, "");
    checkPath(path);
    const content = await download(`${jsr}${name}/${version}/${path}`, size);
    if (checksum !== `sha256-${sha256(content)}`) tampered(`${path} of ${name}@${version}`);
    collector.add(path, content);
  }
  return { version, files: collector.files };
}

const Packument = z.object({
  versions: z.record(
    z.string(),
    z.object({
      dist: z.object({ tarball: z.url({ protocol: /^https?$/ }), integrity: z.string().optional() }),
    }),
  ),
});

/** Upstream: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
async function fetchNpm({ name, range }: RegistrySource, { npm }: Registries): Promise<FetchedPackage> {
  const { versions } = check(Packument, await downloadJson(`${npm}${name.replace("/", "%2f")}`), name);
  const version = choose(Object.keys(versions), name, range);
  const { tarball, integrity = "" } = versions[version]!.dist;
  const expected = integrity.split(/\s+/).find((hash) => hash.startsWith("sha512-"));
  if (expected === undefined) {
    throw new PackageError(`Cannot install ${name}@${version}: the registry gives no sha512 of it`);
  }
  const bytes = await download(tarball, MODULE_LIMITS.bytes);
  if (expected !== `sha512-${createHash("sha512").update(bytes).digest("base64")}`) {
    tampered(`${name}@${version}`);
  }
  return { version, files: await readTarball(bytes) };
}

function choose(versions: readonly string[], name: string, range: string): string {
  const version = newestOf(versions, range);
  if (version !== undefined) return version;
  const wanted = range === "" ? "released version" : `version ${range}`;
  throw new PackageError(
    `Cannot install ${name}: it has no ${wanted}, only ${versions.slice(-5).join(", ") || "none at all"}`,
  );
}

function tampered(what: string): never {
  throw new PackageError(
    `Cannot install ${what}: it is not what the registry's manifest says. Somebody has changed it on its way`,
  );
}

function check<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new PackageError(
    `Cannot read what the registry says of ${name}: ${issue!.path.join(".")}: ${issue!.message}`,
  );
}
