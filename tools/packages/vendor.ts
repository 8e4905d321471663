/** Everything that a module imports from registries, fetched beside it: it runs when they are away. */

import { PACKAGES } from "../../mgr/host/module_cache.ts";
import { ownPackages } from "../../mgr/host/own_packages.ts";
import { CACHE, MODULE } from "../../mgr/host/packages/package_store.ts";
import { sandboxImportMap } from "../../mgr/host/sandbox.ts";
import type { Manifest } from "../../mgr/host/manifest.ts";
import { PackageError } from "./package_error.ts";
import type { Registries } from "./registries.ts";

/** Many packages over a slow line. */
const TIMEOUT_MS = 300_000;
const MAX_REASON_CHARS = 1000;
/** What Deno needs of the environment to reach a registry; nothing else of it is handed on. */
const NETWORK = ["PATH", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "DENO_CERT", "DENO_TLS_CA_STORE"] as const;

/**
 * Fills `root/cache` for the module in `root/module`. No code of any package runs: there is no node_modules directory,
 * and without one Deno runs no scripts. Throws PackageError.
 */
export async function vendor(
  root: string,
  { entry, imports }: Manifest,
  registries: Registries,
): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "ganglion-vendor-" });
  try {
    const importMap = `${work}/import_map.json`;
    await Deno.writeTextFile(importMap, sandboxImportMap(`${root}/${MODULE}`, imports, ownPackages().urls));
    await denoCache(`${root}/${MODULE}/${entry}`, importMap, `${work}/deno`, registries);
    await Deno.mkdir(`${root}/${CACHE}`, { mode: 0o755 });
    for (const part of PACKAGES) await copyPackages(`${work}/deno/${part}`, `${root}/${CACHE}/${part}`);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

async function denoCache(
  entry: string,
  importMap: string,
  denoDir: string,
  { jsr, npm }: Registries,
): Promise<void> {
  const handed = NETWORK.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "cache",
      "--quiet",
      "--no-config",
      "--no-lock",
      "--node-modules-dir=none",
      `--allow-import=${new URL(jsr).host}`,
      `--import-map=${importMap}`,
      entry,
    ],
    env: {
      ...Object.fromEntries(handed),
      DENO_DIR: denoDir,
      JSR_URL: jsr,
      NPM_CONFIG_REGISTRY: npm,
      NO_COLOR: "1",
      DENO_NO_UPDATE_CHECK: "1",
    },
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).output();
  if (code === 0) return;
  const text = new TextDecoder().decode(stderr).split("\n\nStack backtrace")[0]!;
  const reason = text.replace(/^error: /, "").trim().slice(0, MAX_REASON_CHARS);
  throw new PackageError(`Cannot install what the module imports: ${reason}`);
}

async function copyPackages(from: string, to: string): Promise<void> {
  let entries: Deno.DirEntry[];
  try {
    entries = await Array.fromAsync(Deno.readDir(from));
  } catch (e) {
    if (e instanceof Deno.errors.NotFound) return;
    throw e;
  }
  await Deno.mkdir(to, { mode: 0o755 });
  for (const { name, isDirectory, isFile } of entries) {
    if (isDirectory) await copyPackages(`${from}/${name}`, `${to}/${name}`);
    // Deno notes there whom it has told that scripts do not run.
    if (isFile && !name.startsWith(".scripts-warned-")) {
      await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
      await Deno.chmod(`${to}/${name}`, 0o644);
    }
  }
}
