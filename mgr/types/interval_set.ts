/** Sets of snapshot ids as intervals: interval_set<snapid_t>. */

import type { Codec } from "../encoding/mod.ts";

/** Start -> length; disjoint, ascending, not adjacent. */
export type IntervalSet = ReadonlyMap<bigint, bigint>;

/** map<u64, u64> */
export const IntervalSet: Codec<IntervalSet> = {
  decode: (d) => d.map((d) => d.u64(), (d) => d.u64()),
  encode: (e, v) => void e.map(v, (e, start) => e.u64(start), (e, length) => e.u64(length)),
};

/** What both sets hold. */
export function intersection(a: IntervalSet, b: IntervalSet): IntervalSet {
  const out = new Map<bigint, bigint>();
  for (const [startA, lengthA] of a) {
    for (const [startB, lengthB] of b) {
      const start = startA > startB ? startA : startB;
      const endA = startA + lengthA;
      const endB = startB + lengthB;
      const end = endA < endB ? endA : endB;
      if (end > start) out.set(start, end - start);
    }
  }
  return new Map([...out].sort(([x], [y]) => (x < y ? -1 : 1)));
}

/** As JSON: hexadecimal texts, as snapids print. */
export function dumpIntervalSet(v: IntervalSet): { start: string; length: string }[] {
  return [...v].map(([start, length]) => ({ start: start.toString(16), length: length.toString(16) }));
}
