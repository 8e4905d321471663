/** Names of placement groups and versions of objects: pg_t, spg_t, eversion_t. */

import type { Codec, Read } from "../encoding/mod.ts";

/** Upstream: pg_t in osd/osd_types.h */
export interface PgId {
  readonly pool: number;
  readonly seed: number;
}

const readPgId: Read<PgId> = (d) => {
  d.u8();
  const id = { pool: d.i64n(), seed: d.u32() };
  d.i32();
  return id;
};

/** u8 1, u64 pool, u32 seed, s32 -1. */
export const PgId: Codec<PgId> = {
  decode: (d) => d.struct("pg_t", readPgId),
  encode: (e, v) => void e.u8(1).i64n(v.pool).u32(v.seed).i32(-1),
};

/** `2.1f`: pool in decimal, seed in hexadecimal. */
export function formatPgId({ pool, seed }: PgId): string {
  return formatPg(pool, seed);
}

/** The same of its two numbers. */
export function formatPg(pool: number, seed: number): string {
  return `${pool}.${seed.toString(16)}`;
}

/** Reads `2.1f`; undefined when it is none. */
export function parsePgId(text: string): PgId | undefined {
  const m = /^(\d+)\.([0-9a-f]{1,8})$/i.exec(text);
  return m ? { pool: Number(m[1]), seed: parseInt(m[2]!, 16) } : undefined;
}

/** No shard: a PG of a replicated pool. */
export const NO_SHARD = -1;

/** A PG and the shard of an erasure coded pool. Upstream: spg_t in osd/osd_types.h */
export interface ShardPgId {
  readonly pg: PgId;
  readonly shard: number;
}

/** v1/1 { pg_t, s8 shard } */
export const ShardPgId: Codec<ShardPgId> = {
  decode: (d) => d.versioned("spg_t", 1, (d) => ({ pg: PgId.decode(d), shard: d.i8() })),
  encode: (e, v) => void e.versioned(1, 1, (e) => (PgId.encode(e, v.pg), e.i8(v.shard))),
};

/** Upstream: eversion_t in osd/osd_types.h */
export interface EVersion {
  readonly version: number;
  readonly epoch: number;
}

const readEVersion: Read<EVersion> = (d) => ({ version: d.u64n(), epoch: d.u32() });

/** u64 version, u32 epoch: the version first. */
export const EVersion: Codec<EVersion> = {
  decode: (d) => d.struct("eversion_t", readEVersion),
  encode: (e, v) => void e.u64n(v.version).u32(v.epoch),
};

/** `34'82` */
export function formatEVersion({ version, epoch }: EVersion): string {
  return formatVersion(version, epoch);
}

/** The same of its two numbers. */
export function formatVersion(version: number, epoch: number): string {
  return `${epoch}'${version}`;
}
