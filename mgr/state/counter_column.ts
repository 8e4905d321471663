/** One performance counter of all daemons that have it: the last samples of each, in typed arrays. */

import type { PerfCounterType } from "../types/perf_counter_type.ts";

/** Samples kept of each counter of each daemon. Upstream: PerfCounterInstance in mgr/DaemonState.h */
export const HISTORY_SAMPLES = 20;

/** Words of one value. */
export const VALUE_WORDS = 2;
/** Words of one row. */
export const ROW_WORDS = HISTORY_SAMPLES * VALUE_WORDS;

/** Rows of a new column: most paths are known to many daemons, but labeled ones to a single one. */
const FIRST_ROWS = 1;

/**
 * A column holds a row of `HISTORY_SAMPLES` places for each daemon that declares its path. Rows of daemons that
 * left are used again. A value is two words, the low one first: all 64 bits without an object for each.
 */
export class CounterColumn {
  readonly path: string;
  /** Of each row: values, or sums of averages; nanoseconds for counters of time. */
  values = new Uint32Array(FIRST_ROWS * ROW_WORDS);
  /** Of each row: what the sums are to be divided by. Undefined until an average comes. */
  counts: Uint32Array | undefined;
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
    if (average) this.counts ??= new Uint32Array(this.#capacity * ROW_WORDS);
    return row;
  }

  /** The daemon of this row is gone. */
  release(row: number): void {
    const at = row * ROW_WORDS;
    this.values.fill(0, at, at + ROW_WORDS);
    this.counts?.fill(0, at, at + ROW_WORDS);
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

function grown(old: Uint32Array, rows: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(rows * ROW_WORDS);
  larger.set(old);
  return larger;
}

function sameType(a: PerfCounterType, b: PerfCounterType): boolean {
  return a.type === b.type && a.priority === b.priority && a.unit === b.unit && a.nick === b.nick &&
    a.description === b.description;
}
