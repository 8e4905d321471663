/** Health checks of pools: quotas, sizes of caches, numbers of placement groups, applications. */

import type { PoolStat } from "../types/pool_stat.ts";
import {
  failure,
  type HealthInput,
  type KnownPool,
  knownPools,
  type NamedCheck,
  warning,
} from "./health_input.ts";
import { byteText, countText, shortFloat } from "./quantity.ts";

/** LARGE_OMAP_OBJECTS. */
export function* largeOmapChecks(input: HealthInput): Generator<NamedCheck> {
  const total = input.map.sum.stats.numLargeOmapObjects;
  const detail = [...knownPools(input)].filter(({ sum }) => sum.stats.numLargeOmapObjects !== 0).map((
    { name, sum },
  ) => `${sum.stats.numLargeOmapObjects} large objects found in pool '${name}'`);
  if (total === 0 || detail.length === 0) return;
  yield warning("LARGE_OMAP_OBJECTS", total, `${total} large omap objects`, [
    ...detail,
    "Search the cluster log for 'Large omap object found' for more details.",
  ]);
}

const MICRO = 1_000_000;

/** CACHE_POOL_NEAR_FULL. */
export function* cachePoolChecks(input: HealthInput): Generator<NamedCheck> {
  const full = [...knownPools(input)].map((pool) => cacheDetail(pool, input)).filter(({ length }) =>
    length > 0
  );
  if (full.length === 0) return;
  yield warning(
    "CACHE_POOL_NEAR_FULL",
    full.length,
    `${full.length} cache pools at or near target size`,
    full.flat(),
  );
}

function cacheDetail({ name, pool, sum: { stats } }: KnownPool, { options }: HealthInput): string[] {
  const full = pool.cacheTargetFullRatioMicro;
  const limit = Math.trunc(full + (MICRO - full) * options.mon_cache_target_full_warn_ratio) / MICRO;
  const objects = stats.numObjects - stats.numObjectsHitSetArchive;
  const bytes = stats.numBytes - stats.numBytesHitSetArchive;
  const detail: string[] = [];
  if (pool.targetMaxObjects > 0 && objects > pool.targetMaxObjects * limit) {
    detail.push(
      `cache pool '${name}' with ${countText(stats.numObjects)} objects at/near target max ${
        countText(pool.targetMaxObjects)
      } objects`,
    );
  }
  if (pool.targetMaxBytes > 0 && bytes > pool.targetMaxBytes * limit) {
    detail.push(
      `cache pool '${name}' with ${byteText(stats.numBytes)} at/near target max ${
        byteText(pool.targetMaxBytes)
      }`,
    );
  }
  return detail;
}

/** SMALLER_PGP_NUM. */
export function* pgpNumChecks(input: HealthInput): Generator<NamedCheck> {
  const detail = [...knownPools(input)].filter(({ pool }) => pool.pgNumTarget > pool.pgpNumTarget).map(
    ({ name, pool }) => `pool ${name} pg_num ${pool.pgNumTarget} > pgp_num ${pool.pgpNumTarget}`,
  );
  if (detail.length === 0) return;
  yield warning("SMALLER_PGP_NUM", detail.length, `${detail.length} pools have pg_num > pgp_num`, detail);
}

/** pg_autoscale_mode */
const AUTOSCALE_ON = 2;

/** MANY_OBJECTS_PER_PG. */
export function* objectsPerPgChecks(input: HealthInput): Generator<NamedCheck> {
  const { map, options } = input;
  const { numObjects } = map.sum.stats;
  const average = Math.trunc(numObjects / map.numPg);
  const maxSkew = options.mon_pg_warn_max_object_skew;
  if (!(average > 0) || numObjects < options.mon_pg_warn_min_objects || maxSkew <= 0) return;
  const detail: string[] = [];
  for (const { name, pool, sum } of knownPools(input)) {
    const ofPool = sum.stats.numObjects;
    const perPg = Math.trunc(ofPool / pool.pgNumTarget);
    const ratio = Math.fround(perPg / average);
    if (ofPool < options.mon_pg_warn_min_pool_objects || !(ratio > maxSkew)) continue;
    if (pool.pgAutoscaleMode === AUTOSCALE_ON) continue;
    detail.push(
      `pool ${name} objects per pg (${perPg}) is more than ${
        shortFloat(ratio)
      } times cluster average (${average})`,
    );
  }
  if (detail.length === 0) return;
  yield warning(
    "MANY_OBJECTS_PER_PG",
    detail.length,
    `${detail.length} pools have many more objects per pg than average`,
    detail,
  );
}

/** A quota of a pool and how much of it is in use. */
interface Quota {
  readonly used: number;
  readonly max: number;
  readonly text: string;
}

function quotas({ name, pool, sum: { stats } }: KnownPool): Quota[] {
  const { numObjects, numBytes } = stats;
  const { quotaMaxObjects, quotaMaxBytes } = pool;
  return [{
    used: numObjects,
    max: quotaMaxObjects,
    text: `pool '${name}' has ${numObjects} objects (max ${quotaMaxObjects})`,
  }, {
    used: numBytes,
    max: quotaMaxBytes,
    text: `pool '${name}' has ${byteText(numBytes)} (max ${byteText(quotaMaxBytes)})`,
  }];
}

/** POOL_FULL and POOL_NEAR_FULL: quotas that are nearly reached. When one is, the monitors say so themselves. */
export function* quotaChecks(input: HealthInput): Generator<NamedCheck> {
  const { mon_pool_quota_crit_threshold, mon_pool_quota_warn_threshold } = input.options;
  const critical = Math.fround(mon_pool_quota_crit_threshold / 100);
  const near = Math.fround(mon_pool_quota_warn_threshold / 100);
  const reaches = ({ used, max }: Quota, part: number): boolean =>
    max > 0 && used < max && part > 0 && used >= max * part;
  const pools = [...knownPools(input)].map(quotas);
  const full = pools.map((all) => all.filter((quota) => reaches(quota, critical)));
  const nearFull = pools.map((all) =>
    all.filter((quota) => !reaches(quota, critical) && reaches(quota, near))
  );
  yield* poolsWith(full, (n, detail) => failure("POOL_FULL", n, `${n} pools full`, detail));
  yield* poolsWith(nearFull, (n, detail) => warning("POOL_NEAR_FULL", n, `${n} pools nearfull`, detail));
}

function* poolsWith(
  found: readonly (readonly Quota[])[],
  check: (pools: number, detail: string[]) => NamedCheck,
): Generator<NamedCheck> {
  const pools = found.filter(({ length }) => length > 0);
  if (pools.length > 0) yield check(pools.length, pools.flat().map(({ text }) => text));
}

const hasObjects = ({ stats }: PoolStat): boolean => stats.numObjects > 0;

/** POOL_APP_NOT_ENABLED. */
export function* applicationChecks(input: HealthInput): Generator<NamedCheck> {
  if (!input.options.mon_warn_on_pool_no_app) return;
  const detail = [...knownPools(input)].filter(({ pool, sum }) =>
    hasObjects(sum) && pool.applicationMetadata.size === 0 && pool.tierOf < 0
  ).map(({ name }) => `application not enabled on pool '${name}'`);
  if (detail.length === 0) return;
  const n = detail.length;
  yield warning("POOL_APP_NOT_ENABLED", n, `${n} pool(s) do not have an application enabled`, [
    ...detail,
    "use 'ceph osd pool application enable <pool-name> <app-name>', where <app-name> is 'cephfs', 'rbd', 'rgw', " +
    "or freeform for custom applications.",
  ]);
}
