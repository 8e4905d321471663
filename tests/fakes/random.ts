/** Random numbers that are the same in every run: what fails can be looked at again. */

/** A source of numbers with a seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 32 bits. */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** 0 .. n-1 */
  below(n: number): number {
    return this.word() % n;
  }

  /** Whether something of that probability happens. */
  chance(probability: number): boolean {
    return this.word() < probability * 2 ** 32;
  }

  /** One of the choices. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  /** `n` different numbers of 0 .. limit-1, in random order. */
  distinct(n: number, limit: number): number[] {
    const all = Array.from({ length: limit }, (_, i) => i);
    for (let i = 0; i < n; i++) {
      const j = i + this.below(limit - i);
      [all[i], all[j]] = [all[j]!, all[i]!];
    }
    return all.slice(0, n);
  }
}
