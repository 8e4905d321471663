/** How a module's process is started: every flag, and the reason of each. Pure. */

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
  readonly heapMib: number;
}

/** What is the same for all. */
export interface SandboxPlace {
  /** deno itself. */
  readonly deno: string;
  /** Path of runner/main.ts. */
  readonly runner: string;
  /** Deno's cache, which holds the packages. */
  readonly denoDir: string;
  /** `setpriv` of util-linux, when this machine has it. */
  readonly setpriv: string | undefined;
}

/** A command to spawn. */
export interface SandboxCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The command line. The first code of the process is the runner's, because the files of a program's static imports are
 * not checked against its permissions; the module's path comes last, so that `ps` shows which module it is.
 */
export function sandboxCommand(spec: SandboxSpec, place: SandboxPlace): SandboxCommand {
  const { moduleName, directory, entry, socket, importMap, heapMib } = spec;
  const deno = [
    "run",
    "--quiet",
    "--no-prompt",
    // Neither a lock file nor a package's script of the module's, and no package that is not in the cache.
    "--no-lock",
    "--cached-only",
    "--node-modules-dir=none",
    // --deny-import does not close the hosts that Deno allows by default; a list without them does.
    "--allow-import=deny.invalid",
    `--location=http://${moduleName.replaceAll("_", "-")}.module.invalid/`,
    // Deno would look for a deno.json beside the runner, and take what it finds there for the module's.
    "--no-config",
    `--import-map=${importMap}`,
    `--v8-flags=--max-old-space-size=${heapMib}`,
    // Exactly one unix socket needs all three.
    `--allow-net=unix:${socket}`,
    `--allow-read=${socket},${directory}`,
    `--allow-write=${socket}`,
    place.runner,
    socket,
    `${directory}/${entry}`,
  ];
  // Nothing of the manager's environment; Deno itself reads where its cache is before the module runs.
  const env = { DENO_DIR: place.denoDir, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  if (place.setpriv === undefined) return { command: place.deno, args: deno, env };
  // A module in an endless loop would outlive a manager that was killed.
  return { command: place.setpriv, args: ["--pdeathsig=KILL", "--no-new-privs", place.deno, ...deno], env };
}

/** Text of the import map: names of packages, all that is taken of the module's own deno.json. */
export function sandboxImportMap(
  directory: string,
  moduleImports: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): string {
  const scope = new URL(`file://${directory}/`).href;
  // The file is somewhere else, so what is relative to the module must not stay relative.
  const imports = Object.entries(moduleImports).map((
    [name, to],
  ) => [name, /^\.{1,2}\//.test(to) ? new URL(to, scope).href : to]);
  return JSON.stringify({ imports: own, scopes: { [scope]: { ...Object.fromEntries(imports), ...own } } });
}
