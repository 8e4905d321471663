/** Limits on work in hand: who sends more waits, unread, until some of it is done. */

/** Upper bounds. */
export interface ThrottleLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** Counts messages and bytes in hand. One message of any size is always let in. */
export class Throttle {
  readonly #limits: ThrottleLimits;
  #messages = 0;
  #bytes = 0;
  #waiting: (() => void)[] = [];

  constructor(limits: ThrottleLimits) {
    this.#limits = limits;
  }

  get messages(): number {
    return this.#messages;
  }

  get full(): boolean {
    return this.#messages >= this.#limits.messages || this.#bytes >= this.#limits.bytes;
  }

  take(bytes: number): void {
    this.#messages++;
    this.#bytes += bytes;
  }

  put(bytes: number): void {
    this.#messages--;
    this.#bytes -= bytes;
    if (this.full) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves when there is room. */
  async room(): Promise<void> {
    while (this.full) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
