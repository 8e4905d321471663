/** Waiting for what a module does, in real time. */

/** What a test waits for comes at once, or something is wrong. */
const PATIENCE_MS = 5_000;
/** A test may put its own in their place. */
const { setTimeout: after, clearTimeout: cancel } = globalThis;

/** Wakes those who wait whenever something has changed. */
export class Changes {
  #next = Promise.withResolvers<void>();

  /** Something has changed. */
  wake(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Resolves when it is so. Rejects after 5 s with `what`. */
  async until(what: string, condition: () => boolean): Promise<void> {
    let late = false;
    const timer = after(() => {
      late = true;
      this.wake();
    }, PATIENCE_MS);
    while (!condition() && !late) await this.#next.promise;
    cancel(timer);
    if (!condition()) {
      throw new Error(`Cannot wait any longer for ${what}: the module has not done it in 5 s`);
    }
  }
}
