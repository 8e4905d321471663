/** Questions to OSDs and MDSs about who causes their load, and the answers: perf metric queries and reports. */

import type { Codec, Decoder, Encoder, Read, Write } from "../encoding/mod.ts";

/** What an OSD can group by. Upstream: OSDPerfMetricSubKeyType in mgr/OSDPerfMetricTypes.h */
export const OsdSubKey = {
  clientId: 0,
  clientAddress: 1,
  poolId: 2,
  namespace: 3,
  osdId: 4,
  pgId: 5,
  objectName: 6,
  snapId: 7,
} as const;

/** What an OSD can count. Latencies are a sum of nanoseconds and a count, the others one number. */
export const OsdCounter = {
  ops: 0,
  writeOps: 1,
  readOps: 2,
  bytes: 3,
  writeBytes: 4,
  readBytes: 5,
  latency: 6,
  writeLatency: 7,
  readLatency: 8,
} as const;

/** What an MDS can group by. Upstream: MDSPerfMetricSubKeyType in mgr/MDSPerfMetricTypes.h */
export const MdsSubKey = { mdsRank: 0, clientId: 1 } as const;

/** What an MDS can count; every value is a pair. Upstream: MDSPerformanceCounterType */
export const MdsCounter = {
  capHit: 0,
  readLatency: 1,
  writeLatency: 2,
  metadataLatency: 3,
  dentryLease: 4,
  openedFiles: 5,
  pinnedIcaps: 6,
  openedInodes: 7,
  readIoSizes: 8,
  writeIoSizes: 9,
  avgReadLatency: 10,
  stdevReadLatency: 11,
  avgWriteLatency: 12,
  stdevWriteLatency: 13,
  avgMetadataLatency: 14,
  stdevMetadataLatency: 15,
} as const;

/** A part of the key: what to look at, and a regular expression with at least one capture group. */
export interface SubKeyDescriptor {
  readonly type: number;
  readonly regex: string;
}

const SubKeyDescriptor: Codec<SubKeyDescriptor> = {
  decode: (d) => d.versioned("SubKeyDescriptor", 1, (d) => ({ type: d.u8(), regex: d.string() })),
  encode: (e, k) => void e.versioned(1, 1, (e) => e.u8(k.type).string(k.regex)),
};

const CounterDescriptor: Codec<number> = {
  decode: (d) => d.versioned("PerformanceCounterDescriptor", 1, (d) => d.u8()),
  encode: (e, type) => void e.versioned(1, 1, (e) => e.u8(type)),
};

/** The lists inside queries are counted by a varint, unlike all others. */
function decodeList<T>(d: Decoder, item: Read<T>): T[] {
  const n = d.varint();
  if (n > d.remaining) d.fail(`${n} elements announced, ${d.remaining} bytes left`);
  return Array.from({ length: n }, () => item(d));
}

function encodeList<T>(e: Encoder, items: readonly T[], item: Write<T>): void {
  e.varint(items.length);
  for (const v of items) item(e, v);
}

/** Upstream: OSDPerfMetricQuery, MDSPerfMetricQuery: the same bytes, other numbers. */
export interface PerfQuery {
  readonly keyDescriptor: readonly SubKeyDescriptor[];
  /** Counters, by OsdCounter or MdsCounter. */
  readonly counters: readonly number[];
}

/** v1/1. */
export const PerfQuery: Codec<PerfQuery> = {
  decode: (d) =>
    d.versioned("PerfMetricQuery", 1, (d) => ({
      keyDescriptor: decodeList(d, SubKeyDescriptor.decode),
      counters: decodeList(d, CounterDescriptor.decode),
    })),
  encode: (e, q) =>
    void e.versioned(1, 1, (e) => {
      encodeList(e, q.keyDescriptor, SubKeyDescriptor.encode);
      encodeList(e, q.counters, CounterDescriptor.encode);
    }),
};

/** The `maxCount` keys with the greatest counter. Upstream: OSDPerfMetricLimit, MDSPerfMetricLimit */
export interface PerfLimit {
  readonly orderBy: number;
  readonly maxCount: number;
}

/** v1/1. */
export const PerfLimit: Codec<PerfLimit> = {
  decode: (d) =>
    d.versioned("PerfMetricLimit", 1, (d) => ({ orderBy: CounterDescriptor.decode(d), maxCount: d.u64n() })),
  encode: (e, l) =>
    void e.versioned(1, 1, (e) => {
      CounterDescriptor.encode(e, l.orderBy);
      e.u64n(l.maxCount);
    }),
};

/** One query and its limits; none = every key. */
export interface LimitedQuery {
  readonly query: PerfQuery;
  readonly limits: readonly PerfLimit[];
}

/** map<Query, set<Limit>>, in the order received. */
export const LimitedQueries: Codec<readonly LimitedQuery[]> = {
  decode: (d) => d.list((d) => ({ query: PerfQuery.decode(d), limits: d.list(PerfLimit.decode) }), 12),
  encode: (e, queries) =>
    void e.list(queries, (e, q) => {
      PerfQuery.encode(e, q.query);
      e.list(q.limits, PerfLimit.encode);
    }),
};

/** The counters of one key: the captured parts of each sub key, and packed numbers in the report's order. */
export interface PerfGroup {
  readonly key: readonly (readonly string[])[];
  readonly packed: Uint8Array;
}

/** Upstream: OSDPerfMetricReport, MDSPerfMetrics. */
export interface PerfReport {
  /** May be fewer than asked for: daemons leave out what they do not know. */
  readonly counters: readonly number[];
  readonly groups: readonly PerfGroup[];
}

/** v1/1. */
export const PerfReport: Codec<PerfReport> = {
  decode: (d) =>
    d.versioned("PerfMetricReport", 1, (d) => ({
      counters: decodeList(d, CounterDescriptor.decode),
      groups: d.list((d) => ({ key: d.list((d) => d.strings(), 4), packed: d.bytes() }), 8),
    })),
  encode: (e, r) =>
    void e.versioned(1, 1, (e) => {
      encodeList(e, r.counters, CounterDescriptor.encode);
      e.list(r.groups, (e, g) => e.list(g.key, (e, part) => e.strings(part)).bytes(g.packed));
    }),
};

/** The answer to one query. */
export interface QueryReport {
  readonly query: PerfQuery;
  readonly report: PerfReport;
}

/** map<Query, Report>, in the order received. */
export const QueryReports: Codec<readonly QueryReport[]> = {
  decode: (d) => d.list((d) => ({ query: PerfQuery.decode(d), report: PerfReport.decode(d) }), 12),
  encode: (e, reports) =>
    void e.list(reports, (e, r) => {
      PerfQuery.encode(e, r.query);
      PerfReport.encode(e, r.report);
    }),
};

/** What rank 0 says for all ranks. Upstream: MDSPerfMetricReport in mgr/MDSPerfMetricTypes.h */
export interface MdsPerfReport {
  readonly reports: readonly QueryReport[];
  /** Ranks whose numbers are late. */
  readonly rankMetricsDelayed: readonly number[];
}

/** v1/1. */
export const MdsPerfReport: Codec<MdsPerfReport> = {
  decode: (d) =>
    d.versioned("MDSPerfMetricReport", 1, (d) => ({
      reports: QueryReports.decode(d),
      rankMetricsDelayed: d.list((d) => d.i32(), 4),
    })),
  encode: (e, r) =>
    void e.versioned(1, 1, (e) => {
      QueryReports.encode(e, r.reports);
      e.list(r.rankMetricsDelayed, (e, rank) => e.i32(rank));
    }),
};
