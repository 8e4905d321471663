/** A clock whose wall time is wrong. */

import type { Clock, Timer } from "../../../mgr/time/clock.ts";

/** Monotonic time stays true. */
export class SkewedClock implements Clock {
  readonly #clock: Clock;
  #skewMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The wall clock is ahead by that; behind when it is negative. */
  skew(ms: number): void {
    this.#skewMs = ms;
  }

  now(): number {
    return this.#clock.now();
  }

  wall(): number {
    return this.#clock.wall() + this.#skewMs;
  }

  after(ms: number, call: () => void): Timer {
    return this.#clock.after(ms, call);
  }

  every(ms: number, call: () => void): Timer {
    return this.#clock.every(ms, call);
  }
}
