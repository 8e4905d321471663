/** Pieces of work of a few milliseconds each that come several at once: others have their turn between them. */

import { MAX_STEP_MS, nextTurn } from "./in_steps.ts";

const monotonic = (): number => performance.now();

/** Runs one after another, in the order in which they came; others go first whenever they have run long enough. */
export class OneByOne {
  readonly #now: () => number;
  #last: Promise<unknown> | undefined;
  /** Since others have had their turn. */
  #busyMs = 0;

  constructor(now = monotonic) {
    this.#now = now;
  }

  /** The first runs at once. Resolves or rejects as the work does. */
  run<T>(work: () => T): Promise<T> {
    const timed = (): T => this.#timed(work);
    const result = this.#last === undefined ? Promise.try(timed) : this.#last.then(timed);
    const pause = (): Promise<void> | undefined => this.#pause();
    const last: Promise<unknown> = result.then(pause, pause).then(() => {
      if (this.#last === last) this.#last = undefined;
    });
    this.#last = last;
    return result as Promise<T>;
  }

  #timed<T>(work: () => T): T {
    const started = this.#now();
    try {
      return work();
    } finally {
      this.#busyMs += this.#now() - started;
    }
  }

  #pause(): Promise<void> | undefined {
    if (this.#busyMs < MAX_STEP_MS) return undefined;
    this.#busyMs = 0;
    return nextTurn();
  }
}
