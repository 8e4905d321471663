/** What a pool's description is made of: snapshots, hit sets, the last merge of PGs. */

import type { Codec, Decoder } from "../encoding/mod.ts";
import { EVersion, PgId } from "./pg_id.ts";
import { UTime } from "./utime.ts";

/** Upstream: pool_snap_info_t in osd/osd_types.h */
export interface PoolSnapInfo {
  readonly snapid: bigint;
  readonly stamp: UTime;
  readonly name: string;
}

/** v2/2. */
export const PoolSnapInfo: Codec<PoolSnapInfo> = {
  decode: (d) =>
    d.versioned("pool_snap_info_t", 2, (d) => ({
      snapid: d.u64(),
      stamp: UTime.decode(d),
      name: d.string(),
    })),
  encode: (e, s) =>
    void e.versioned(2, 2, (e) => {
      UTime.encode(e.u64(s.snapid), s.stamp);
      e.string(s.name);
    }),
};

/** Upstream: HitSet::impl_type_t in osd/HitSet.h */
export const HitSetType = { none: 0, explicitHash: 1, explicitObject: 2, bloom: 3 } as const;

/** How a cache tier remembers what was used. The three values are those of a Bloom filter, 0 for other types. */
export interface HitSetParams {
  readonly type: number;
  /** Millionths. */
  readonly falsePositiveMicro: number;
  readonly targetSize: number;
  readonly seed: bigint;
}

/** No hit set. */
export const NO_HIT_SET: HitSetParams = {
  type: HitSetType.none,
  falsePositiveMicro: 0,
  targetSize: 0,
  seed: 0n,
};

function decodeHitSetParams(d: Decoder): HitSetParams {
  const type = d.u8();
  if (type === HitSetType.none) return NO_HIT_SET;
  return d.versioned("HitSet::Params::Impl", 1, (d) => ({
    type,
    falsePositiveMicro: type === HitSetType.bloom ? d.u32() : 0,
    targetSize: type === HitSetType.bloom ? d.u64n() : 0,
    seed: type === HitSetType.bloom ? d.u64() : 0n,
  }));
}

/** v1/1, with the parameters of the type inside. */
export const HitSetParams: Codec<HitSetParams> = {
  decode: (d) => d.versioned("HitSet::Params", 1, decodeHitSetParams),
  encode: (e, p) =>
    void e.versioned(1, 1, (e) => {
      e.u8(p.type);
      if (p.type === HitSetType.none) return;
      e.versioned(1, 1, (e) => {
        if (p.type === HitSetType.bloom) e.u32(p.falsePositiveMicro).u64n(p.targetSize).u64(p.seed);
      });
    }),
};

/** Upstream: pg_merge_meta_t in osd/osd_types.h */
export interface PgMergeMeta {
  readonly sourcePgid: PgId;
  readonly readyEpoch: number;
  readonly lastEpochStarted: number;
  readonly lastEpochClean: number;
  readonly sourceVersion: EVersion;
  readonly targetVersion: EVersion;
}

/** No PGs were merged. */
export const NO_MERGE: PgMergeMeta = {
  sourcePgid: { pool: 0, seed: 0 },
  readyEpoch: 0,
  lastEpochStarted: 0,
  lastEpochClean: 0,
  sourceVersion: { version: 0, epoch: 0 },
  targetVersion: { version: 0, epoch: 0 },
};

/** v1/1. */
export const PgMergeMeta: Codec<PgMergeMeta> = {
  decode: (d) =>
    d.versioned("pg_merge_meta_t", 1, (d) => ({
      sourcePgid: PgId.decode(d),
      readyEpoch: d.u32(),
      lastEpochStarted: d.u32(),
      lastEpochClean: d.u32(),
      sourceVersion: EVersion.decode(d),
      targetVersion: EVersion.decode(d),
    })),
  encode: (e, m) =>
    void e.versioned(1, 1, (e) => {
      PgId.encode(e, m.sourcePgid);
      e.u32(m.readyEpoch).u32(m.lastEpochStarted).u32(m.lastEpochClean);
      EVersion.encode(e, m.sourceVersion);
      EVersion.encode(e, m.targetVersion);
    }),
};
