/** Statistics of a placement group: pg_stat_t; and the names of its states. */

import { type Codec, Decoder, type Encoder, type Read } from "../encoding/mod.ts";
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
  decode: shardReader((osd, shard) => ({ osd, shard })),
  encode: (e, s) => void e.versioned(1, 1, (e) => e.i32(s.osd).i8(s.shard)),
};

/** Reads a pg_shard_t and makes something of it. */
export function shardReader<T>(make: (osd: number, shard: number) => T): Read<T> {
  return (d) => d.versioned("pg_shard_t", 1, (d) => make(d.i32(), d.i8()));
}

/** How many objects lie on exactly these shards. */
export interface ObjectLocationOf<Shard> {
  readonly shards: readonly Shard[];
  readonly objects: number;
}

/** What the structures inside of a pg_stat_t are read as: each as a value of its own, or what is shown of it. */
export interface PgStatPartTypes {
  readonly version: unknown;
  readonly pg: unknown;
  readonly time: unknown;
  readonly stats: unknown;
  readonly snaps: unknown;
  readonly shard: unknown;
}

/** How they are read. */
export type PgStatParts<P extends PgStatPartTypes> = { readonly [K in keyof PgStatPartTypes]: Read<P[K]> };

interface Structures extends PgStatPartTypes {
  readonly version: EVersion;
  readonly pg: PgId;
  readonly time: UTime;
  readonly stats: ObjectStatSum;
  readonly snaps: IntervalSet;
  readonly shard: PgShard;
}

/** Upstream: pg_stat_t in osd/osd_types.h */
export type PgStat = PgStatOf<Structures>;

/** The fields of a pg_stat_t. */
export interface PgStatOf<P extends PgStatPartTypes> {
  readonly version: P["version"];
  /** With reportedEpoch the order of reports. */
  readonly reportedSeq: number;
  readonly reportedEpoch: number;
  /** Bits of PG_STATE_*; 0 is "unknown". All 35 fit a number. */
  readonly state: number;
  readonly logStart: P["version"];
  readonly ondiskLogStart: P["version"];
  readonly created: number;
  readonly lastEpochClean: number;
  readonly parent: P["pg"];
  readonly parentSplitBits: number;
  readonly lastScrub: P["version"];
  readonly lastScrubStamp: P["time"];
  readonly stats: P["stats"];
  readonly logSize: number;
  readonly ondiskLogSize: number;
  readonly up: readonly number[];
  readonly acting: readonly number[];
  readonly lastFresh: P["time"];
  readonly lastChange: P["time"];
  readonly lastActive: P["time"];
  readonly lastClean: P["time"];
  readonly lastUnstale: P["time"];
  readonly mappingEpoch: number;
  readonly lastDeepScrub: P["version"];
  readonly lastDeepScrubStamp: P["time"];
  readonly statsInvalid: boolean;
  readonly lastCleanScrubStamp: P["time"];
  readonly lastBecameActive: P["time"];
  readonly dirtyStatsInvalid: boolean;
  readonly upPrimary: number;
  readonly actingPrimary: number;
  readonly omapStatsInvalid: boolean;
  readonly hitsetStatsInvalid: boolean;
  readonly blockedBy: readonly number[];
  readonly lastUndegraded: P["time"];
  readonly lastFullsized: P["time"];
  readonly hitsetBytesStatsInvalid: boolean;
  readonly lastPeered: P["time"];
  readonly lastBecamePeered: P["time"];
  readonly pinStatsInvalid: boolean;
  readonly snaptrimqLen: number;
  readonly purgedSnaps: P["snaps"];
  readonly manifestStatsInvalid: boolean;
  readonly availNoMissing: readonly P["shard"][];
  readonly objectLocationCounts: readonly ObjectLocationOf<P["shard"]>[];
}

const i32s = (d: Decoder): number[] => d.list((d) => d.i32(), 4);
const writeI32s = (e: Encoder, list: readonly number[]): Encoder => e.list(list, (e, n) => e.i32(n));

const HIGH_STATE = 2 ** 32;

const STRUCTURES: PgStatParts<Structures> = {
  version: EVersion.decode,
  pg: PgId.decode,
  time: UTime.decode,
  stats: ObjectStatCollection.decode,
  snaps: IntervalSet.decode,
  shard: PgShard.decode,
};

/** v26/22; fields of newer releases are skipped. */
export const PgStat: Codec<PgStat> = {
  decode: pgStatReader(STRUCTURES),
  encode: (e, s) => void e.versioned(26, 22, (e) => encodeBody(e, s)),
};

/** Reads a pg_stat_t whose parts are read so. */
export function pgStatReader<P extends PgStatPartTypes>(read: PgStatParts<P>): Read<PgStatOf<P>> {
  return (d) =>
    d.versioned("pg_stat_t", 30, (d, v) => {
      if (v < 22) d.fail(`version ${v} is that of an OSD before Jewel`);
      const stat = decodeBody(d, v, read);
      skipNewer(d, v);
      return stat;
    });
}

/** A container without elements. */
const empty = (): Decoder => new Decoder(new Uint8Array(4));

/** One literal: an object that is added to is slower to make. */
function decodeBody<P extends PgStatPartTypes>(d: Decoder, v: number, read: PgStatParts<P>): PgStatOf<P> {
  let high = 0;
  const stat = {
    version: read.version(d),
    reportedSeq: d.u64n(),
    reportedEpoch: d.u32(),
    state: d.u32(),
    logStart: read.version(d),
    ondiskLogStart: read.version(d),
    created: d.u32(),
    lastEpochClean: d.u32(),
    parent: read.pg(d),
    parentSplitBits: d.u32(),
    lastScrub: read.version(d),
    lastScrubStamp: read.time(d),
    stats: read.stats(d),
    logSize: d.i64n(),
    ondiskLogSize: d.i64n(),
    up: i32s(d),
    acting: i32s(d),
    lastFresh: read.time(d),
    lastChange: read.time(d),
    lastActive: read.time(d),
    lastClean: read.time(d),
    lastUnstale: read.time(d),
    mappingEpoch: d.u32(),
    lastDeepScrub: read.version(d),
    lastDeepScrubStamp: read.time(d),
    statsInvalid: d.bool(),
    lastCleanScrubStamp: read.time(d),
    lastBecameActive: read.time(d),
    dirtyStatsInvalid: d.bool(),
    upPrimary: d.i32(),
    actingPrimary: d.i32(),
    omapStatsInvalid: d.bool(),
    hitsetStatsInvalid: d.bool(),
    blockedBy: i32s(d),
    lastUndegraded: read.time(d),
    lastFullsized: read.time(d),
    hitsetBytesStatsInvalid: d.bool(),
    lastPeered: read.time(d),
    lastBecamePeered: read.time(d),
    pinStatsInvalid: d.bool(),
    snaptrimqLen: v >= 23 ? d.u32() : 0,
    purgedSnaps: v >= 24 ? (high = d.u32(), read.snaps(d)) : read.snaps(empty()),
    manifestStatsInvalid: v >= 25 ? d.bool() : true,
    availNoMissing: v >= 26 ? d.list(read.shard) : [],
    objectLocationCounts: v >= 26 ? d.list((d) => ({ shards: d.list(read.shard), objects: d.i32() })) : [],
  };
  // A product is a floating point number, an object in the heap, even when it adds nothing.
  if (high > 0) stat.state += high * HIGH_STATE;
  return stat;
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
