/** A pool as the OSDMap describes it: pg_pool_t. */

import { type Codec, type Decoder, type Encoder, type Item, listOf, mapOf, U64 } from "../encoding/mod.ts";
import { IntervalSet } from "./interval_set.ts";
import { PoolOpts } from "./pool_opts.ts";
import { HitSetParams, NO_HIT_SET, NO_MERGE, PgMergeMeta, PoolSnapInfo } from "./pool_parts.ts";
import { UTime, ZERO_TIME } from "./utime.ts";

/** Upstream: pg_pool_t::TYPE_* */
export const PoolType = { replicated: 1, erasure: 3 } as const;

/** No member is mandatory. Upstream: pg_pool_t::pg_CRUSH_ITEM_NONE */
export const NO_MEMBER = 0x7fffffff;

/** Upstream: pg_pool_t in osd/osd_types.h. Sizes in bytes, periods in seconds, ratios in millionths. */
export interface PgPool {
  readonly type: number;
  /** Copies, or k+m. */
  readonly size: number;
  readonly crushRule: number;
  /** 1 linux, 2 rjenkins. */
  readonly objectHash: number;
  readonly pgNum: number;
  readonly pgpNum: number;
  readonly lpgNum: number;
  readonly lpgpNum: number;
  readonly lastChange: number;
  readonly snapSeq: bigint;
  readonly snapEpoch: number;
  readonly snaps: ReadonlyMap<bigint, PoolSnapInfo>;
  /** Empty since Octopus: see OsdMap.removedSnapsQueue. */
  readonly removedSnaps: IntervalSet;
  readonly auid: bigint;
  readonly flags: bigint;
  readonly crashReplayInterval: number;
  readonly minSize: number;
  /** 0 = none. */
  readonly quotaMaxBytes: number;
  /** 0 = none. */
  readonly quotaMaxObjects: number;
  /** Pools that are caches of this one. */
  readonly tiers: readonly number[];
  /** Pool that this one is a cache of; -1 = none. */
  readonly tierOf: number;
  readonly cacheMode: number;
  readonly readTier: number;
  readonly writeTier: number;
  readonly properties: ReadonlyMap<string, string>;
  readonly hitSetParams: HitSetParams;
  readonly hitSetPeriod: number;
  readonly hitSetCount: number;
  readonly stripeWidth: number;
  readonly targetMaxBytes: number;
  readonly targetMaxObjects: number;
  readonly cacheTargetDirtyRatioMicro: number;
  readonly cacheTargetFullRatioMicro: number;
  readonly cacheMinFlushAge: number;
  readonly cacheMinEvictAge: number;
  readonly erasureCodeProfile: string;
  readonly lastForceOpResendPreluminous: number;
  readonly minReadRecencyForPromote: number;
  readonly expectedNumObjects: number;
  readonly cacheTargetDirtyHighRatioMicro: number;
  readonly minWriteRecencyForPromote: number;
  readonly useGmtHitset: boolean;
  readonly fastRead: boolean;
  readonly hitSetGradeDecayRate: number;
  readonly hitSetSearchLastN: number;
  readonly opts: PoolOpts;
  readonly lastForceOpResendPrenautilus: number;
  readonly applicationMetadata: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly createTime: UTime;
  readonly pgNumTarget: number;
  readonly pgpNumTarget: number;
  readonly pgNumPending: number;
  readonly lastForceOpResend: number;
  /** 0 off, 1 warn, 2 on. */
  readonly pgAutoscaleMode: number;
  readonly lastPgMergeMeta: PgMergeMeta;
  /** Buckets that a PG needs to peer in stretch mode; 0 = no such rule. */
  readonly peeringCrushBucketCount: number;
  readonly peeringCrushBucketTarget: number;
  /** Type id of those buckets. */
  readonly peeringCrushBucketBarrier: number;
  readonly peeringCrushMandatoryMember: number;
  /** Mask of shards that never are primary (erasure coding of 20.x). */
  readonly nonprimaryShards: bigint;
}

/** Whether the pool is erasure coded. */
export function isErasure(pool: PgPool): boolean {
  return pool.type === PoolType.erasure;
}

const Snaps = mapOf(U64, PoolSnapInfo);
const Pools = listOf<number>({ decode: (d) => d.u64n(), encode: (e, v) => void e.u64n(v) }, 8);
const Applications = mapOf<string, ReadonlyMap<string, string>>(
  { decode: (d) => d.string(), encode: (e, v) => void e.string(v) },
  { decode: (d) => d.stringMap(), encode: (e, v) => void e.stringMap(v) },
);

/** v29/5, v30/5 in stretch mode; reads v24 to v32. */
export const PgPool: Codec<PgPool> & Item<PgPool> = {
  decode: (d) =>
    d.versioned("pg_pool_t", 32, (d, v) => {
      if (v < 24) d.fail(`version ${v} is that of a monitor before Luminous`);
      const base = { ...decodeBase(d), ...decodeTiering(d) };
      const later = decodeLater(d, v, base);
      return { ...base, ...later, ...decodeStretch(d, v), nonprimaryShards: v >= 32 ? shardSet(d) : 0n };
    }),
  encode: (e, p) =>
    void e.versioned(p.peeringCrushBucketCount === 0 ? 29 : 30, 5, (e) => {
      encodeBase(e, p);
      encodeTiering(e, p);
      encodeLater(e, p);
      if (p.peeringCrushBucketCount !== 0) encodeStretch(e, p);
    }),
  skip: (d) => d.skipVersioned(),
};

/** Offset of last_change in an encoded pool: header, four bytes, four counts. */
const LAST_CHANGE_AT = 6 + 4 + 16;

/** An encoded pool with another last_change; all else stays, to the byte. */
export function withLastChange(bytes: Uint8Array, epoch: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(LAST_CHANGE_AT, epoch, true);
  return copy;
}

function decodeBase(d: Decoder) {
  return {
    type: d.u8(),
    size: d.u8(),
    crushRule: d.u8(),
    objectHash: d.u8(),
    pgNum: d.u32(),
    pgpNum: d.u32(),
    lpgNum: d.u32(),
    lpgpNum: d.u32(),
    lastChange: d.u32(),
    snapSeq: d.u64(),
    snapEpoch: d.u32(),
    snaps: Snaps.decode(d),
    removedSnaps: IntervalSet.decode(d),
    auid: d.u64(),
    flags: d.u64(),
    crashReplayInterval: d.u32(),
    minSize: d.u8(),
    quotaMaxBytes: d.u64n(),
    quotaMaxObjects: d.u64n(),
  };
}

function encodeBase(e: Encoder, p: PgPool): void {
  e.u8(p.type).u8(p.size).u8(p.crushRule).u8(p.objectHash);
  e.u32(p.pgNum).u32(p.pgpNum).u32(p.lpgNum).u32(p.lpgpNum).u32(p.lastChange);
  Snaps.encode(e.u64(p.snapSeq).u32(p.snapEpoch), p.snaps);
  IntervalSet.encode(e, p.removedSnaps);
  e.u64(p.auid).u64(p.flags).u32(p.crashReplayInterval).u8(p.minSize);
  e.u64n(p.quotaMaxBytes).u64n(p.quotaMaxObjects);
}

function decodeTiering(d: Decoder) {
  return {
    tiers: Pools.decode(d),
    tierOf: d.i64n(),
    cacheMode: d.u8(),
    readTier: d.i64n(),
    writeTier: d.i64n(),
    properties: d.stringMap(),
    hitSetParams: HitSetParams.decode(d),
    hitSetPeriod: d.u32(),
    hitSetCount: d.u32(),
    stripeWidth: d.u32(),
    targetMaxBytes: d.u64n(),
    targetMaxObjects: d.u64n(),
    cacheTargetDirtyRatioMicro: d.u32(),
    cacheTargetFullRatioMicro: d.u32(),
    cacheMinFlushAge: d.u32(),
    cacheMinEvictAge: d.u32(),
    erasureCodeProfile: d.string(),
    lastForceOpResendPreluminous: d.u32(),
    minReadRecencyForPromote: d.u32(),
    expectedNumObjects: d.u64n(),
    cacheTargetDirtyHighRatioMicro: d.u32(),
    minWriteRecencyForPromote: d.u32(),
    useGmtHitset: d.bool(),
    fastRead: d.bool(),
    hitSetGradeDecayRate: d.u32(),
    hitSetSearchLastN: d.u32(),
    opts: PoolOpts.decode(d),
  };
}

function encodeTiering(e: Encoder, p: PgPool): void {
  Pools.encode(e, p.tiers);
  e.i64n(p.tierOf).u8(p.cacheMode).i64n(p.readTier).i64n(p.writeTier).stringMap(p.properties);
  HitSetParams.encode(e, p.hitSetParams);
  e.u32(p.hitSetPeriod).u32(p.hitSetCount).u32(p.stripeWidth).u64n(p.targetMaxBytes).u64n(p.targetMaxObjects);
  e.u32(p.cacheTargetDirtyRatioMicro).u32(p.cacheTargetFullRatioMicro);
  e.u32(p.cacheMinFlushAge).u32(p.cacheMinEvictAge).string(p.erasureCodeProfile);
  e.u32(p.lastForceOpResendPreluminous).u32(p.minReadRecencyForPromote).u64n(p.expectedNumObjects);
  e.u32(p.cacheTargetDirtyHighRatioMicro).u32(p.minWriteRecencyForPromote);
  e.bool(p.useGmtHitset).bool(p.fastRead).u32(p.hitSetGradeDecayRate).u32(p.hitSetSearchLastN);
  PoolOpts.encode(e, p.opts);
}

type Base = ReturnType<typeof decodeBase> & ReturnType<typeof decodeTiering>;

function decodeLater(d: Decoder, v: number, base: Base) {
  const prenautilus = v >= 25 ? d.u32() : base.lastForceOpResendPreluminous;
  const applicationMetadata = v >= 26 ? Applications.decode(d) : new Map();
  return {
    lastForceOpResendPrenautilus: prenautilus,
    applicationMetadata,
    createTime: v >= 27 ? UTime.decode(d) : ZERO_TIME,
    pgNumTarget: v >= 28 ? d.u32() : base.pgNum,
    pgpNumTarget: v >= 28 ? d.u32() : base.pgpNum,
    pgNumPending: v >= 28 ? d.u32() : base.pgNum,
    lastForceOpResend: v >= 28 ? (d.skip(8), d.u32()) : prenautilus,
    pgAutoscaleMode: v >= 28 ? d.u8() : 1,
    lastPgMergeMeta: v >= 29 ? PgMergeMeta.decode(d) : NO_MERGE,
  };
}

function encodeLater(e: Encoder, p: PgPool): void {
  Applications.encode(e.u32(p.lastForceOpResendPrenautilus), p.applicationMetadata);
  UTime.encode(e, p.createTime);
  // Between the counts and the epoch: two words that were last_epoch_started and _clean of a merge.
  e.u32(p.pgNumTarget).u32(p.pgpNumTarget).u32(p.pgNumPending).u32(0).u32(0).u32(p.lastForceOpResend);
  PgMergeMeta.encode(e.u8(p.pgAutoscaleMode), p.lastPgMergeMeta);
}

const NO_STRETCH = {
  peeringCrushBucketCount: 0,
  peeringCrushBucketTarget: 0,
  peeringCrushBucketBarrier: 0,
  peeringCrushMandatoryMember: NO_MEMBER,
};

/** Always there in version 30; behind a presence byte since 31. */
function decodeStretch(d: Decoder, v: number) {
  if (v < 30 || (v > 30 && !d.bool())) return NO_STRETCH;
  return {
    peeringCrushBucketCount: d.u32(),
    peeringCrushBucketTarget: d.u32(),
    peeringCrushBucketBarrier: d.u32(),
    peeringCrushMandatoryMember: d.i32(),
  };
}

function encodeStretch(e: Encoder, p: PgPool): void {
  e.u32(p.peeringCrushBucketCount).u32(p.peeringCrushBucketTarget).u32(p.peeringCrushBucketBarrier);
  e.i32(p.peeringCrushMandatoryMember);
}

/** Two words as varints. Upstream: shard_id_set in osd/osd_types.h */
function shardSet(d: Decoder): bigint {
  const low = word(d);
  return low | (word(d) << 64n);
}

function word(d: Decoder): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = d.u8();
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return d.fail("varint longer than 10 bytes");
}

/** What a new pool starts with; for tests and tools. */
export const BLANK_POOL: PgPool = {
  type: PoolType.replicated,
  size: 3,
  crushRule: 0,
  objectHash: 2,
  pgNum: 0,
  pgpNum: 0,
  lpgNum: 0,
  lpgpNum: 0,
  lastChange: 0,
  snapSeq: 0n,
  snapEpoch: 0,
  snaps: new Map(),
  removedSnaps: new Map(),
  auid: 0n,
  flags: 1n,
  crashReplayInterval: 0,
  minSize: 2,
  quotaMaxBytes: 0,
  quotaMaxObjects: 0,
  tiers: [],
  tierOf: -1,
  cacheMode: 0,
  readTier: -1,
  writeTier: -1,
  properties: new Map(),
  hitSetParams: NO_HIT_SET,
  hitSetPeriod: 0,
  hitSetCount: 0,
  stripeWidth: 0,
  targetMaxBytes: 0,
  targetMaxObjects: 0,
  cacheTargetDirtyRatioMicro: 400_000,
  cacheTargetFullRatioMicro: 800_000,
  cacheMinFlushAge: 0,
  cacheMinEvictAge: 0,
  erasureCodeProfile: "",
  lastForceOpResendPreluminous: 0,
  minReadRecencyForPromote: 0,
  expectedNumObjects: 0,
  cacheTargetDirtyHighRatioMicro: 600_000,
  minWriteRecencyForPromote: 0,
  useGmtHitset: true,
  fastRead: false,
  hitSetGradeDecayRate: 0,
  hitSetSearchLastN: 0,
  opts: new Map(),
  lastForceOpResendPrenautilus: 0,
  applicationMetadata: new Map(),
  createTime: ZERO_TIME,
  pgNumTarget: 0,
  pgpNumTarget: 0,
  pgNumPending: 0,
  lastForceOpResend: 0,
  pgAutoscaleMode: 0,
  lastPgMergeMeta: NO_MERGE,
  ...NO_STRETCH,
  nonprimaryShards: 0n,
};
