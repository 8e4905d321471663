/** One performance counter of all daemons that have it: the last samples of each, in typed arrays. */

import type { PerfCounterType } from "../types/perf_counter_type.ts";

/** Samples kept of each counter of each daemon. Upstream: PerfCounterInstance in mgr/DaemonState.h */
export const HISTORY_SAMPLES = 20;

/** Words of one value. */
export const VALUE_WORDS = 2;
/** Words of one row. */
export const ROW_WORDS = HISTORY_SAMPLES * VALUE_WORDS;

/**
 * Rows of a block, at most: a column grows by whole blocks, so nothing is ever copied. The first block has one row, for
 * labeled counters belong to a single daemon, and each further one as many as there were.
 */
const MAX_BLOCK_ROWS = 256;

/** Part of a column. A value is two words, the low one first: all 64 bits without an object for each. */
export interface CounterBlock {
  /** Of each row: values, or sums of averages; nanoseconds for counters of time. */
  readonly values: Uint32Array;
  /** Of each row: what the sums are to be divided by. Undefined until an average comes. */
  counts: Uint32Array | undefined;
}

/** Where the samples of one daemon are: `ROW_WORDS` words from `at` on. */
export interface CounterRow {
  readonly block: CounterBlock;
  readonly at: number;
}

/**
 * A column holds a row of `HISTORY_SAMPLES` places for each daemon that declares its path. Rows of daemons that
 * left are used again.
 */
export class CounterColumn {
  readonly path: string;
  /** Descriptions that were declared for this path, each kept once. */
  readonly #types: PerfCounterType[] = [];
  readonly #free: CounterRow[] = [];
  #block: CounterBlock = { values: new Uint32Array(0), counts: undefined };
  /** Words of the last block that are taken. */
  #at = 0;
  #rows = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Rows in use. */
  get size(): number {
    return this.#rows - this.#free.length;
  }

  /** A cleared row. */
  take(average: boolean): CounterRow {
    const row = this.#free.pop() ?? this.#append();
    if (average) row.block.counts ??= new Uint32Array(row.block.values.length);
    return row;
  }

  /** The daemon of this row is gone. */
  release(row: CounterRow): void {
    const { block, at } = row;
    block.values.fill(0, at, at + ROW_WORDS);
    block.counts?.fill(0, at, at + ROW_WORDS);
    this.#free.push(row);
  }

  /** The same description as one object, however many daemons declare it. */
  intern(type: PerfCounterType): PerfCounterType {
    const known = this.#types.find((t) => sameType(t, type));
    if (known !== undefined) return known;
    this.#types.push(type);
    return type;
  }

  #append(): CounterRow {
    if (this.#at === this.#block.values.length) {
      const rows = Math.min(Math.max(this.#rows, 1), MAX_BLOCK_ROWS);
      this.#block = { values: new Uint32Array(rows * ROW_WORDS), counts: undefined };
      this.#at = 0;
    }
    const row = { block: this.#block, at: this.#at };
    this.#at += ROW_WORDS;
    this.#rows++;
    return row;
  }
}

function sameType(a: PerfCounterType, b: PerfCounterType): boolean {
  return a.type === b.type && a.priority === b.priority && a.unit === b.unit && a.nick === b.nick &&
    a.description === b.description;
}
