/** What counters changed by in the last intervals: the source of all rates. No clock. */

import { addStatSum, isZeroStatSum, type ObjectStatSum, zeroStatSum } from "../types/object_stat_sum.ts";

/** A sliding window of differences. Upstream: PGMap::update_delta in mon/PGMap.cc */
export class StatDelta {
  readonly #intervals: { readonly change: ObjectStatSum; readonly ms: number }[] = [];
  #before: ObjectStatSum | undefined;
  #ms = 0;
  /** What changed in the window; may be negative. */
  readonly sum: ObjectStatSum = zeroStatSum();

  /** Milliseconds that the window covers. */
  get ms(): number {
    return this.#ms;
  }

  /** Whether an interval has begun. */
  get begun(): boolean {
    return this.#before !== undefined;
  }

  /**
   * Closes an interval of `ms` and keeps the last `intervals`. Out of zeros comes no change: the first counters that
   * are reported are those of a whole life, not of an interval.
   */
  step(now: ObjectStatSum, ms: number, intervals: number): void {
    const before = this.#before;
    this.#before = { ...now };
    if (before !== undefined && !isZeroStatSum(before)) {
      const change = { ...now };
      addStatSum(change, before, -1);
      this.#intervals.push({ change, ms });
      this.#add(change, ms, 1);
    }
    while (this.#intervals.length > intervals) {
      const oldest = this.#intervals.shift()!;
      this.#add(oldest.change, oldest.ms, -1);
    }
  }

  #add(change: ObjectStatSum, ms: number, sign: 1 | -1): void {
    addStatSum(this.sum, change, sign);
    this.#ms += sign * ms;
  }
}
