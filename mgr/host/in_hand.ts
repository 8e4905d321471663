/** Work that a module has in hand: more is refused, so that it does not fill our memory or the module's. */

/** Upper bounds. */
export interface InHandLimits {
  readonly count: number;
  /** Of inputs; one of any size is always taken. */
  readonly bytes: number;
}

/** Counts one kind of work. */
export class InHand {
  readonly #limits: InHandLimits;
  #count = 0;
  #bytes = 0;

  constructor(limits: InHandLimits) {
    this.#limits = limits;
  }

  /** Does it; undefined when there is too much already. */
  run<T>(bytes: number, work: () => Promise<T>): Promise<T> | undefined {
    return this.#hasRoom(bytes) ? this.#run(bytes, work) : undefined;
  }

  #hasRoom(bytes: number): boolean {
    if (this.#count >= this.#limits.count) return false;
    return bytes === 0 || this.#bytes === 0 || this.#bytes + bytes <= this.#limits.bytes;
  }

  async #run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    this.#count++;
    this.#bytes += bytes;
    try {
      return await work();
    } finally {
      this.#count--;
      this.#bytes -= bytes;
    }
  }
}
