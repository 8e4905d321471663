/** Statistics of a pool: pool_stat_t, and object_stat_collection_t around the counters. */

import type { Codec, Encoder } from "../encoding/mod.ts";
import { addStatSum, dumpStatSum, ObjectStatSum, zeroStatSum } from "./object_stat_sum.ts";
import { addStatfs, dumpStatfs, StoreStatfs, zeroStatfs } from "./store_statfs.ts";

/** object_stat_collection_t: the sum, and categories that are always empty. */
export const ObjectStatCollection: Codec<ObjectStatSum> = {
  decode: (d) =>
    d.versioned("object_stat_collection_t", 2, (d) => {
      const sum = ObjectStatSum.decode(d);
      for (let categories = d.count(); categories > 0; categories--) {
        d.string();
        ObjectStatSum.decode(d);
      }
      return sum;
    }),
  encode: (e, s) => void e.versioned(2, 2, (e) => (ObjectStatSum.encode(e, s), e.u32(0))),
};

/** Upstream: pool_stat_t in osd/osd_types.h */
export interface PoolStat {
  readonly stats: ObjectStatSum;
  logSize: number;
  ondiskLogSize: number;
  /** OSDs in up and acting sets, holes included. */
  up: number;
  acting: number;
  readonly storeStats: StoreStatfs;
  /** OSDs that report per-pool space. */
  numStoreStats: number;
}

/** v7/5; 440 bytes. */
export const PoolStat: Codec<PoolStat> = {
  decode: (d) =>
    d.versioned("pool_stat_t", 7, (d, v) => ({
      stats: ObjectStatCollection.decode(d),
      logSize: d.i64n(),
      ondiskLogSize: d.i64n(),
      up: v >= 6 ? d.i32() : 0,
      acting: v >= 6 ? d.i32() : 0,
      storeStats: v >= 7 ? StoreStatfs.decode(d) : zeroStatfs(),
      numStoreStats: v >= 7 ? d.u32() : 0,
    })),
  encode: (e, s) => void e.versioned(7, 5, (e) => encodeBody(e, s)),
};

function encodeBody(e: Encoder, s: PoolStat): void {
  ObjectStatCollection.encode(e, s.stats);
  e.i64n(s.logSize).i64n(s.ondiskLogSize).i32(s.up).i32(s.acting);
  StoreStatfs.encode(e, s.storeStats);
  e.u32(s.numStoreStats);
}

/** All zero. */
export function zeroPoolStat(): PoolStat {
  return {
    stats: zeroStatSum(),
    logSize: 0,
    ondiskLogSize: 0,
    up: 0,
    acting: 0,
    storeStats: zeroStatfs(),
    numStoreStats: 0,
  };
}

/** What a pool sums up of one PG. */
export interface PgContribution {
  readonly stats: ObjectStatSum;
  readonly logSize: number;
  readonly ondiskLogSize: number;
  readonly up: readonly number[];
  readonly acting: readonly number[];
}

/** Adds a PG so many times (-1 takes it away); holes of erasure coded PGs count. */
export function addPg(total: PoolStat, pg: PgContribution, times: number): void {
  addStatSum(total.stats, pg.stats, times);
  total.logSize += times * pg.logSize;
  total.ondiskLogSize += times * pg.ondiskLogSize;
  total.up += times * pg.up.length;
  total.acting += times * pg.acting.length;
}

/** Adds `sign` times the space of the pool on one OSD. */
export function addPoolStatfs(total: PoolStat, statfs: StoreStatfs, sign: 1 | -1): void {
  addStatfs(total.storeStats, statfs, sign);
  total.numStoreStats += sign;
}

/** As JSON. Upstream: pool_stat_t::dump */
export function dumpPoolStat(s: PoolStat) {
  return {
    stat_sum: dumpStatSum(s.stats),
    store_stats: dumpStatfs(s.storeStats),
    log_size: s.logSize,
    ondisk_log_size: s.ondiskLogSize,
    up: s.up,
    acting: s.acting,
    num_store_stats: s.numStoreStats,
  };
}
