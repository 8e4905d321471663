/** Makes the processes of modules: where deno, the runner and the sockets are. */

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "../time/clock.ts";
import { makeModuleCache } from "./module_cache.ts";
import { type OwnPackages, SDK } from "./own_packages.ts";
import { CACHE, checkPackage } from "./packages/package_store.ts";
import { ModuleProcess, type ProcessSpec } from "./module_process.ts";
import type { SandboxGrants } from "./permissions/sandbox_grants.ts";
import type { FoundModule } from "./registry.ts";
import {
  importsJsr,
  type SandboxCache,
  sandboxCommand,
  sandboxImportMap,
  type SandboxPlace,
} from "./sandbox.ts";

/** What differs from one process of a module to the next. */
export interface ProcessParts extends Pick<ProcessSpec, "host" | "held" | "output" | "limits"> {
  readonly grants: SandboxGrants;
}

/** Starts processes; dispose of it in the end. */
export class ProcessFactory {
  readonly #clock: Clock;
  readonly #place: SandboxPlace;
  readonly #packages: OwnPackages;
  readonly #stateDir: string;
  /** Of the modules that were not installed: it has the packages of the manager's cache. */
  readonly #denoDir: string;
  /** Of sockets and import maps. */
  readonly #directory: string;
  readonly #stop = new AbortController();
  #started = 0;

  /** What is in `stateDir` is kept from one start of the manager to the next. */
  constructor(clock: Clock, packages: OwnPackages, stateDir: string) {
    const env = Deno.env.toObject();
    this.#clock = clock;
    this.#packages = packages;
    this.#directory = runDirectory(`${stateDir}/run`);
    this.#stateDir = stateDir;
    this.#denoDir = makeModuleCache(`${stateDir}/deno`, packages.cache);
    this.#place = {
      deno: Deno.execPath(),
      runner: fileURLToPath(import.meta.resolve("./runner/main.ts")),
      sdk: dirname(fileURLToPath(packages.urls[SDK]!)),
      setpriv: findProgram("setpriv"),
      prlimit: findProgram("prlimit"),
      timeZone: env.TZ,
      environment: env,
    };
  }

  /** Starts a process of a module. Rejects when it does not say hello in time. */
  async start(
    found: FoundModule,
    { grants, limits, host, held, output }: ProcessParts,
  ): Promise<ModuleProcess> {
    const { name, directory, manifest } = found;
    const id = `${name}-${++this.#started}`;
    if (found.package !== undefined) await checkPackage(found.package);
    const importMap = `${this.#directory}/${name}.json`;
    const socket = `${this.#directory}/${id}`;
    await Deno.writeTextFile(importMap, sandboxImportMap(directory, manifest!.imports, this.#packages.urls));
    const spec = {
      moduleName: name,
      directory,
      entry: manifest!.entry,
      socket,
      importMap,
      grants,
      cache: this.#cache(found),
      ...limits,
    };
    const command = sandboxCommand(spec, this.#place);
    return await ModuleProcess.start({
      command,
      socket,
      clock: this.#clock,
      limits,
      signal: this.#stop.signal,
      host,
      held,
      output,
    });
  }

  /** An installed package has what it imports beside it: no registry is asked, and no other module's packages are there. */
  #cache({ name, manifest, package: installed }: FoundModule): SandboxCache {
    const jsr = importsJsr(manifest!.imports, this.#packages.urls);
    if (installed === undefined) return { denoDir: this.#denoDir, registries: undefined, jsr };
    const denoDir = makeModuleCache(`${this.#stateDir}/deno_of/${name}`, `${installed.root}/${CACHE}`);
    return { denoDir, registries: installed.version.registries, jsr: true };
  }

  /** Ends whatever still runs, and removes the files. */
  [Symbol.dispose](): void {
    this.#stop.abort(new Error("the manager ends"));
    removeTree(this.#directory);
  }
}

/** The path of a socket has 107 bytes at most, with a zero behind it; the name of a module 64. */
const MAX_RUN_PATH_BYTES = 107 - "/".length - 64 - "-1000000".length;

/** An empty directory: what a manager that was killed has left there is removed. Permissions separate paths by commas. */
function runDirectory(path: string): string {
  if (new TextEncoder().encode(path).length > MAX_RUN_PATH_BYTES || path.includes(",")) {
    return Deno.makeTempDirSync({ prefix: "ganglion-" });
  }
  removeTree(path);
  Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

function removeTree(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // It is not there.
  }
}

function findProgram(name: string): string | undefined {
  for (const directory of ["/usr/bin", "/bin"]) {
    try {
      if (Deno.statSync(`${directory}/${name}`).isFile) return `${directory}/${name}`;
    } catch {
      // Not here.
    }
  }
  return undefined;
}
