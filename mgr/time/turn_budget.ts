/** Work that comes in thousands of pieces: a turn of the event loop does some of it, so that others get their turn soon. */

import { nextTurn } from "./in_steps.ts";

/** What one turn may spend. Whoever has priority waits for one such share, and for what the turn does besides. */
export const TURN_MS = 4;

/** How the time is told, and the next turn awaited. Tests have their own. */
export interface TurnClock {
  now(): number;
  nextTurn(call: () => void): void;
}

const loop: TurnClock = {
  now: () => performance.now(),
  nextTurn: (call) => void nextTurn().then(call),
};

/**
 * Pieces are done in the order in which they come. Who brings them waits for them: of each connection no more are here than
 * one read has brought.
 */
export class TurnBudget {
  readonly #clock: TurnClock;
  readonly #waiting: (() => void)[] = [];
  #spent = 0;
  #awaiting = false;

  constructor(clock = loop) {
    this.#clock = clock;
  }

  /** Does it at once while this turn has time left; otherwise the promise is of what it will answer. It must not throw. */
  run<T>(work: () => T): T | Promise<Awaited<T>> {
    if (this.#waiting.length === 0 && this.#spent < TURN_MS) return this.#do(work);
    const { promise, resolve } = Promise.withResolvers<Awaited<T>>();
    this.#waiting.push(() => resolve(work() as Awaited<T>));
    return promise;
  }

  #do<T>(work: () => T): T {
    const { now } = this.#clock;
    const from = now();
    const answer = work();
    this.#spent += now() - from;
    if (!this.#awaiting) {
      this.#awaiting = true;
      this.#clock.nextTurn(() => this.#turn());
    }
    return answer;
  }

  #turn(): void {
    this.#spent = 0;
    this.#awaiting = false;
    let done = 0;
    while (done < this.#waiting.length && this.#spent < TURN_MS) this.#do(this.#waiting[done++]!);
    this.#waiting.splice(0, done);
  }
}
