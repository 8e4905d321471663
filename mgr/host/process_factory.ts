/** Makes the processes of modules: where deno, the runner and the sockets are. */

import { fileURLToPath } from "node:url";
import type { Clock } from "../time/clock.ts";
import type { HostSide } from "./contract.ts";
import { ModuleProcess } from "./module_process.ts";
import type { FoundModule } from "./registry.ts";
import { sandboxCommand, sandboxConfig, type SandboxPlace } from "./sandbox.ts";

/** Heap of a module. Its arrays and buffers are outside of the heap and counted by the other limit. */
export const HEAP_LIMIT_MIB = 512;
/** All memory of a module's process. */
export const RSS_LIMIT_MIB = 1024;

/** Packages that every module may import by these names: the SDK, and what the runner needs. */
const OWN_IMPORTS = ["@ganglion/sdk", "@msgpack/msgpack"] as const;

/** Starts processes; dispose of it in the end. */
export class ProcessFactory {
  readonly #clock: Clock;
  readonly #place: SandboxPlace;
  readonly #imports: Readonly<Record<string, string>>;
  /** Sockets and configurations: short, for the path of a socket has 107 characters at most. */
  readonly #directory: string;
  #started = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#place = {
      deno: Deno.execPath(),
      runner: fileURLToPath(import.meta.resolve("./runner/main.ts")),
      denoDir: denoDirectory(Deno.env.toObject()),
      setpriv: findProgram("setpriv"),
    };
    this.#imports = Object.fromEntries(OWN_IMPORTS.map((name) => [name, import.meta.resolve(name)]));
    this.#directory = Deno.makeTempDirSync({ prefix: "ganglion-" });
  }

  /** Starts a process of a module. Rejects when it does not say hello in time. */
  async start(found: FoundModule, host: HostSide, output: (line: string) => void): Promise<ModuleProcess> {
    const { name, directory, manifest } = found;
    const id = `${name}-${++this.#started}`;
    const config = `${this.#directory}/${name}.json`;
    const socket = `${this.#directory}/${id}`;
    await Deno.writeTextFile(config, sandboxConfig(directory, manifest!.imports, this.#imports));
    const spec = {
      moduleName: name,
      directory,
      entry: manifest!.entry,
      socket,
      config,
      heapMib: HEAP_LIMIT_MIB,
    };
    const command = sandboxCommand(spec, this.#place);
    return await ModuleProcess.start({
      command,
      socket,
      clock: this.#clock,
      rssLimitMib: RSS_LIMIT_MIB,
      host,
      output,
    });
  }

  /** Removes the files. */
  [Symbol.dispose](): void {
    try {
      Deno.removeSync(this.#directory, { recursive: true });
    } catch {
      // Somebody has cleaned up before us.
    }
  }
}

/** Deno's cache. Upstream: deno_dir in cli/cache/deno_dir.rs */
export function denoDirectory(env: Readonly<Record<string, string>>): string {
  if (env.DENO_DIR) return env.DENO_DIR;
  if (env.XDG_CACHE_HOME) return `${env.XDG_CACHE_HOME}/deno`;
  return `${env.HOME ?? "/root"}/.cache/deno`;
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
