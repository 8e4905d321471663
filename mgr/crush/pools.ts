/** Questions about pools that need the CRUSH map or a profile. */

import type { OsdMap } from "../types/osd_map.ts";
import { isErasure } from "../types/pg_pool.ts";
import { takesOfRule } from "./tree.ts";

/**
 * Bytes on disk for a byte of data: the number of copies, or (k+m)/k; 0 when the profile does not tell k and m. Throws
 * when there is no such pool. Upstream: OSDMap::pool_raw_used_rate
 */
export function poolRawUsedRate(map: OsdMap, id: number): number {
  const pool = map.pools.get(id);
  if (pool === undefined) throw new Error(`Cannot tell the rate of pool ${id}: there is no such pool`);
  if (!isErasure(pool)) return pool.size;
  const profile = map.erasureCodeProfiles.get(pool.erasureCodeProfile);
  const [k, m] = [Number(profile?.get("k")), Number(profile?.get("m"))];
  return k > 0 && m >= 0 ? Math.fround((k + m) / k) : 0;
}

/** Pools whose rule begins at that item. Upstream: get_pools_by_take in mgr/PyOSDMap.cc */
export function poolsByTake(map: OsdMap, take: number): number[] {
  return [...map.pools].filter(([, { crushRule }]) => takesOfRule(map.crush, crushRule).includes(take))
    .map(([id]) => id);
}
