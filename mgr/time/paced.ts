/** Something that is to follow a change soon, but not as often as changes come. */

import type { Clock, Timer } from "./clock.ts";

/** Runs at once when the last run is long enough ago, else when it is; changes in between make one run. */
export class Paced {
  readonly #clock: Clock;
  readonly #periodMs: number;
  readonly #run: () => void;
  #lastRun = -Infinity;
  #timer: Timer | undefined;

  constructor(clock: Clock, periodMs: number, run: () => void) {
    this.#clock = clock;
    this.#periodMs = periodMs;
    this.#run = run;
  }

  /** Something has changed. The run is never inside of this call. */
  soon(): void {
    const wait = Math.max(0, this.#lastRun + this.#periodMs - this.#clock.now());
    this.#timer ??= this.#clock.after(wait, () => {
      this.#timer = undefined;
      this.#lastRun = this.#clock.now();
      this.#run();
    });
  }

  /** Nothing runs any more. */
  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
