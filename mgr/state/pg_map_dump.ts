/** What commands and `get(name)` show of a PgMap, as JSON. Upstream: PGMap::dump and others in mon/PGMap.cc */

import { formatPgId } from "../types/pg_id.ts";
import { hasState, pgStateText } from "../types/pg_state.ts";
import { dumpOsdStat, dumpPingTimes } from "../types/osd_stat_dump.ts";
import { dumpPgStat, dumpPgStatBrief } from "../types/pg_stat_dump.ts";
import { dumpPoolStat } from "../types/pool_stat.ts";
import { dumpStatfs, usedRawBytes } from "../types/store_statfs.ts";
import { formatUtime, utimeOfMs } from "../types/utime.ts";
import { type OsdRecord, pingsOf } from "./osd_record.ts";
import { OsdTally } from "./osd_tally.ts";
import { countStates, deltaStat, osdSum } from "./pg_digest.ts";
import type { PgMap } from "./pg_map.ts";
import { type PgRecord, statOf } from "./pg_record.ts";
import { statesByCount } from "./pg_summary.ts";
import { cacheRate, clientRate, type Figures, recoveryFigures, recoveryRate } from "./rates.ts";

const byId = <V>(map: ReadonlyMap<number, V>): [number, V][] => [...map].sort(([a], [b]) => a - b);

const countOf = (states: Iterable<readonly [number, number]>) =>
  [...states].map(([state, count]) => ({ state_name: pgStateText(state), count }));

/** "pg_stats" of these PGs. */
export function dumpPgStats(records: Iterable<PgRecord>) {
  return { pg_stats: [...records].map((record) => dumpPgStat(record, statOf(record))) };
}

/** "pg_stats" of these PGs, with the fields of `pgs_brief`. */
export function dumpPgStatsBrief(records: Iterable<PgRecord>) {
  return { pg_stats: [...records].map((record) => dumpPgStatBrief(record, statOf(record))) };
}

/** "pool_stats" */
export function dumpPoolStats(map: PgMap) {
  return {
    pool_stats: byId(map.pools).map(([poolid, { size, sum }]) => ({
      poolid,
      num_pg: size,
      ...dumpPoolStat(sum),
    })),
  };
}

const withPings = (record: OsdRecord) => ({
  ...dumpOsdStat(record.stat),
  network_ping_times: dumpPingTimes(pingsOf(record)),
});

/** "osd_stats" and "pool_statfs"; commands show the ping times too. */
export function dumpOsdStats(map: PgMap, pings: boolean) {
  return {
    osd_stats: byId(map.osds).map(([osd, record]) => ({
      osd,
      ...(pings ? withPings(record) : dumpOsdStat(record.stat)),
    })),
    pool_statfs: byId(map.pools).flatMap(([poolid, { statfs }]) =>
      byId(statfs).map(([osd, s]) => ({ poolid, osd, ...dumpStatfs(s) }))
    ),
  };
}

/** "osd_ping_times" */
export function dumpOsdPingTimes(map: PgMap) {
  return {
    osd_ping_times: byId(map.osds).map(([osd, record]) => ({
      osd,
      network_ping_times: dumpPingTimes(pingsOf(record)),
    })),
  };
}

/** "pg_stats_delta"; signed. */
export function dumpDelta({ delta }: PgMap) {
  const stampDelta = formatUtime(utimeOfMs(delta.ms));
  return { pg_stats_delta: { ...dumpPoolStat(deltaStat(delta)), stamp_delta: stampDelta } };
}

/** What `pg dump sum` shows. */
export function dumpBasic(map: PgMap) {
  return {
    version: map.version,
    stamp: formatUtime(map.stamp),
    // Nobody has written these two since the manager keeps the map.
    last_osdmap_epoch: 0,
    last_pg_scan: 0,
    pg_stats_sum: dumpPoolStat(map.sum),
    osd_stats_sum: { ...dumpOsdStat(osdSum(map.osds.values())), network_ping_times: [] },
    ...dumpDelta(map),
  };
}

/** All of it. */
export function dumpPgMap(map: PgMap, pings: boolean) {
  return {
    ...dumpBasic(map),
    ...dumpPgStats(map.records()),
    ...dumpPoolStats(map),
    ...dumpOsdStats(map, pings),
  };
}

/** How many PGs are in each state: on each OSD that serves them, in each pool, in all. */
export function dumpPgSummary(map: PgMap): PgSummaryDump {
  const steps = pgSummarySteps(map);
  while (true) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

type PgSummaryDump = ReturnType<typeof pgSummarySteps> extends Generator<void, infer D> ? D : never;

/** The same, of the moment when it begins; it may pause where it yields. */
export function* pgSummarySteps(map: PgMap) {
  const records = [...map.pools.values()].map(({ records }) => records.slice());
  const byPool: Record<string, Figures> = {};
  for (const [id, { byState }] of map.pools) {
    for (const [state, n] of byState) add(byPool[id] ??= {}, state, n);
  }
  const all: Figures = {};
  for (const [state, n] of map.byState) add(all, state, n);
  const sum = dumpPoolStat(map.sum);
  const byOsd: Record<string, Figures> = {};
  for (const [state, osds] of yield* osdsByState(records.flat())) {
    for (const [osd, n] of osds.entries()) add(byOsd[osd] ??= {}, state, n);
    yield;
  }
  return { by_osd: sortedEach(byOsd), by_pool: sortedEach(byPool), all: sorted(all), pg_stats_sum: sum };
}

/** PGs between two pauses. */
const PGS_AT_ONCE = 4096;

/** Of the PGs in each state: how many each OSD serves. */
function* osdsByState(records: readonly PgRecord[]): Generator<void, Map<number, OsdTally>> {
  const byState = new Map<number, OsdTally>();
  for (const [i, { acting, state }] of records.entries()) {
    let tally = byState.get(state);
    if (tally === undefined) byState.set(state, tally = new OsdTally());
    for (const osd of acting) tally.add(osd);
    if (i % PGS_AT_ONCE === PGS_AT_ONCE - 1) yield;
  }
  return byState;
}

function sorted(figures: Figures): Figures {
  const entries = Object.entries(figures);
  if (entries.length < 2) return figures;
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const sortedEach = (by: Readonly<Record<string, Figures>>): Record<string, Figures> =>
  Object.fromEntries(Object.entries(by).map(([id, figures]) => [id, sorted(figures)]));

function add(figures: Figures, state: number, n: number): void {
  const name = pgStateText(state);
  figures[name] = (figures[name] ?? 0) + n;
}

/** What `ceph -s` shows of PGs. Upstream: PGMap::print_summary */
export function dumpPgStatus(map: PgMap) {
  const { stats } = map.sum;
  const { statfs } = osdSum(map.osds.values());
  return {
    pgs_by_pool_state: byId(map.pools).map(([pool_id, { byState }]) => ({
      pool_id,
      pg_state_counts: countOf(byState),
    })),
    pgs_by_state: countOf(statesByCount(map.byState)),
    num_pgs: map.numPg,
    num_pools: map.pools.size,
    num_objects: stats.numObjects,
    data_bytes: stats.numBytes,
    bytes_used: usedRawBytes(statfs),
    bytes_avail: statfs.available,
    bytes_total: statfs.total,
    ...inactiveRatios(map),
    ...recoveryFigures(stats),
    ...recoveryRate(map.delta),
    ...clientRate(map.delta),
    ...cacheRate(map.delta),
  };
}

function inactiveRatios({ byState, numPg }: PgMap): Figures {
  const unknown = byState.get(0) ?? 0;
  const inactive = numPg - unknown - countStates(byState, (state) => hasState(state, "active"));
  return {
    ...(unknown > 0 && { unknown_pgs_ratio: Math.fround(unknown / numPg) }),
    ...(inactive > 0 && { inactive_pgs_ratio: Math.fround(inactive / numPg) }),
  };
}

/** A pool as far as it is named. */
export interface NamedPools {
  readonly pools: ReadonlyMap<number, { readonly tierOf: number }>;
  readonly poolNames: ReadonlyMap<number, string>;
}

/** What is going on in each pool of the OSDMap. Upstream: PGMap::dump_pool_stats_and_io_rate */
export function dumpPoolRates(map: PgMap, layout: NamedPools, ids: Iterable<number> = layout.pools.keys()) {
  return [...ids].map((id) => {
    const known = map.pools.get(id);
    const rates = known?.steppedAt === undefined ? undefined : known.delta;
    return {
      pool_name: layout.poolNames.get(id) ?? "",
      pool_id: id,
      recovery: known === undefined ? {} : recoveryFigures(known.sum.stats),
      recovery_rate: rates === undefined ? {} : recoveryRate(rates),
      client_io_rate: rates === undefined ? {} : clientRate(rates),
      ...(layout.pools.get(id)!.tierOf >= 0 && {
        cache_io_rate: rates === undefined ? {} : cacheRate(rates),
      }),
    };
  });
}

/** "pgs": the little that a progress bar needs. */
export function dumpPgProgress(map: PgMap) {
  return {
    pgs: Object.fromEntries([...map.records()].map((record) => {
      const { stats } = statOf(record);
      return [formatPgId(record), {
        num_bytes_recovered: stats.numBytesRecovered,
        num_bytes: stats.numBytes,
        reported_epoch: record.reportedEpoch,
        state: pgStateText(record.state),
      }];
    })),
  };
}

/** PGs that are well. Their names have the seed in decimal, as upstream has it here. */
export function dumpActiveCleanPgs(map: PgMap) {
  const isWell = ({ state }: PgRecord): boolean => hasState(state, "active") && hasState(state, "clean");
  return {
    pg_stats: [...map.records()].filter(isWell).map(({ pool, seed, state, reportedEpoch }) => ({
      pgid: `${pool}.${seed}`,
      state: pgStateText(state),
      reported_epoch: reportedEpoch,
    })),
    total_num_pgs: map.numPg,
  };
}
