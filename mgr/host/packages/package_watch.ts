/** Packages that are installed, updated or removed while the manager runs. */

import { getLogger } from "@logtape/logtape";
import { basename, dirname } from "node:path";
import { isModuleName } from "../manifest.ts";
import { messageOf } from "../message_of.ts";
import type { HostCommandResult } from "../module_command.ts";
import { readRecord, takenFile } from "./package_store.ts";
import type { Clock, Timer } from "../../time/clock.ts";

const log = getLogger(["ganglion", "host"]);

/** A record that is replaced is several events of the file system. */
const SETTLE_MS = 200;

/** The module whose record the path is; undefined for other files. */
export function recordedModule(path: string): string | undefined {
  const name = /^(.*)\.json$/.exec(basename(path))?.[1];
  return name !== undefined && isModuleName(name) ? name : undefined;
}

/** Reloads modules whose packages change. Where the system cannot tell of them, that is logged. Dispose of it in the end. */
export function watchPackages(
  store: string,
  state: string,
  clock: Clock,
  reload: (module: string) => Promise<HostCommandResult>,
): Disposable | undefined {
  const changed = async (name: string): Promise<void> => {
    const record = await readRecord(store, name).catch(() => undefined);
    const { retval, stdout, stderr } = await reload(name);
    if (retval === 0) log.info(`package ${name}: ${String(stdout).trim()}`);
    else log.warn(`package ${name}: ${stderr}`);
    await noteTaken(takenFile(state, name), record?.versions[0].id);
  };
  try {
    return new PackageWatch(store, clock, (name) => void changed(name));
  } catch (e) {
    log.warn(`Cannot watch ${store}, use "ceph module reload NAME" after installing: ${messageOf(e)}`);
    return undefined;
  }
}

/** For the program that installs packages: it waits for that. */
async function noteTaken(file: string, id: string | undefined): Promise<void> {
  try {
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, id ?? "");
  } catch (e) {
    log.info(`Cannot write ${file}: ${messageOf(e)}`);
  }
}

/** Tells of each record that is written or removed. Throws when the system cannot watch. */
class PackageWatch implements Disposable {
  readonly #clock: Clock;
  readonly #changed: (module: string) => void;
  readonly #timers = new Map<string, Timer>();
  readonly #watcher: Deno.FsWatcher;

  constructor(store: string, clock: Clock, changed: (module: string) => void) {
    Deno.mkdirSync(store, { recursive: true, mode: 0o755 });
    this.#clock = clock;
    this.#changed = changed;
    this.#watcher = Deno.watchFs(store, { recursive: false });
    void this.#follow();
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
    for (const timer of this.#timers.values()) timer.cancel();
  }

  async #follow(): Promise<void> {
    for await (const { kind, paths } of this.#watcher) {
      if (kind === "access") continue;
      for (const module of paths.map(recordedModule)) {
        if (module !== undefined) this.#soon(module);
      }
    }
  }

  #soon(module: string): void {
    this.#timers.get(module)?.cancel();
    this.#timers.set(module, this.#clock.after(SETTLE_MS, () => this.#changed(module)));
  }
}
