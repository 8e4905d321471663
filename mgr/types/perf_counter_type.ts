/** What a daemon's performance counter is: PerfCounterType. */

import { Buffer } from "node:buffer";
import { type Codec, Decoder } from "../encoding/mod.ts";

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

/** Header of a PerfCounterType. */
const MIN_SIZE = 6;
/** Shorter lists are read sooner than looked for. */
const MIN_KNOWN_BYTES = 256;
/** Longer lists are those of gateways with labels, of which no two have the same. */
const MAX_KNOWN_BYTES = 256 * 1024;
/** Kinds of daemons, times the releases of an upgrade, times a few thresholds. */
const MAX_KNOWN = 16;

/** Lists that were read last, the newest first. */
const known: { readonly bytes: Uint8Array; readonly types: readonly PerfCounterType[] }[] = [];

/** What a daemon declares. All OSDs of a release declare the same: equal bytes are read once and give the same array. */
export const PerfCounterTypes: Codec<readonly PerfCounterType[]> = {
  decode(d) {
    const bytes = d.span((d) => {
      for (let n = d.count(MIN_SIZE); n > 0; n--) d.skipVersioned();
    });
    const read = (): PerfCounterType[] => new Decoder(bytes).list(PerfCounterType.decode, MIN_SIZE);
    if (bytes.length < MIN_KNOWN_BYTES || bytes.length > MAX_KNOWN_BYTES) return read();
    const isSame = (list: Uint8Array): boolean =>
      list.length === bytes.length && Buffer.compare(list, bytes) === 0;
    const at = known.findIndex((list) => isSame(list.bytes));
    const list = at < 0 ? { bytes: bytes.slice(), types: read() } : known.splice(at, 1)[0]!;
    known.unshift(list);
    known.splice(MAX_KNOWN);
    return list.types;
  },
  encode: (e, types) => void e.list(types, PerfCounterType.encode),
};
