/** One performance counter of all daemons that have it: the last samples of each, in typed arrays. */

import type { PerfCounterType } from "../types/perf_counter_type.ts";

/** Samples kept of each counter of each daemon. Upstream: PerfCounterInstance in mgr/DaemonState.h */
export const HISTORY_SAMPLES = 20;

/** Rows of a new column: most paths are known to many daemons, but labeled ones to a single one. */
const FIRST_ROWS = 1;

/**
 * A column holds a row of `HISTORY_SAMPLES` places for each daemon that declares its path. Rows of daemons that
 * left are used again. Values are quantities: exact up to 2^53, rounded above.
 */
export class CounterColumn {
  readonly path: string;
  /** Of each row: values, or sums of averages; nanoseconds for counters of time. */
  values = new Float64Array(FIRST_ROWS * HISTORY_SAMPLES);
  /** Of each row: what the sums are to be divided by. Undefined until an average comes. */
  counts: Float64Array | undefined;
  /** Descriptions that were declared for this path, each kept once. */
  readonly #types: PerfCounterType[] = [];
  readonly #free: number[] = [];
  #rows = 0;
  #capacity = FIRST_ROWS;

  constructor(path: string) {
    this.path = path;
  }

  /** Rows in use. */
  get size(): number {
    return this.#rows - this.#free.length;
  }

  /** A cleared row. */
  take(average: boolean): number {
    const row = this.#free.pop() ?? this.#append();
    if (average) this.counts ??= new Float64Array(this.#capacity * HISTORY_SAMPLES);
    return row;
  }

  /** The daemon of this row is gone. */
  release(row: number): void {
    const at = row * HISTORY_SAMPLES;
    this.values.fill(0, at, at + HISTORY_SAMPLES);
    this.counts?.fill(0, at, at + HISTORY_SAMPLES);
    this.#free.push(row);
  }

  /** The same description as one object, however many daemons declare it. */
  intern(type: PerfCounterType): PerfCounterType {
    const known = this.#types.find((t) => sameType(t, type));
    if (known !== undefined) return known;
    this.#types.push(type);
    return type;
  }

  #append(): number {
    if (this.#rows === this.#capacity) {
      this.#capacity *= 2;
      this.values = grown(this.values, this.#capacity);
      if (this.counts !== undefined) this.counts = grown(this.counts, this.#capacity);
    }
    return this.#rows++;
  }
}

function grown(old: Float64Array, rows: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(rows * HISTORY_SAMPLES);
  larger.set(old);
  return larger;
}

function sameType(a: PerfCounterType, b: PerfCounterType): boolean {
  return a.type === b.type && a.priority === b.priority && a.unit === b.unit && a.nick === b.nick &&
    a.description === b.description;
}
