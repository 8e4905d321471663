/** Perf queries of modules: what OSDs and MDSs are asked, and the counters that they answer. Upstream: mgr/MetricCollector.cc */

import { Decoder } from "../encoding/mod.ts";
import type { MetricKind, MetricReportMessage } from "../types/metric_message.ts";
import type { LimitedQuery, PerfLimit, PerfQuery, QueryReport } from "../types/perf_query.ts";

/** Queries of one kind that modules may have: each costs every OSD something with every operation. */
export const MAX_QUERIES = 256;
/** Keys of one query: who asks by object name and never reads gets no more. */
export const MAX_KEYS = 100_000;

/** Counters from here on are a pair, a sum of nanoseconds and a count; the ones before are one number. */
const FIRST_OSD_PAIR = 6;

/** Value and count; the count is 0 for counters that are one number. */
export type CounterPair = readonly [value: number, count: number];

/** The counters of one key, in the order of the query. */
export interface PerfQueryRow {
  /** Captured parts, by sub key. */
  readonly key: readonly (readonly string[])[];
  readonly counters: readonly CounterPair[];
}

/** What a query has brought. */
export interface PerfQueryAnswer {
  readonly rows: readonly PerfQueryRow[];
  /** MDS: ranks whose numbers are late, and when the last numbers came, monotonic milliseconds. */
  readonly delayedRanks: readonly number[];
  readonly updatedAt: number;
}

interface Entry {
  readonly query: PerfQuery;
  readonly text: string;
  readonly limit: PerfLimit | undefined;
  rows: Map<string, { key: readonly (readonly string[])[]; counters: [number, number][] }>;
  delayedRanks: readonly number[];
  updatedAt: number;
}

/** All queries of one kind of daemon. Ids count up from 0. */
export class PerfQueries {
  readonly #kind: MetricKind;
  readonly #entries = new Map<number, Entry>();
  #nextId = 0;

  constructor(kind: MetricKind) {
    this.#kind = kind;
  }

  /** Asks from now on; undefined when there are too many. */
  add(query: PerfQuery, limit: PerfLimit | undefined): number | undefined {
    if (this.#entries.size >= MAX_QUERIES) return undefined;
    const id = this.#nextId++;
    const text = JSON.stringify(query);
    this.#entries.set(id, { query, text, limit, rows: new Map(), delayedRanks: [], updatedAt: 0 });
    return id;
  }

  /** Asks no longer; false for an unknown id. */
  remove(id: number): boolean {
    return this.#entries.delete(id);
  }

  /** What daemons are to be told: equal queries once, with limits only when all who ask have one. */
  get wanted(): LimitedQuery[] {
    const groups = Map.groupBy(this.#entries.values(), ({ text }) => text);
    return [...groups.values()].map((entries) => {
      const limits = entries.map(({ limit }) => limit);
      const all = limits.every((limit) => limit !== undefined) ? limits : [];
      const distinct = new Map(all.map((limit) => [JSON.stringify(limit), limit]));
      const sorted = [...distinct.values()].sort((a, b) => a.orderBy - b.orderBy || a.maxCount - b.maxCount);
      return { query: entries[0]!.query, limits: sorted };
    });
  }

  /** Takes a report: deltas of an OSD are added, totals of an MDS replace. Throws DecodeError for counters cut short. */
  ingest(message: MetricReportMessage, now: number): void {
    if (message.kind !== this.#kind) return;
    const osd = message.kind === "osd";
    for (const report of osd ? message.reports : message.report.reports) this.#take(report, osd, now);
    if (osd) return;
    for (const entry of this.#entries.values()) entry.delayedRanks = message.report.rankMetricsDelayed;
  }

  /** What has come since the last call (OSD), or what is true now (MDS). Undefined for an unknown id. */
  read(id: number): PerfQueryAnswer | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const { delayedRanks, updatedAt } = entry;
    const answer = { rows: [...entry.rows.values()], delayedRanks, updatedAt };
    if (this.#kind === "osd") entry.rows = new Map();
    return answer;
  }

  #take({ query, report }: QueryReport, osd: boolean, now: number): void {
    const text = JSON.stringify(query);
    const users = [...this.#entries.values()].filter((entry) => entry.text === text);
    if (users.length === 0) return;
    const groups = report.groups.map(({ key, packed }) => ({
      key,
      pairs: unpack(packed, report.counters, osd),
    }));
    for (const entry of users) {
      if (!osd) entry.rows = new Map();
      entry.updatedAt = now;
      for (const { key, pairs } of groups) add(entry, key, pairs);
    }
  }
}

/** By counter; daemons may leave out some that were asked for. */
function unpack(packed: Uint8Array, counters: readonly number[], osd: boolean): Map<number, CounterPair> {
  const d = new Decoder(packed);
  const pair = (counter: number): CounterPair => [d.u64n(), osd && counter < FIRST_OSD_PAIR ? 0 : d.u64n()];
  return new Map(counters.map((counter) => [counter, pair(counter)]));
}

function add(
  entry: Entry,
  key: readonly (readonly string[])[],
  pairs: ReadonlyMap<number, CounterPair>,
): void {
  const name = JSON.stringify(key);
  let row = entry.rows.get(name);
  if (row === undefined) {
    if (entry.rows.size >= MAX_KEYS) return;
    entry.rows.set(name, row = { key, counters: entry.query.counters.map(() => [0, 0]) });
  }
  entry.query.counters.forEach((counter, i) => {
    const [value, count] = pairs.get(counter) ?? [0, 0];
    row.counters[i]![0] += value;
    row.counters[i]![1] += count;
  });
}
