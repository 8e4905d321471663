/** How many bytes of unfinished messages all peers together may keep in our memory. */

/** Shared by the connections of one acceptor. */
export class ByteBudget {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** What one connection keeps changed by `delta`; throws when that is too much together with the others. */
  change(delta: number): void {
    this.#used += delta;
    if (delta > 0 && this.#used > this.#limit) {
      throw new Error(`Cannot take more: unfinished messages of all peers hold ${this.#used} bytes`);
    }
  }
}
