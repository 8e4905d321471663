/** How often a module's process has died, and how long its next start is put off. */

import type { Clock } from "../time/clock.ts";

const FIRST_PAUSE_MS = 200;
/** Deaths that are older do not count. */
const WINDOW_MS = 10 * 60_000;
/** From so many in the window on the operator is told. */
const WORTH_TELLING = 3;

/** Whoever needs a module waits for a restart that is not further away. */
const SOON_MS = 1_000;

/** The deaths of one module. */
export class Deaths {
  readonly #clock: Clock;
  readonly #maxPauseMs: () => number;
  #times: number[] = [];
  #reason = "";
  /** When the process is replaced, in monotonic milliseconds. */
  #restartAt = 0;

  /** A module that dies at once must not keep a core busy, and is still back soon after it was mended. */
  constructor(clock: Clock, maxPauseMs: () => number) {
    this.#clock = clock;
    this.#maxPauseMs = maxPauseMs;
  }

  /** Takes a death; answers with the milliseconds to wait: 200, doubled by each further one, with an end. */
  add(reason: string): number {
    this.#reason = reason;
    this.#times = [...this.#recent, this.#clock.now()];
    const pause = Math.min(this.#maxPauseMs(), FIRST_PAUSE_MS * 2 ** (this.#times.length - 1));
    this.#restartAt = this.#clock.now() + pause;
    return pause;
  }

  /** Why nobody should wait for the next start; undefined when it is soon. */
  get absence(): string | undefined {
    const restartMs = this.#restartAt - this.#clock.now();
    if (restartMs <= SOON_MS) return undefined;
    return `${this.#reason}; the next start is in ${Math.ceil(restartMs / 1000)} s`;
  }

  /** In the last ten minutes. */
  get count(): number {
    return this.#recent.length;
  }

  /** What to tell the operator; undefined while it is not worth it. */
  get trouble(): string | undefined {
    const { count } = this;
    return count < WORTH_TELLING
      ? undefined
      : `has died ${count} times in the last 10 minutes: ${this.#reason}`;
  }

  get #recent(): number[] {
    const since = this.#clock.now() - WINDOW_MS;
    return this.#times.filter((time) => time > since);
  }
}
