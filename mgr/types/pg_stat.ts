/** Statistics of a placement group: pg_stat_t; and the names of its states. */

import type { Codec, Decoder, Encoder } from "../encoding/mod.ts";
import { IntervalSet } from "./interval_set.ts";
import type { ObjectStatSum } from "./object_stat_sum.ts";
import { zeroStatSum } from "./object_stat_sum.ts";
import { EVersion, PgId } from "./pg_id.ts";
import { ObjectStatCollection } from "./pool_stat.ts";
import { UTime, ZERO_TIME } from "./utime.ts";

/** A hole in the up or acting set of an erasure coded PG. Upstream: CRUSH_ITEM_NONE */
export const NO_OSD = 0x7fffffff;

/** An OSD and the shard it holds; -1 for none. Upstream: pg_shard_t */
export interface PgShard {
  readonly osd: number;
  readonly shard: number;
}
const PgShard: Codec<PgShard> = {
  decode: (d) => d.versioned("pg_shard_t", 1, (d) => ({ osd: d.i32(), shard: d.i8() })),
  encode: (e, s) => void e.versioned(1, 1, (e) => e.i32(s.osd).i8(s.shard)),
};

/** How many objects lie on exactly these shards. */
export interface ObjectLocation {
  readonly shards: readonly PgShard[];
  readonly objects: number;
}

/** Upstream: pg_stat_t in osd/osd_types.h */
export interface PgStat {
  readonly version: EVersion;
  /** With reportedEpoch the order of reports. */
  readonly reportedSeq: number;
  readonly reportedEpoch: number;
  /** Bits of PG_STATE_*; 0 is "unknown". All 35 fit a number. */
  readonly state: number;
  readonly logStart: EVersion;
  readonly ondiskLogStart: EVersion;
  readonly created: number;
  readonly lastEpochClean: number;
  readonly parent: PgId;
  readonly parentSplitBits: number;
  readonly lastScrub: EVersion;
  readonly lastScrubStamp: UTime;
  readonly stats: ObjectStatSum;
  readonly logSize: number;
  readonly ondiskLogSize: number;
  readonly up: readonly number[];
  readonly acting: readonly number[];
  readonly lastFresh: UTime;
  readonly lastChange: UTime;
  readonly lastActive: UTime;
  readonly lastClean: UTime;
  readonly lastUnstale: UTime;
  readonly mappingEpoch: number;
  readonly lastDeepScrub: EVersion;
  readonly lastDeepScrubStamp: UTime;
  readonly statsInvalid: boolean;
  readonly lastCleanScrubStamp: UTime;
  readonly lastBecameActive: UTime;
  readonly dirtyStatsInvalid: boolean;
  readonly upPrimary: number;
  readonly actingPrimary: number;
  readonly omapStatsInvalid: boolean;
  readonly hitsetStatsInvalid: boolean;
  readonly blockedBy: readonly number[];
  readonly lastUndegraded: UTime;
  readonly lastFullsized: UTime;
  readonly hitsetBytesStatsInvalid: boolean;
  readonly lastPeered: UTime;
  readonly lastBecamePeered: UTime;
  readonly pinStatsInvalid: boolean;
  readonly snaptrimqLen: number;
  readonly purgedSnaps: IntervalSet;
  readonly manifestStatsInvalid: boolean;
  readonly availNoMissing: readonly PgShard[];
  readonly objectLocationCounts: readonly ObjectLocation[];
}

const i32s = (d: Decoder): number[] => d.list((d) => d.i32(), 4);
const writeI32s = (e: Encoder, list: readonly number[]): Encoder => e.list(list, (e, n) => e.i32(n));

const HIGH_STATE = 2 ** 32;

/** v26/22; fields of newer releases are skipped. */
export const PgStat: Codec<PgStat> = {
  decode: (d) =>
    d.versioned("pg_stat_t", 30, (d, v) => {
      if (v < 22) d.fail(`version ${v} is that of an OSD before Jewel`);
      return decodeBody(d, v);
    }),
  encode: (e, s) => void e.versioned(26, 22, (e) => encodeBody(e, s)),
};

function decodeBody(d: Decoder, v: number): PgStat {
  const stat = {
    version: EVersion.decode(d),
    reportedSeq: d.u64n(),
    reportedEpoch: d.u32(),
    state: d.u32(),
    logStart: EVersion.decode(d),
    ondiskLogStart: EVersion.decode(d),
    created: d.u32(),
    lastEpochClean: d.u32(),
    parent: PgId.decode(d),
    parentSplitBits: d.u32(),
    lastScrub: EVersion.decode(d),
    lastScrubStamp: UTime.decode(d),
    stats: ObjectStatCollection.decode(d),
    logSize: d.i64n(),
    ondiskLogSize: d.i64n(),
    up: i32s(d),
    acting: i32s(d),
    lastFresh: UTime.decode(d),
    lastChange: UTime.decode(d),
    lastActive: UTime.decode(d),
    lastClean: UTime.decode(d),
    lastUnstale: UTime.decode(d),
    mappingEpoch: d.u32(),
    lastDeepScrub: EVersion.decode(d),
    lastDeepScrubStamp: UTime.decode(d),
    statsInvalid: d.bool(),
    lastCleanScrubStamp: UTime.decode(d),
    lastBecameActive: UTime.decode(d),
    dirtyStatsInvalid: d.bool(),
    upPrimary: d.i32(),
    actingPrimary: d.i32(),
    omapStatsInvalid: d.bool(),
    hitsetStatsInvalid: d.bool(),
    blockedBy: i32s(d),
    lastUndegraded: UTime.decode(d),
    lastFullsized: UTime.decode(d),
    hitsetBytesStatsInvalid: d.bool(),
    lastPeered: UTime.decode(d),
    lastBecamePeered: UTime.decode(d),
    pinStatsInvalid: d.bool(),
    snaptrimqLen: v >= 23 ? d.u32() : 0,
  };
  const high = v >= 24 ? d.u32() : 0;
  const tail = {
    ...stat,
    state: stat.state + high * HIGH_STATE,
    purgedSnaps: v >= 24 ? IntervalSet.decode(d) : new Map(),
    manifestStatsInvalid: v >= 25 ? d.bool() : true,
    availNoMissing: v >= 26 ? d.list(PgShard.decode) : [],
    objectLocationCounts: v >= 26
      ? d.list((d) => ({ shards: d.list(PgShard.decode), objects: d.i32() }))
      : [],
  };
  skipNewer(d, v);
  return tail;
}

/** What releases after 16 append: durations of scrubs and snap trims, duplicates in the log, reservations. */
function skipNewer(d: Decoder, v: number): void {
  if (v >= 27) d.raw(4 + 8 + 4 + 2 + 3 + 8);
  if (v >= 28) d.raw(8 + 8 + 8);
  if (v >= 29) d.raw(8);
  if (v >= 30) d.raw(2 + 1 + 1);
}

function encodeBody(e: Encoder, s: PgStat): void {
  EVersion.encode(e, s.version);
  e.u64n(s.reportedSeq).u32(s.reportedEpoch).u32(s.state % HIGH_STATE);
  EVersion.encode(e, s.logStart);
  EVersion.encode(e, s.ondiskLogStart);
  e.u32(s.created).u32(s.lastEpochClean);
  PgId.encode(e, s.parent);
  e.u32(s.parentSplitBits);
  EVersion.encode(e, s.lastScrub);
  UTime.encode(e, s.lastScrubStamp);
  ObjectStatCollection.encode(e, s.stats);
  e.i64n(s.logSize).i64n(s.ondiskLogSize);
  writeI32s(writeI32s(e, s.up), s.acting);
  for (const t of [s.lastFresh, s.lastChange, s.lastActive, s.lastClean, s.lastUnstale]) UTime.encode(e, t);
  e.u32(s.mappingEpoch);
  EVersion.encode(e, s.lastDeepScrub);
  UTime.encode(e, s.lastDeepScrubStamp);
  e.bool(s.statsInvalid);
  UTime.encode(e, s.lastCleanScrubStamp);
  UTime.encode(e, s.lastBecameActive);
  e.bool(s.dirtyStatsInvalid).i32(s.upPrimary).i32(s.actingPrimary);
  e.bool(s.omapStatsInvalid).bool(s.hitsetStatsInvalid);
  writeI32s(e, s.blockedBy);
  UTime.encode(e, s.lastUndegraded);
  UTime.encode(e, s.lastFullsized);
  e.bool(s.hitsetBytesStatsInvalid);
  UTime.encode(e, s.lastPeered);
  UTime.encode(e, s.lastBecamePeered);
  e.bool(s.pinStatsInvalid).u32(s.snaptrimqLen).u32(Math.floor(s.state / HIGH_STATE));
  IntervalSet.encode(e, s.purgedSnaps);
  e.bool(s.manifestStatsInvalid).list(s.availNoMissing, PgShard.encode);
  e.list(s.objectLocationCounts, (e, l) => e.list(l.shards, PgShard.encode).i32(l.objects));
}

/** A PG that nobody has reported yet: state 0, all stamps those of the map that made it. */
export function unknownPgStat(stamp: UTime): PgStat {
  const none: EVersion = { version: 0, epoch: 0 };
  return {
    version: none,
    reportedSeq: 0,
    reportedEpoch: 0,
    state: 0,
    logStart: none,
    ondiskLogStart: none,
    created: 0,
    lastEpochClean: 0,
    parent: { pool: 0, seed: 0 },
    parentSplitBits: 0,
    lastScrub: none,
    lastScrubStamp: stamp,
    stats: zeroStatSum(),
    logSize: 0,
    ondiskLogSize: 0,
    up: [],
    acting: [],
    lastFresh: stamp,
    lastChange: stamp,
    lastActive: stamp,
    lastClean: stamp,
    lastUnstale: stamp,
    mappingEpoch: 0,
    lastDeepScrub: none,
    lastDeepScrubStamp: stamp,
    statsInvalid: false,
    lastCleanScrubStamp: stamp,
    lastBecameActive: ZERO_TIME,
    dirtyStatsInvalid: false,
    upPrimary: -1,
    actingPrimary: -1,
    omapStatsInvalid: false,
    hitsetStatsInvalid: false,
    blockedBy: [],
    lastUndegraded: stamp,
    lastFullsized: stamp,
    hitsetBytesStatsInvalid: false,
    lastPeered: stamp,
    lastBecamePeered: ZERO_TIME,
    pinStatsInvalid: false,
    snaptrimqLen: 0,
    purgedSnaps: new Map(),
    manifestStatsInvalid: false,
    availNoMissing: [],
    objectLocationCounts: [],
  };
}
