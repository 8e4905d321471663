/** Notifications of one module, in its own time: what is overtaken by newer news of the same kind is left out. */

/** Kinds of which each one is news of its own; of all others only the last counts. */
const EACH_COUNTS: ReadonlySet<string> = new Set(["clog", "command", "perf_schema_update"]);
/** Of those, so many wait for a module that is busy; then the oldest make room. */
export const MAX_WAITING = 1000;

/** Tells a module; resolves when the module has dealt with it. */
export type Tell = (type: string, id: unknown) => Promise<void>;

/** One for each instance. */
export class Notifier {
  readonly #tell: Tell;
  readonly #waiting = new Map<string, unknown[]>();
  readonly #busy = new Set<string>();
  #leftOut = 0;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** How many were overtaken or made room. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Tells now, or when the module has dealt with the last of that kind. */
  notify(type: string, id: unknown): void {
    if (!this.#busy.has(type)) return void this.#run(type, id);
    const waiting = this.#waiting.get(type) ?? [];
    if (waiting.length >= (EACH_COUNTS.has(type) ? MAX_WAITING : 1)) {
      waiting.shift();
      this.#leftOut++;
    }
    waiting.push(id);
    this.#waiting.set(type, waiting);
  }

  async #run(type: string, id: unknown): Promise<void> {
    this.#busy.add(type);
    try {
      await this.#tell(type, id);
    } catch {
      // It hangs, or its process is gone: what waits would be late for this one, and old for the next.
      this.#waiting.delete(type);
    }
    this.#busy.delete(type);
    const waiting = this.#waiting.get(type);
    if (waiting !== undefined && waiting.length > 0) this.#run(type, waiting.shift());
  }
}
