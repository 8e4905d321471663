/** What this process knows to be the newest: the manager has answered, and has not said since that there is another. */

/**
 * Reads that are answered here never let the process hear anything. After so long one goes to the manager all the
 * same: a loop that waits for a change by reading sees it, and pings are answered.
 */
export const MAX_DEAF_MS = 5;

/** Ours: a test may have put its own in their place. */
const { setTimeout } = globalThis;
const monotonic = performance.now.bind(performance);

/** One for each instance. A source is what the manager is asked for: a name of `get()`, or a call. */
export class HeldSources {
  readonly #now: () => number;
  readonly #held = new Set<string>();
  /** Counts what the manager has said. */
  #told = 0;
  /** When the first read was answered here since the process could hear; undefined while it can. */
  #deafSince: number | undefined;

  constructor(now = monotonic) {
    this.#now = now;
  }

  /** There is something newer of these. */
  changed(sources: readonly string[]): void {
    this.#told++;
    for (const source of sources) this.#held.delete(source);
  }

  /** What is known of it is the newest. */
  has(source: string): boolean {
    return this.#held.has(source) && !this.#isDeaf();
  }

  /** Asks the manager about `source`. What was said meanwhile may have been about the answer: then it is not held. */
  async ask<T>(source: string, question: () => Promise<T>): Promise<T> {
    const told = this.#told;
    const answer = await question();
    if (told === this.#told) this.#held.add(source);
    return answer;
  }

  #isDeaf(): boolean {
    const now = this.#now();
    if (this.#deafSince === undefined) {
      this.#deafSince = now;
      setTimeout(() => this.#deafSince = undefined);
    }
    return now - this.#deafSince > MAX_DEAF_MS;
  }
}
