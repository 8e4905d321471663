/** Where an operation goes, and when it must go again. Pure. Upstream: Objecter::_calc_target in osdc/Objecter.cc */

import { NO_OSD, type OsdMapper, type PgMapping } from "../crush/osd_mapper.ts";
import { objectSeed, stableMod } from "../crush/placement.ts";
import type { OsdMap } from "../types/osd_map.ts";
import { hasPoolFlag, OsdMapFlag } from "../types/osd_map_bits.ts";
import { HASH_OF_NAME, type ObjectLocator } from "../types/object_locator.ts";
import { NO_SHARD, type ShardPgId } from "../types/pg_id.ts";
import { isErasure, type PgPool } from "../types/pg_pool.ts";
import { type HObject, NO_SNAP } from "../types/hobject.ts";
import { OpFlag } from "./op_codes.ts";

/** What an operation is on. */
export interface Target {
  readonly oid: string;
  /** With a hash: on the PG of that hash, whatever the name. */
  readonly locator: ObjectLocator;
}

/** An epoch, and the mapping that follows from it. */
export interface MapView {
  readonly map: OsdMap;
  readonly mapper: OsdMapper;
}

/** Where a target is in one epoch. */
export interface Placement {
  readonly pgid: ShardPgId;
  /** All 32 bits of the object's hash. */
  readonly hash: number;
  /** As it is sent: in the pool that serves the object. */
  readonly locator: ObjectLocator;
  readonly pool: PgPool;
  /** NO_OSD: nobody serves the PG. */
  readonly primary: number;
  /** An operation that was sent is lost when this has changed. */
  readonly interval: string;
}

/** Undefined when the pool is not in the map. `flags` (OpFlag) tell whether it reads and writes. */
export function place({ map, mapper }: MapView, target: Target, flags: number): Placement | undefined {
  const id = servingPool(map, target.locator.pool, flags);
  const pools = mapper.pool(id);
  if (pools === undefined) return undefined;
  const { pool } = pools;
  const hash = seedOf(pool, target);
  const seed = stableMod(hash, pool.pgNum);
  const mapping = pools.map(seed);
  const shard = isErasure(pool) ? mapping.acting.indexOf(mapping.actingPrimary) : NO_SHARD;
  const onPg = target.locator.hash !== HASH_OF_NAME;
  return {
    pgid: { pg: { pool: id, seed }, shard },
    hash: onPg ? seed : hash,
    locator: { ...target.locator, pool: id, hash: onPg ? seed : HASH_OF_NAME },
    pool,
    primary: mapping.actingPrimary,
    interval: intervalOf(id, seed, pool, mapping),
  };
}

/** A cache in front of the pool takes its operations. */
function servingPool(map: OsdMap, id: number, flags: number): number {
  const pool = map.pools.get(id);
  if (pool === undefined || flags & OpFlag.ignoreOverlay) return id;
  if (flags & OpFlag.write && pool.writeTier >= 0) return pool.writeTier;
  return flags & OpFlag.read && pool.readTier >= 0 ? pool.readTier : id;
}

function seedOf(pool: PgPool, { oid, locator }: Target): number {
  if (locator.hash !== HASH_OF_NAME) return locator.hash;
  return objectSeed(pool, oid, locator.nspace, locator.key);
}

/** All that begins a new interval of a PG. Upstream: PastIntervals::is_new_interval in osd/osd_types.cc */
function intervalOf(id: number, seed: number, pool: PgPool, mapping: PgMapping): string {
  return [
    id,
    seed,
    mapping.upPrimary,
    mapping.up,
    mapping.actingPrimary,
    mapping.acting,
    pool.size,
    pool.minSize,
    pool.pgNum,
    pool.pgNumPending,
    pool.lastForceOpResend,
    pool.peeringCrushBucketCount,
    pool.peeringCrushBucketTarget,
    pool.peeringCrushBucketBarrier,
    pool.peeringCrushMandatoryMember,
  ].join("|");
}

/** Why the cluster wants an operation to wait, or undefined. OSDs do not enforce it; full pools drop without an answer. */
export function holdReason({ flags: mapFlags }: OsdMap, pool: PgPool, flags: number): string | undefined {
  if (flags & OpFlag.read && mapFlags & OsdMapFlag.pauserd) return "reads are paused (osd pause)";
  if (!(flags & OpFlag.write)) return undefined;
  if (mapFlags & OsdMapFlag.pausewr) return "writes are paused (osd pause)";
  if (flags & (OpFlag.fullTry | OpFlag.fullForce)) return undefined;
  if (mapFlags & OsdMapFlag.full) return "the cluster is full";
  if (hasPoolFlag(pool.flags, "full")) return "the pool is full";
  return hasPoolFlag(pool.flags, "full_quota") ? "the pool has reached its quota" : undefined;
}

/** Whether every operation on the pool is to fail with EIO. */
export function refusesEverything(pool: PgPool): boolean {
  return hasPoolFlag(pool.flags, "eio");
}

/** The object's place in the order that backoffs are about. */
export function hobjectOf(target: Target, { hash, locator }: Placement): HObject {
  const { key, nspace, pool } = locator;
  return {
    key: key === target.oid ? "" : key,
    oid: target.oid,
    snap: NO_SNAP,
    hash,
    max: false,
    nspace,
    pool,
  };
}

export { NO_OSD };
