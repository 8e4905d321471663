/** Lets so many through in a period and counts the others: for log lines that strangers can cause. */

import type { Clock } from "./clock.ts";

/** One limit. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #count: number;
  readonly #periodMs: number;
  #begin = -Infinity;
  #taken = 0;
  #dropped = 0;

  /** At most `count` in each `periodMs`. */
  constructor(clock: Clock, count: number, periodMs: number) {
    this.#clock = clock;
    this.#count = count;
    this.#periodMs = periodMs;
  }

  /** Calls `use` with the number of those that were dropped since it was called last, or drops this one. */
  take(use: (dropped: number) => void): void {
    const now = this.#clock.now();
    if (now - this.#begin >= this.#periodMs) {
      this.#begin = now;
      this.#taken = 0;
    }
    if (this.#taken >= this.#count) return void this.#dropped++;
    this.#taken++;
    const dropped = this.#dropped;
    this.#dropped = 0;
    use(dropped);
  }
}

/** ` (and 5 more)`, or nothing: for the end of such a line. */
export function andMore(dropped: number): string {
  return dropped === 0 ? "" : ` (and ${dropped} more)`;
}
