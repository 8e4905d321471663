/** How a module's process is started: every flag, and the reason of each. Pure. */

import { pathToFileURL } from "node:url";
import type { SandboxGrants } from "./permissions/sandbox_grants.ts";

/** What differs from module to module. */
export interface SandboxSpec {
  readonly moduleName: string;
  /** Absolute. */
  readonly directory: string;
  /** Relative to the directory. */
  readonly entry: string;
  /** The unix socket over which host and module talk. */
  readonly socket: string;
  /** Path of the file with the text of `sandboxImportMap`. */
  readonly importMap: string;
  /** What the operator lets through. */
  readonly grants: SandboxGrants;
  readonly cache: SandboxCache;
  readonly heapMib: number;
  /** All memory that is not shared with others. */
  readonly memoryMib: number;
}

/** Deno's cache for one process, and what of it may be imported. */
export interface SandboxCache {
  /** Made by makeModuleCache. */
  readonly denoDir: string;
  /** Where its packages come from: Deno finds them in the cache by that. Undefined: where Deno looks by itself. */
  readonly registries: { readonly jsr: string; readonly npm: string } | undefined;
  /** Whether it has packages of JSR. */
  readonly jsr: boolean;
}

/** What is the same for all. */
export interface SandboxPlace {
  /** deno itself. */
  readonly deno: string;
  /** Path of runner/main.ts. */
  readonly runner: string;
  /** Directory of the SDK: what of it the runner does not import itself, a module may. */
  readonly sdk: string;
  /** `setpriv` and `prlimit` of util-linux, when this machine has them. */
  readonly setpriv: string | undefined;
  readonly prlimit: string | undefined;
  /** The time zone of the manager; undefined is the machine's. */
  readonly timeZone: string | undefined;
  /** The manager's own: a module gets what is granted of it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A command to spawn. */
export interface SandboxCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Where Deno looks for packages of JSR by itself. */
export const JSR = "https://jsr.io/";

/** Address space that V8 reserves as data for each isolate, and never fills. */
const RESERVED_MIB = 560;
/** Percent of what is in use that a heap grows by before all of it is collected. */
const HEAP_GROWTH = 200;
/** A module may run a Worker or two of its own. */
const ISOLATES = 3;
/** Connections of an exporter, files of packages: far from what would hurt the machine. */
const MAX_OPEN_FILES = 4096;
const MIB = 1024 * 1024;

/**
 * The command line. The first code of the process is the runner's, because the files of a program's static imports are
 * not checked against its permissions; the module's path comes last, so that `ps` shows which module it is.
 */
export function sandboxCommand(spec: SandboxSpec, place: SandboxPlace): SandboxCommand {
  const [command, ...args] = [...wrappers(spec, place), place.deno, ...denoArguments(spec, place)];
  // Nothing of the manager's environment; Deno itself reads where its cache is before the module runs.
  const own = { ...cacheEnvironment(spec.cache), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  const env = { ...pick(place.environment, spec.grants.env), ...own };
  return {
    command: command!,
    args,
    env: place.timeZone === undefined ? env : { ...env, TZ: place.timeZone },
  };
}

function pick(from: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(from, name)).map((name) => [name, from[name]!]),
  );
}

function cacheEnvironment({ denoDir, registries }: SandboxCache): Record<string, string> {
  const from = registries && { JSR_URL: registries.jsr, NPM_CONFIG_REGISTRY: registries.npm };
  return { DENO_DIR: denoDir, ...from };
}

/** Hosts of packages, of which all come out of the cache. */
function importHost({ jsr, registries }: SandboxCache): string {
  return jsr ? new URL(registries?.jsr ?? JSR).host : "deny.invalid";
}

/** Programs that change something of the process and become the next one: the process stays the same. */
function wrappers({ memoryMib }: SandboxSpec, { setpriv, prlimit }: SandboxPlace): string[] {
  // What is allocated between two looks at a process must not exhaust the machine; no dumps of what a module held.
  const data = (memoryMib + ISOLATES * RESERVED_MIB) * MIB;
  return [
    // A module in an endless loop would outlive a manager that was killed.
    ...setpriv === undefined ? [] : [setpriv, "--pdeathsig=KILL", "--no-new-privs"],
    ...prlimit === undefined ? [] : [prlimit, "--core=0", `--nofile=${MAX_OPEN_FILES}`, `--data=${data}`],
  ];
}

/** Without a list they would allow everything: they are left out when there is nothing in it. */
const OTHER_FLAGS = ["env", "sys", "run", "ffi"] as const;

function denoArguments(spec: SandboxSpec, { runner, sdk }: SandboxPlace): string[] {
  const { moduleName, directory, entry, socket, importMap, cache, heapMib, grants } = spec;
  return [
    "run",
    "--quiet",
    "--no-prompt",
    // Neither a lock file nor a package's script of the module's, and no package that is not in the cache.
    "--no-lock",
    "--cached-only",
    "--node-modules-dir=none",
    // --deny-import does not close the hosts that Deno allows by default; a list without them does.
    `--allow-import=${importHost(cache)}`,
    `--location=http://${moduleName.replaceAll("_", "-")}.module.invalid/`,
    // Deno would look for a deno.json beside the runner, and take what it finds there for the module's.
    "--no-config",
    `--import-map=${importMap}`,
    // Threads that share the work of collecting young objects wait for each other when the processors have other work:
    // that doubled the time of large reads. One module has one processor. And V8 would collect all that there is when the
    // heap has grown by half, so after each large read, which was half of its time.
    `--v8-flags=--max-old-space-size=${heapMib},--no-parallel-scavenge,--heap-growing-percent=${HEAP_GROWTH}`,
    // Exactly one unix socket needs all three.
    `--allow-net=${[`unix:${socket}`, ...grants.net]}`,
    // A comma separates paths: a module whose path has one is refused by the registry, a permission by its grammar.
    `--allow-read=${[socket, directory, sdk, ...grants.read]}`,
    `--allow-write=${[socket, ...grants.write]}`,
    ...OTHER_FLAGS.filter((verb) => grants[verb].length > 0).map((verb) => `--allow-${verb}=${grants[verb]}`),
    runner,
    socket,
    `${directory}/${entry}`,
  ];
}

/** Text of the import map: names of packages, all that is taken of the module's own deno.json. */
export function sandboxImportMap(
  directory: string,
  moduleImports: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): string {
  const scope = pathToFileURL(`${directory}/`).href;
  // The file is somewhere else, so what is relative to the module must not stay relative.
  const imports = Object.entries(moduleImports).map((
    [name, to],
  ) => [name, /^\.{1,2}\//.test(to) ? new URL(to, scope).href : to]);
  const ours = { ...own, ...publishedNames(moduleImports, own) };
  return JSON.stringify({ imports: own, scopes: { [scope]: { ...Object.fromEntries(imports), ...ours } } });
}

/** `deno publish` writes what a name stands for into the files: `jsr:@ganglion/sdk@^0.1.0` is ours as well. */
function publishedNames(
  moduleImports: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(own).flatMap(([name, url]) => {
      const base = Object.keys(moduleImports).find((given) => name === given || name.startsWith(`${given}/`));
      const to = base === undefined ? undefined : moduleImports[base]!;
      return to !== undefined && to.startsWith(`jsr:${base}@`) ? [[to + name.slice(base!.length), url]] : [];
    }),
  );
}

/** Whether a module imports packages of JSR beside our own. */
export function importsJsr(
  moduleImports: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(moduleImports).some(([name, to]) =>
    to.startsWith("jsr:") && !Object.hasOwn(own, name)
  );
}
