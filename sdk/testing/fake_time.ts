/** Timers that run when a test says so. */

interface Entry {
  readonly id: number;
  readonly call: () => void;
  readonly everyMs: number | undefined;
  at: number;
}

/** The real ones: for what has to happen between two timers. */
const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  Date: globalThis.Date,
  now: performance.now,
};

/** Turns of the event loop that promises get between two timers. */
const TURNS = 3;

/**
 * Takes the place of `setTimeout`, `setInterval`, `Date` and `performance.now` until it is disposed of. Time stands
 * still but for `advance()`. `AbortSignal.timeout()` and what waits for the network go on in real time.
 *
 * @example
 * ```ts
 * import { FakeTime } from "@ganglion/sdk/testing";
 *
 * using time = new FakeTime();
 * let done = false;
 * setTimeout(() => done = true, 60_000);
 * await time.advance(60_000);
 * if (!done) throw new Error("a minute has passed");
 * ```
 */
export class FakeTime implements Disposable {
  readonly #entries = new Map<number, Entry>();
  readonly #startMs: number;
  #elapsedMs = 0;
  #lastId = 0;

  /** Begins at `start`; now when it is left out. Throws when another FakeTime is in place. */
  constructor(start: Date = new real.Date()) {
    if (globalThis.setTimeout !== real.setTimeout) {
      throw new Error("Cannot stop time: another FakeTime is in place; dispose of it first");
    }
    this.#startMs = start.getTime();
    this.#install();
  }

  /** Milliseconds since 1970, as `Date.now()` answers. */
  get now(): number {
    return this.#startMs + this.#elapsedMs;
  }

  /** Lets time pass: runs what falls due in its order, and lets promises settle after each. */
  async advance(ms: number): Promise<void> {
    const until = this.#elapsedMs + ms;
    await settle();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#elapsedMs = next.at;
      if (next.everyMs === undefined) this.#entries.delete(next.id);
      else next.at += next.everyMs;
      next.call();
      await settle();
    }
    this.#elapsedMs = until;
  }

  /** Real time again. Timers that have not run never will. */
  [Symbol.dispose](): void {
    const { now, ...globals } = real;
    Object.assign(globalThis, globals);
    performance.now = now;
    this.#entries.clear();
  }

  #next(until: number): Entry | undefined {
    const due = [...this.#entries.values()].filter(({ at }) => at <= until);
    return due.sort((a, b) => a.at - b.at || a.id - b.id)[0];
  }

  #install(): void {
    const clear = (id?: number): void => void this.#entries.delete(id ?? 0);
    const elapsed = (): number => this.#elapsedMs;
    const now = (): number => this.now;
    Object.assign(globalThis, {
      setTimeout: (call: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
        this.#add(() => call(...args), ms, false),
      setInterval: (call: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
        this.#add(() => call(...args), ms, true),
      clearTimeout: clear,
      clearInterval: clear,
      Date: class extends real.Date {
        constructor(...args: unknown[]) {
          super(...(args.length === 0 ? [now()] : args) as [number]);
        }
        static override now(): number {
          return now();
        }
      },
    });
    performance.now = elapsed;
  }

  #add(call: () => void, ms = 0, again: boolean): number {
    const id = ++this.#lastId;
    const delayMs = Math.max(0, ms || 0);
    const everyMs = again ? Math.max(1, delayMs) : undefined;
    this.#entries.set(id, { id, call, everyMs, at: this.#elapsedMs + (everyMs ?? delayMs) });
    return id;
  }
}

/** Lets every promise settle that does not wait for a timer. */
export async function settle(): Promise<void> {
  for (let i = 0; i < TURNS; i++) await new Promise<void>((resolve) => real.setTimeout(resolve, 0));
}
