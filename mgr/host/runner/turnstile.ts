/** So many calls of a module are under way at once, and the others wait in its own process: the manager would refuse them. */

/** Fewer than the manager takes. */
export interface TurnstileLimits {
  readonly calls: number;
  /** One call of any size may always go. */
  readonly bytes: number;
}

interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
}

/** First come, first served. */
export class Turnstile {
  readonly #limits: TurnstileLimits;
  readonly #waiting = new Set<Waiting>();
  #calls = 0;
  #bytes = 0;

  constructor(limits: TurnstileLimits) {
    this.#limits = limits;
  }

  /** Does it when there is room. Rejects with the signal's reason when that aborts before. */
  async pass<T>(bytes: number, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.size > 0 || !this.#hasRoom(bytes)) await this.#wait(bytes, signal);
    else this.#enter(bytes);
    try {
      return await work();
    } finally {
      this.#calls--;
      this.#bytes -= bytes;
      this.#letIn();
    }
  }

  #wait(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(entry);
        reject(signal!.reason);
        // The one behind may be smaller.
        this.#letIn();
      };
      const go = (): void => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const entry = { bytes, go };
      this.#waiting.add(entry);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  #letIn(): void {
    for (const entry of this.#waiting) {
      if (!this.#hasRoom(entry.bytes)) return;
      this.#waiting.delete(entry);
      this.#enter(entry.bytes);
      entry.go();
    }
  }

  #enter(bytes: number): void {
    this.#calls++;
    this.#bytes += bytes;
  }

  #hasRoom(bytes: number): boolean {
    const { calls, bytes: most } = this.#limits;
    return this.#calls < calls && (this.#bytes === 0 || this.#bytes + bytes <= most);
  }
}
