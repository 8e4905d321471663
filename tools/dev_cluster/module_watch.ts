/** Modules of a development cluster are reloaded when a file of theirs is saved. */

import { relative } from "node:path";
import type { Clock, Timer } from "../../mgr/time/clock.ts";

/** Editors write a file in several steps, and people save several files at once. */
export const SETTLE_MS = 150;

/** What no module's process reads: tests, documentation, lock files, and what editors and tools leave for a moment. */
const OTHER_FILES =
  /(?:^|\/)(?:\.[^/]*|[^/]*~|[^/]*\.(?:md|lock|sw[a-z]|tmp|bak)|[^/]*_test\.[jt]sx?|\d+)(?:\/|$)/;

/** The module whose file was changed; undefined for a path that no module's process reads. */
export function moduleOf(path: string, roots: readonly string[]): string | undefined {
  for (const root of roots) {
    const below = relative(root, path);
    if (below === "" || below.startsWith("..") || OTHER_FILES.test(below)) continue;
    return below.split("/")[0];
  }
  return undefined;
}

/** Reloads modules that were changed: each a moment after its last change, one reload of a module at a time. */
export class Reloads {
  readonly #clock: Clock;
  readonly #reload: (module: string) => Promise<void>;
  readonly #timers = new Map<string, Timer>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(clock: Clock, reload: (module: string) => Promise<void>) {
    this.#clock = clock;
    this.#reload = reload;
  }

  /** A file of the module has been written. */
  changed(module: string): void {
    this.#timers.get(module)?.cancel();
    this.#timers.set(module, this.#clock.after(SETTLE_MS, () => this.#due(module)));
  }

  /** Nothing is reloaded any more. */
  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
  }

  #due(module: string): void {
    // What was saved during a reload is taken by another one.
    const next = (this.#running.get(module) ?? Promise.resolve()).then(() => this.#reload(module));
    this.#running.set(module, next);
  }
}

/** Watches the directories that exist, until the signal aborts. Answers with them. */
export function watchDirectories(
  roots: readonly string[],
  signal: AbortSignal,
  changed: (module: string) => void,
): readonly string[] {
  const present = roots.filter(isDirectory).map((root) => Deno.realPathSync(root));
  if (present.length === 0) return present;
  const watcher = Deno.watchFs(present);
  signal.addEventListener("abort", () => watcher.close(), { once: true });
  void follow(watcher, (path) => {
    const module = moduleOf(path, present);
    if (module !== undefined) changed(module);
  });
  return present;
}

async function follow(watcher: Deno.FsWatcher, changed: (path: string) => void): Promise<void> {
  for await (const { kind, paths } of watcher) {
    if (kind !== "access") paths.forEach(changed);
  }
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
