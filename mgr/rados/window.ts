/** How much one owner may have under way: what is beyond waits in its order. */

/** More calls that wait are refused. */
export const MAX_WAITING = 10_000;

/** Upper bounds; one call of any size may always run. */
export interface WindowLimits {
  readonly calls: number;
  readonly bytes: number;
}

/** A module has so much under way at once: it cannot take the room of the others. */
export const OWNER_LIMITS: WindowLimits = { calls: 256, bytes: 128 * 1024 * 1024 };

interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/** First come, first served. */
export class Window {
  readonly #limits: WindowLimits;
  readonly #waiting: Waiting[] = [];
  #calls = 0;
  #bytes = 0;

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  /** Runs the call once there is room: at once, if there is. Rejects with what it rejects with, or the signal's reason. */
  run<T>(bytes: number, signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#waiting.length === 0 && this.#hasRoom(bytes)) return this.#start(bytes, call);
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new Error(`Cannot do more: ${MAX_WAITING} operations wait to be sent`));
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(signal!.reason);
      };
      const start = (): void => {
        signal?.removeEventListener("abort", onAbort);
        this.#start(bytes, call).then(resolve, reject);
      };
      const entry = { bytes, start };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(entry);
    });
  }

  async #start<T>(bytes: number, call: () => Promise<T>): Promise<T> {
    this.#calls++;
    this.#bytes += bytes;
    try {
      return await call();
    } finally {
      this.#calls--;
      this.#bytes -= bytes;
      while (this.#waiting.length > 0 && this.#hasRoom(this.#waiting[0]!.bytes)) {
        this.#waiting.shift()!.start();
      }
    }
  }

  #hasRoom(bytes: number): boolean {
    return this.#calls === 0 ||
      (this.#calls < this.#limits.calls && this.#bytes + bytes <= this.#limits.bytes);
  }
}
