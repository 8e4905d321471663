/** What the manager tells the monitors of all placement groups: PGMapDigest. A monitor that cannot decode it aborts. */

import type { Codec, Decoder, Encoder } from "../encoding/mod.ts";
import { IntervalSet } from "./interval_set.ts";
import { OsdStat } from "./osd_stat.ts";
import { PgId } from "./pg_id.ts";
import { PoolStat } from "./pool_stat.ts";
import { UTime } from "./utime.ts";

/** PGs of one OSD. Upstream: PGMapDigest::pg_count */
export interface PgCount {
  acting: number;
  upNotActing: number;
  primary: number;
}

/** What a pool changed by, and when it was looked at last. */
export interface PoolDelta {
  readonly stat: PoolStat;
  readonly stamp: UTime;
}

/** Upstream: PGMapDigest in mon/PGMap.h */
export interface PGMapDigest {
  readonly numPg: number;
  readonly numPgActive: number;
  readonly numPgUnknown: number;
  readonly numOsd: number;
  /** By pool. */
  readonly pgPoolSum: ReadonlyMap<number, PoolStat>;
  readonly pgSum: PoolStat;
  readonly osdSum: OsdStat;
  /** By state. */
  readonly numPgByState: ReadonlyMap<number, number>;
  /** By OSD; NO_OSD stands for holes. */
  readonly numPgByOsd: ReadonlyMap<number, PgCount>;
  /** By pool. */
  readonly numPgByPool: ReadonlyMap<number, number>;
  /** Index is the OSD. */
  readonly osdLastSeq: readonly bigint[];
  readonly perPoolSumDelta: ReadonlyMap<number, PoolDelta>;
  /** Time that the delta covers, by pool. */
  readonly perPoolSumDeltasStamps: ReadonlyMap<number, UTime>;
  readonly pgSumDelta: PoolStat;
  readonly stampDelta: UTime;
  /** Raw bytes that may be written, by CRUSH rule; -1 unknown. */
  readonly availSpaceByRule: ReadonlyMap<number, number>;
  /** By pool. */
  readonly purgedSnaps: ReadonlyMap<number, IntervalSet>;
  /** By device class. */
  readonly osdSumByClass: ReadonlyMap<string, OsdStat>;
}

/** v4/1; v5 of newer releases is skipped by its length. */
export const PGMapDigest: Codec<PGMapDigest> = {
  decode: (d) => d.versioned("PGMapDigest", 5, decodeBody),
  encode: (e, p) => void e.versioned(4, 1, (e) => encodeBody(e, p)),
};

const count = (d: Decoder): PgCount => ({ acting: d.i32(), upNotActing: d.i32(), primary: d.i32() });

function decodeBody(d: Decoder, v: number): PGMapDigest {
  const digest = {
    numPg: d.i64n(),
    numPgActive: d.i64n(),
    numPgUnknown: d.i64n(),
    numOsd: d.i64n(),
    pgPoolSum: d.map((d) => d.i32(), PoolStat.decode),
    pgSum: PoolStat.decode(d),
    osdSum: OsdStat.decode(d),
    numPgByState: d.map((d) => d.u64n(), (d) => d.i32()),
    numPgByOsd: d.map((d) => d.i32(), count),
    numPgByPool: d.map((d) => d.i64n(), (d) => d.i64n()),
    osdLastSeq: d.list((d) => d.u64(), 8),
    perPoolSumDelta: d.map((d) => d.i64n(), (d) => ({ stat: PoolStat.decode(d), stamp: UTime.decode(d) })),
    perPoolSumDeltasStamps: d.map((d) => d.i64n(), UTime.decode),
    pgSumDelta: PoolStat.decode(d),
    stampDelta: UTime.decode(d),
    availSpaceByRule: d.map((d) => d.i32(), (d) => d.i64n()),
    purgedSnaps: d.map((d) => d.i64n(), IntervalSet.decode),
    osdSumByClass: d.map((d) => d.string(), OsdStat.decode),
  };
  // pool_pg_unavailable_map of releases from 19 on.
  if (v >= 5) d.map((d) => d.u64(), (d) => d.list(PgId.decode));
  return digest;
}

function encodeBody(e: Encoder, p: PGMapDigest): void {
  const pool = (e: Encoder, id: number): void => void e.i64n(id);
  e.i64n(p.numPg).i64n(p.numPgActive).i64n(p.numPgUnknown).i64n(p.numOsd);
  e.map(p.pgPoolSum, (e, id) => e.i32(id), PoolStat.encode);
  PoolStat.encode(e, p.pgSum);
  OsdStat.encode(e, p.osdSum);
  e.map(p.numPgByState, (e, state) => e.u64n(state), (e, n) => e.i32(n));
  e.map(p.numPgByOsd, (e, osd) => e.i32(osd), (e, c) => e.i32(c.acting).i32(c.upNotActing).i32(c.primary));
  e.map(p.numPgByPool, pool, (e, n) => e.i64n(n));
  e.list(p.osdLastSeq, (e, seq) => e.u64(seq));
  e.map(
    p.perPoolSumDelta,
    pool,
    (e, delta) => (PoolStat.encode(e, delta.stat), UTime.encode(e, delta.stamp)),
  );
  e.map(p.perPoolSumDeltasStamps, pool, UTime.encode);
  PoolStat.encode(e, p.pgSumDelta);
  UTime.encode(e, p.stampDelta);
  e.map(p.availSpaceByRule, (e, rule) => e.i32(rule), (e, bytes) => e.i64n(bytes));
  e.map(p.purgedSnaps, pool, IntervalSet.encode);
  e.map(p.osdSumByClass, (e, name) => e.string(name), OsdStat.encode);
}
