/** Sets of snapshot ids as intervals: interval_set<snapid_t>. */

import type { Codec } from "../encoding/mod.ts";

/** Start -> length; disjoint, ascending, not adjacent. */
export type IntervalSet = ReadonlyMap<bigint, bigint>;

const EMPTY: IntervalSet = new Map();

/** map<u64, u64>; nearly all are empty, and the same object then. */
export const IntervalSet: Codec<IntervalSet> = {
  decode(d) {
    const intervals = d.count();
    if (intervals === 0) return EMPTY;
    const set = new Map<bigint, bigint>();
    for (let i = 0; i < intervals; i++) set.set(d.u64(), d.u64());
    return set;
  },
  encode: (e, v) => void e.map(v, (e, start) => e.u64(start), (e, length) => e.u64(length)),
};

/** What one of the sets holds, or both. */
export function union(a: IntervalSet, b: IntervalSet): IntervalSet {
  const out = new Map<bigint, bigint>();
  let start = 0n;
  let end = -1n;
  for (const [from, length] of [...a, ...b].sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0))) {
    if (end < from) {
      start = from;
      end = from + length;
    } else if (from + length > end) {
      end = from + length;
    }
    out.set(start, end - start);
  }
  return out;
}

/** What `a` holds and `b` does not. */
export function subtract(a: IntervalSet, b: IntervalSet): IntervalSet {
  const out = new Map<bigint, bigint>();
  for (const [start, length] of a) {
    let from = start;
    const end = start + length;
    for (const [hole, size] of b) {
      if (hole >= end || hole + size <= from) continue;
      if (hole > from) out.set(from, hole - from);
      from = hole + size;
    }
    if (from < end) out.set(from, end - from);
  }
  return out;
}

/** What both sets hold: one walk along both. */
export function intersection(a: IntervalSet, b: IntervalSet): IntervalSet {
  const out = new Map<bigint, bigint>();
  const others = [...b];
  let i = 0;
  for (const [start, length] of a) {
    const end = start + length;
    while (i < others.length && others[i]![0] + others[i]![1] <= start) i++;
    for (let k = i; k < others.length && others[k]![0] < end; k++) {
      const [from, size] = others[k]!;
      const first = from > start ? from : start;
      const last = from + size < end ? from + size : end;
      if (last > first) out.set(first, last - first);
    }
  }
  return out;
}

/** As JSON: hexadecimal texts, as snapids print. */
export function dumpIntervalSet(v: IntervalSet): { start: string; length: string }[] {
  return [...v].map(([start, length]) => ({ start: start.toString(16), length: length.toString(16) }));
}
