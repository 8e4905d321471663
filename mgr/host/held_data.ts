/** What a module's process holds of the cluster's data: it answers reads by it until it is told that it is no longer so. */

/** Names with an argument are the module's to choose. What is held beyond is given up, the oldest first. */
export const MAX_HELD = 100;

/**
 * One for each process. The process is told once of each source that has moved on, and of nothing that it has not asked
 * for since: who reads nothing hears nothing.
 */
export class HeldData {
  readonly #moment: (source: string) => unknown;
  readonly #held = new Map<string, unknown>();
  #givenUp: string[] = [];

  /** `moment` is ClusterLink.moment. */
  constructor(moment: (source: string) => unknown) {
    this.#moment = moment;
  }

  /** There is nothing to tell. */
  get isEmpty(): boolean {
    return this.#held.size === 0 && this.#givenUp.length === 0;
  }

  /** The process is being answered about `source`, as of `moment`. */
  hold(source: string, moment: unknown): void {
    this.#held.delete(source);
    this.#held.set(source, moment);
    if (this.#held.size > MAX_HELD) this.#giveUp(this.#held.keys().next().value!);
  }

  /** Sources of which there is another moment now, or that are given up. They are held no more. */
  takeOutdated(): string[] {
    for (const [source, moment] of this.#held) if (this.#moment(source) !== moment) this.#giveUp(source);
    const outdated = this.#givenUp;
    this.#givenUp = [];
    return outdated;
  }

  /** The module may not read any more what it could: it is to ask again. */
  giveUpAll(): void {
    for (const source of [...this.#held.keys()]) this.#giveUp(source);
  }

  #giveUp(source: string): void {
    this.#held.delete(source);
    this.#givenUp.push(source);
  }
}
