/** Questions of the manager about who causes the load, answered from the operations since the last report. Upstream: osd/DynamicPerfStats.h */

import { Encoder } from "../../../mgr/encoding/mod.ts";
import { type LimitedQuery, OsdCounter, OsdSubKey, type QueryReport } from "../../../mgr/types/perf_query.ts";

/** One operation of a client, or as many of a kind as `ops` says. */
export interface PerfSample {
  /** Texts by number of the sub key. Upstream: OSDPerfMetricSubKeyType */
  readonly subKeys: Readonly<Record<number, string>>;
  readonly reads: number;
  readonly writes: number;
  readonly readBytes: number;
  readonly writeBytes: number;
  /** Of one operation, nanoseconds. */
  readonly latencyNs: number;
}

/** A sum and, for latencies, how many it is of. */
interface Tally {
  sum: number;
  count: number;
}

type Count = (s: PerfSample) => Tally;

const plain = (sum: number): Tally => ({ sum, count: 0 });
const latency = (ops: number, { latencyNs }: PerfSample): Tally => ({ sum: ops * latencyNs, count: ops });

/** By number of the counter. Upstream: PerformanceCounterType */
const COUNTERS: ReadonlyMap<number, Count> = new Map<number, Count>([
  [OsdCounter.ops, (s) => plain(s.reads + s.writes)],
  [OsdCounter.writeOps, (s) => plain(s.writes)],
  [OsdCounter.readOps, (s) => plain(s.reads)],
  [OsdCounter.bytes, (s) => plain(s.readBytes + s.writeBytes)],
  [OsdCounter.writeBytes, (s) => plain(s.writeBytes)],
  [OsdCounter.readBytes, (s) => plain(s.readBytes)],
  [OsdCounter.latency, (s) => latency(s.reads + s.writes, s)],
  [OsdCounter.writeLatency, (s) => latency(s.writes, s)],
  [OsdCounter.readLatency, (s) => latency(s.reads, s)],
]);

const LATENCIES: ReadonlySet<number> = new Set([
  OsdCounter.latency,
  OsdCounter.writeLatency,
  OsdCounter.readLatency,
]);

/** Keys of one query; further ones are not counted until the next report. */
const MAX_KEYS = 10_000;

interface Group {
  readonly key: readonly (readonly string[])[];
  readonly tallies: Tally[];
}

/** One query with what was counted for it. */
interface Running {
  readonly limited: LimitedQuery;
  readonly patterns: readonly RegExp[];
  groups: Map<string, Group>;
}

/** The queries of one OSD. */
export class PerfQueries {
  #running: Running[] = [];

  /** Whether anybody asks. */
  get isIdle(): boolean {
    return this.#running.length === 0;
  }

  /** Replaces the queries; those that stay go on counting. */
  set(queries: readonly LimitedQuery[]): void {
    const known = new Map(this.#running.map((running) => [JSON.stringify(running.limited.query), running]));
    this.#running = queries.map((limited) => {
      const { groups = new Map() } = known.get(JSON.stringify(limited.query)) ?? {};
      const patterns = limited.query.keyDescriptor.map(({ regex }) => new RegExp(regex));
      return { limited, patterns, groups };
    });
  }

  /** Counts it wherever all parts of the key match. */
  add(sample: PerfSample): void {
    for (const { limited: { query }, patterns, groups } of this.#running) {
      const key = keyOf(sample, query.keyDescriptor.map(({ type }) => type), patterns);
      if (key === undefined) continue;
      const name = JSON.stringify(key);
      const known = groups.get(name);
      if (known === undefined && groups.size >= MAX_KEYS) continue;
      const tallies = known?.tallies ?? query.counters.map(() => plain(0));
      groups.set(name, { key, tallies });
      for (const [i, counter] of query.counters.entries()) {
        const { sum, count } = COUNTERS.get(counter)?.(sample) ?? plain(0);
        tallies[i]!.sum += sum;
        tallies[i]!.count += count;
      }
    }
  }

  /** What was counted since the last time. */
  take(): QueryReport[] {
    return this.#running.map((running) => {
      const { limited } = running;
      const { counters } = limited.query;
      const groups = chosen(limited, [...running.groups.values()])
        .map(({ key, tallies }) => ({ key, packed: packTallies(counters, tallies) }));
      running.groups = new Map();
      return { query: limited.query, report: { counters, groups } };
    });
  }
}

/** What the groups of the patterns have found; undefined when one does not match. */
function keyOf(
  { subKeys }: PerfSample,
  types: readonly number[],
  patterns: readonly RegExp[],
): string[][] | undefined {
  const parts = types.map((type, i) => patterns[i]!.exec(subKeys[type] ?? "")?.slice(1));
  return parts.every((part) => part !== undefined && part.length > 0) ? parts as string[][] : undefined;
}

/** Those with the greatest counters, by each limit; all without limits. */
function chosen({ query, limits }: LimitedQuery, groups: readonly Group[]): readonly Group[] {
  if (limits.length === 0) return groups;
  const top = limits.flatMap(({ orderBy, maxCount }) => {
    const at = query.counters.indexOf(orderBy);
    const of = ({ tallies }: Group): number => tallies[at]?.sum ?? 0;
    return groups.toSorted((a, b) => of(b) - of(a)).slice(0, maxCount);
  });
  return [...new Set(top)];
}

function packTallies(counters: readonly number[], tallies: readonly Tally[]): Uint8Array {
  const e = new Encoder();
  for (const [i, { sum, count }] of tallies.entries()) {
    e.u64n(sum);
    if (LATENCIES.has(counters[i]!)) e.u64n(count);
  }
  return e.finish();
}

/** Texts of the sub keys that an operation has. */
export function subKeysOf(
  parts: Readonly<Record<keyof typeof OsdSubKey, string>>,
): Readonly<Record<number, string>> {
  return Object.fromEntries(
    (Object.keys(OsdSubKey) as (keyof typeof OsdSubKey)[]).map((name) => [OsdSubKey[name], parts[name]]),
  );
}
