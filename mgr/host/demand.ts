/** Whether a module that runs on demand is needed now: something asks for it, or its time has come. */

import type { Clock, Timer } from "../time/clock.ts";

/** A module that nothing asks for any more goes on for a while: what asks once often asks again. */
export const IDLE_MS = 10_000;

/** Follows what asks for one module. */
export class Demand {
  readonly #clock: Clock;
  readonly #wakeMs: number | undefined;
  readonly #changed: () => void;
  #uses = 0;
  /** serve() runs: a round on a schedule is not cut short. */
  #serving = false;
  #isNeeded = false;
  #isFollowed = false;
  #idle: Timer | undefined;
  #wake: Timer | undefined;

  /** `changed` is called when `isNeeded` is another one. */
  constructor(clock: Clock, wakeMs: number | undefined, changed: () => void) {
    this.#clock = clock;
    this.#wakeMs = wakeMs;
    this.#changed = changed;
  }

  get isNeeded(): boolean {
    return this.#isNeeded;
  }

  /** Something asks for the module, until what is answered is disposed of. */
  use(): Disposable {
    this.#uses++;
    this.#need();
    return {
      [Symbol.dispose]: () => {
        this.#uses--;
        this.#rest();
      },
    };
  }

  /** serve() has returned. */
  served(): void {
    this.#serving = false;
    this.#rest();
  }

  /** The module is wanted at all, or not any more. A schedule begins with a first round. */
  follow(isWanted: boolean): void {
    if (isWanted === this.#isFollowed) return;
    this.#isFollowed = isWanted;
    if (!isWanted) return this.#stop();
    if (this.#wakeMs === undefined) return;
    this.#wake = this.#clock.every(this.#wakeMs, () => this.#need());
    this.#isNeeded = this.#serving = true;
  }

  #need(): void {
    this.#idle?.cancel();
    if (this.#isNeeded || !this.#isFollowed) return;
    this.#isNeeded = this.#serving = true;
    this.#changed();
  }

  #rest(): void {
    this.#idle?.cancel();
    if (!this.#isNeeded || this.#serving || this.#uses > 0) return;
    this.#idle = this.#clock.after(IDLE_MS, () => {
      this.#isNeeded = false;
      this.#changed();
    });
  }

  #stop(): void {
    this.#isNeeded = false;
    this.#wake?.cancel();
    this.#idle?.cancel();
  }
}
