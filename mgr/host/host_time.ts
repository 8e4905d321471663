/** How much of our time one module may take by what it sends. */

import { type Clock, sleep } from "../time/clock.ts";

/** Milliseconds in each second. A module that sends more waits; commands and beacons of others do not. */
export const HOST_TIME_PER_SECOND_MS = 200;
const SECOND_MS = 1000;

/** The account of one process. */
export class HostTime {
  readonly #clock: Clock;
  #since: number;
  #busyMs = 0;
  #totalMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  /** Milliseconds that the process has taken since its start. */
  get totalMs(): number {
    return this.#totalMs;
  }

  /** Takes a piece of work; answers with what to wait for when it was too much. */
  spend(ms: number): Promise<void> | undefined {
    const now = this.#clock.now();
    if (now - this.#since >= SECOND_MS) {
      this.#since = now;
      this.#busyMs = 0;
    }
    this.#busyMs += ms;
    this.#totalMs += ms;
    if (this.#busyMs <= HOST_TIME_PER_SECOND_MS) return undefined;
    return sleep(this.#clock, this.#since + SECOND_MS - now);
  }
}
