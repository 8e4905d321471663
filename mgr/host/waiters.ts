/** Waiting for something to change. */

import type { Clock } from "../time/clock.ts";

/** Whoever waits is woken at each change. */
export class Waiters {
  #next = Promise.withResolvers<void>();

  /** Something has changed. */
  wake(): void {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers();
    resolve();
  }

  /** Resolves at the next change. */
  next(): Promise<void> {
    return this.#next.promise;
  }

  /** Resolves when the condition holds. */
  async when(condition: () => boolean): Promise<void> {
    while (!condition()) await this.next();
  }

  /** The same with a limit: false when the condition does not hold in time. */
  async until(clock: Clock, ms: number, condition: () => boolean): Promise<boolean> {
    if (condition()) return true;
    let late = false;
    const timer = clock.after(ms, () => {
      late = true;
      this.wake();
    });
    await this.when(() => late || condition());
    timer.cancel();
    return condition();
  }
}
