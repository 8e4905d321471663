/** Pieces of work of a few milliseconds each that come several at once: others have their turn between them. */

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Runs one after another, in the order in which they came, each in a turn of the event loop of its own. */
export class OneByOne {
  #last: Promise<unknown> | undefined;

  /** The first runs at once. Resolves or rejects as the work does. */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#last === undefined ? Promise.try(work) : this.#last.then(work);
    const last: Promise<unknown> = result.then(nextTurn, nextTurn).then(() => {
      if (this.#last === last) this.#last = undefined;
    });
    this.#last = last;
    return result;
  }
}
