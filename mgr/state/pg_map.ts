/** Statistics of all placement groups, OSDs and pools: what reports and OSDMaps make of them. No I/O, no clock. */

import { addStatSum } from "../types/object_stat_sum.ts";
import type { PgId } from "../types/pg_id.ts";
import { hasState } from "../types/pg_state.ts";
import { type PoolStat, zeroPoolStat } from "../types/pool_stat.ts";
import { readRaw } from "../types/raw_struct.ts";
import { StoreStatfs } from "../types/store_statfs.ts";
import { type UTime, ZERO_TIME } from "../types/utime.ts";
import { idleOsd, type OsdRecord, outOsd, reportedOsd } from "./osd_record.ts";
import { PgCounts } from "./pg_counts.ts";
import {
  briefOf,
  isNewer,
  type PgRecord,
  type ReportedPg,
  reportedPg,
  stalePg,
  unknownPg,
} from "./pg_record.ts";
import { addTo, PoolSum } from "./pool_sum.ts";
import { StatDelta } from "./stat_delta.ts";

/** What an OSD reports: MPGStats has it. The structures are as received. */
export interface OsdReport {
  /** osd_stat_t */
  readonly osdStat: Uint8Array;
  /** pg_stat_t of the PGs that it leads. */
  readonly pgStat: readonly { readonly pg: PgId; readonly stat: Uint8Array }[];
  /** store_statfs_t by pool. */
  readonly poolStat: ReadonlyMap<number, Uint8Array>;
}

/** What of an OSDMap decides which statistics count. */
export interface PgMapScope {
  readonly modified: UTime;
  /** Ids of OSDs are below it. */
  readonly maxOsd: number;
  readonly pools: ReadonlyMap<number, { readonly pgNum: number }>;
  exists(osd: number): boolean;
  isUp(osd: number): boolean;
  isIn(osd: number): boolean;
}

/** A moment: monotonic milliseconds for spans, the wall clock for stamps. */
export interface Moment {
  readonly now: number;
  readonly stamp: UTime;
}

/** mon_stat_smooth_intervals */
const SMOOTH_INTERVALS = 6;

/**
 * Reports count at once; the window of the rates moves, and the version rises, with each OSDMap and each `step`.
 * Upstream: PGMap, PGMapUpdater in mon/PGMap.cc, ClusterState in mgr/ClusterState.cc
 */
export class PgMap {
  #pools = new Map<number, PoolSum>();
  readonly #osds = new Map<number, OsdRecord>();
  readonly #lastSeq: bigint[] = [];
  readonly #counts = new PgCounts();
  readonly #delta = new StatDelta();
  readonly #intervals: () => number;
  readonly #changed: () => void;
  #scope: PgMapScope | undefined;
  #version = 0;
  #changes = 0;
  #stamp = ZERO_TIME;
  #steppedAt = 0;
  #era = 0;

  /** `intervals` is mon_stat_smooth_intervals: how many the rates are averaged over. `changed` is called when `changes` rises. */
  constructor(intervals: () => number = () => SMOOTH_INTERVALS, changed: () => void = () => {}) {
    this.#intervals = intervals;
    this.#changed = changed;
  }

  /** Counts steps. */
  get version(): number {
    return this.#version;
  }

  /** Rises with whatever changes: what was made of an older state is out of date. */
  get changes(): number {
    return this.#changes;
  }

  /** When the last step was. */
  get stamp(): UTime {
    return this.#stamp;
  }

  /** By id, ascending: pools that the newest OSDMap has. */
  get pools(): ReadonlyMap<number, PoolSum> {
    return this.#pools;
  }

  /** By id; an OSD that has reported and still exists. */
  get osds(): ReadonlyMap<number, OsdRecord> {
    return this.#osds;
  }

  /** By id: the number of the last report that counted, 0 for none. */
  get lastSeq(): readonly bigint[] {
    return this.#lastSeq;
  }

  get counts(): PgCounts {
    return this.#counts;
  }

  /** Of all pools. */
  get delta(): StatDelta {
    return this.#delta;
  }

  /** The sum over all PGs. Per-pool space is not in it. */
  get sum(): PoolStat {
    const total = zeroPoolStat();
    for (const { sum } of this.#pools.values()) {
      addStatSum(total.stats, sum.stats, 1);
      total.logSize += sum.logSize;
      total.ondiskLogSize += sum.ondiskLogSize;
      total.up += sum.up;
      total.acting += sum.acting;
    }
    return total;
  }

  get numPg(): number {
    let total = 0;
    for (const { size } of this.#pools.values()) total += size;
    return total;
  }

  /** PGs by state. */
  get byState(): Map<number, number> {
    const total = new Map<number, number>();
    for (const { byState } of this.#pools.values()) {
      for (const [state, n] of byState) addTo(total, state, n);
    }
    return total;
  }

  /** Records that somebody has by now stay as they are: what is reported from now on makes new ones. */
  share(): void {
    this.#era++;
  }

  get(pg: PgId): PgRecord | undefined {
    return this.#pools.get(pg.pool)?.get(pg.seed);
  }

  /** In the order of pool and seed. */
  *records(): Generator<PgRecord> {
    for (const { records } of this.#pools.values()) yield* records;
  }

  /**
   * Takes a report of `osd`. What does not belong to the newest OSDMap is left out, and so are PGs of which another
   * OSD has reported something newer. Throws DecodeError, and then nothing of it is taken. Upstream:
   * ClusterState::ingest_pgstats
   */
  ingest(osd: number, report: OsdReport): void {
    const scope = this.#scope;
    // An id beyond the map would make the digest as long as whoever holds such a key likes.
    if (scope === undefined || osd >= scope.maxOsd) return;
    const record = reportedOsd(report.osdStat, this.#osds.get(osd));
    const pgs = report.pgStat.filter(({ pg }) => pg.seed < (scope.pools.get(pg.pool)?.pgNum ?? 0))
      .map(({ pg, stat }) => reportedPg(pg, stat));
    const statfs = [...report.poolStat].map(([pool, raw]) =>
      [pool, readRaw(raw, StoreStatfs.decode)] as const
    );
    this.#changes++;
    this.#changed();
    this.#setOsd(osd, scope.isIn(osd) ? record : outOsd(record.stat.seq));
    for (const reported of pgs) {
      const known = this.get(reported);
      if (known === undefined || !isNewer(known, reported.brief)) this.#put(reported);
    }
    for (const [pool, space] of statfs) this.#pools.get(pool)?.setStatfs(osd, space);
  }

  /** Takes a new OSDMap, and makes a step. Upstream: ClusterState::notify_osdmap */
  osdMap(scope: PgMapScope, at: Moment): void {
    this.#scope = scope;
    this.#checkOsds(scope);
    for (const id of [...this.#pools.keys()]) {
      if (!scope.pools.has(id)) this.#dropPool(id);
    }
    for (const [id, { pgNum }] of scope.pools) this.#resizePool(id, pgNum, scope.modified);
    for (const { records } of this.#pools.values()) {
      for (const record of records) this.#checkPrimary(record, scope, at.stamp);
    }
    this.step(at);
  }

  /** Ends an interval of the rates. Upstream: PGMap::apply_incremental */
  step({ now, stamp }: Moment): void {
    this.#version++;
    this.#changes++;
    this.#changed();
    this.#delta.step(this.sum.stats, now - this.#steppedAt, this.#intervals());
    for (const pool of this.#pools.values()) pool.step(now, stamp, this.#intervals());
    this.#steppedAt = now;
    this.#stamp = stamp;
  }

  #setOsd(osd: number, record: OsdRecord | undefined): void {
    while (record !== undefined && this.#lastSeq.length <= osd) this.#lastSeq.push(0n);
    this.#lastSeq[osd] = record?.stat.seq ?? 0n;
    if (record === undefined) this.#osds.delete(osd);
    else this.#osds.set(osd, record);
  }

  /** Upstream: PGMapUpdater::check_osd_map */
  #checkOsds(scope: PgMapScope): void {
    for (const [osd, record] of this.#osds) {
      if (!scope.exists(osd)) this.#purgeOsd(osd);
      else if (!scope.isIn(osd)) {
        if (record.stat.statfs.total !== 0) this.#setOsd(osd, outOsd(0n));
      } else if (!scope.isUp(osd) && record.stat.opQueueAgeHist.length > 0) {
        this.#setOsd(osd, idleOsd(record));
      }
    }
  }

  #purgeOsd(osd: number): void {
    this.#setOsd(osd, undefined);
    for (const pool of this.#pools.values()) pool.setStatfs(osd, undefined);
  }

  #dropPool(id: number): void {
    for (const record of this.#pools.get(id)!.records) this.#counts.count(briefOf(record), -1);
    this.#pools.delete(id);
  }

  /** PGs of a new or a split pool are unknown until somebody reports them; those of a merged one are gone. */
  #resizePool(id: number, pgNum: number, stamp: UTime): void {
    const known = this.#pools.get(id)?.size ?? 0;
    // No OSD serves them, so there is nothing to count by OSD.
    if (pgNum > known) this.#pool(id).grow(pgNum, unknownPg({ pool: id, seed: known }, stamp));
    for (let seed = known - 1; seed >= pgNum; seed--) this.#dropLast(this.#pools.get(id)!);
  }

  /** Nobody speaks for a PG whose acting primary is down. Upstream: PGMapUpdater::check_down_pgs */
  #checkPrimary(record: PgRecord, scope: PgMapScope, stamp: UTime): void {
    const { actingPrimary, state } = record;
    if (actingPrimary === -1 || scope.isUp(actingPrimary) || hasState(state, "stale")) return;
    this.#put(stalePg(record, stamp));
  }

  #put(pg: ReportedPg): void {
    const pool = this.#pool(pg.pool);
    const known = pool.get(pg.seed);
    const old = known && briefOf(known);
    pool.put(pg, old, this.#era);
    if (old !== undefined) this.#counts.count(old, -1);
    this.#counts.count(pg.brief, 1);
  }

  #dropLast(pool: PoolSum): void {
    const last = briefOf(pool.records.at(-1)!);
    pool.removeLast(last);
    this.#counts.count(last, -1);
  }

  /** Pools are kept in the order of their ids. */
  #pool(id: number): PoolSum {
    let pool = this.#pools.get(id);
    if (pool === undefined) {
      this.#pools.set(id, pool = new PoolSum());
      this.#pools = new Map([...this.#pools].sort(([a], [b]) => a - b));
    }
    return pool;
  }
}
