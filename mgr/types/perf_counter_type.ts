/** What a daemon's performance counter is: PerfCounterType. */

import type { Codec } from "../encoding/mod.ts";

/** Upstream: perfcounter_type_d in common/perf_counters.h */
export const PerfCounterBit = {
  /** Nanoseconds on the wire. */
  time: 1,
  u64: 2,
  /** A sum and a count. */
  longRunAvg: 4,
  /** Only rises; without it the counter is a gauge. */
  counter: 8,
  /** Its buckets are never sent: one zero stands for it. */
  histogram: 0x10,
} as const;

/** Upstream: PerfCountersBuilder::PRIO_* in common/perf_counters.h */
export const PerfCounterPrio = {
  critical: 10,
  interesting: 8,
  useful: 5,
  uninteresting: 2,
  debug: 0,
} as const;

/** Upstream: unit_t in common/perf_counters.h */
export const PerfCounterUnit = { bytes: 0, none: 1 } as const;

/** Upstream: PerfCounterType in messages/MMgrReport.h */
export interface PerfCounterType {
  /** `osd.op_w`: everything before the last dot is the logger. Labeled counters hold NUL characters. */
  readonly path: string;
  readonly description: string;
  readonly nick: string;
  /** Bits of PerfCounterBit. */
  readonly type: number;
  readonly priority: number;
  /** One of PerfCounterUnit. */
  readonly unit: number;
}

/** v3/1. */
export const PerfCounterType: Codec<PerfCounterType> = {
  decode: (d) =>
    d.versioned("PerfCounterType", 3, (d, v) => ({
      path: d.string(),
      description: d.string(),
      nick: d.string(),
      type: d.u8(),
      priority: v >= 2 ? d.u8() : PerfCounterPrio.useful,
      unit: v >= 3 ? d.u8() : PerfCounterUnit.none,
    })),
  encode: (e, c) =>
    void e.versioned(3, 1, (e) => {
      e.string(c.path).string(c.description).string(c.nick).u8(c.type).u8(c.priority).u8(c.unit);
    }),
};
