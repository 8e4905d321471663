/** What the health checks of the cluster look at, and how one is written down. */

import { type HealthCheck, HealthSeverity } from "../types/health.ts";
import type { PgPool } from "../types/pg_pool.ts";
import type { UTime } from "../types/utime.ts";
import type { PgMap } from "./pg_map.ts";

/** Options of Ceph that say when a check is raised, by their names there. */
export interface HealthOptions {
  readonly mon_health_max_detail: number;
  readonly mon_pg_stuck_threshold: number;
  readonly mon_cache_target_full_warn_ratio: number;
  readonly mon_pg_warn_min_per_osd: number;
  readonly mon_max_pg_per_osd: number;
  readonly mon_warn_on_too_few_osds: boolean;
  readonly osd_pool_default_size: number;
  readonly mon_warn_on_slow_ping_time: number;
  readonly mon_warn_on_slow_ping_ratio: number;
  readonly osd_heartbeat_grace: number;
  readonly mon_osd_reporter_subtree_level: string;
  readonly mon_osd_warn_num_repaired: number;
  readonly mon_pg_warn_min_objects: number;
  readonly mon_pg_warn_min_pool_objects: number;
  readonly mon_pg_warn_max_object_skew: number;
  readonly mon_pool_quota_crit_threshold: number;
  readonly mon_pool_quota_warn_threshold: number;
  readonly mon_warn_on_misplaced: boolean;
  readonly mon_warn_pg_not_scrubbed_ratio: number;
  readonly mon_warn_pg_not_deep_scrubbed_ratio: number;
  readonly osd_scrub_max_interval: number;
  readonly osd_deep_scrub_interval: number;
  readonly mon_warn_on_pool_no_app: boolean;
  readonly mon_osd_snap_trim_queue_warn_on: number;
}

/** What of a pool counts. */
export type HealthPool = Pick<
  PgPool,
  | "minSize"
  | "tierOf"
  | "quotaMaxBytes"
  | "quotaMaxObjects"
  | "targetMaxBytes"
  | "targetMaxObjects"
  | "cacheTargetFullRatioMicro"
  | "opts"
  | "applicationMetadata"
  | "pgNumTarget"
  | "pgpNumTarget"
  | "pgAutoscaleMode"
>;

/** What of the OSDMap and its CRUSH map counts. */
export interface HealthLayout {
  readonly pools: ReadonlyMap<number, HealthPool>;
  readonly poolNames: ReadonlyMap<number, string>;
  /** OSDs that exist, and those of them that hold data. */
  readonly numOsds: number;
  readonly numIn: number;
  isUp(osd: number): boolean;
  /** Names of the buckets above an OSD by the names of their types: `host` -> `node1`. */
  parents(osd: number): ReadonlyMap<string, string>;
}

/** All that a check may look at. */
export interface HealthInput {
  readonly map: PgMap;
  readonly layout: HealthLayout;
  readonly options: HealthOptions;
  /** The wall clock. */
  readonly now: UTime;
}

/**
 * Finds one kind of trouble, or several that are found in one go. Where it yields nothing there may be a pause, in which
 * reports come in.
 */
export type HealthRule = (input: HealthInput) => Iterable<NamedCheck | undefined>;

/** Code and check. */
export type NamedCheck = readonly [code: string, check: HealthCheck];

/** A warning. */
export function warning(
  code: string,
  count: number,
  summary: string,
  detail: readonly string[] = [],
): NamedCheck {
  return [code, { severity: HealthSeverity.warn, summary, detail, count }];
}

/** An error. */
export function failure(
  code: string,
  count: number,
  summary: string,
  detail: readonly string[] = [],
): NamedCheck {
  return [code, { severity: HealthSeverity.error, summary, detail, count }];
}

/** A pool with its sums, both there. */
export interface KnownPool {
  readonly id: number;
  readonly name: string;
  readonly pool: HealthPool;
  readonly sum: NonNullable<ReturnType<PgMap["pools"]["get"]>>["sum"];
}

/** Pools of the OSDMap that have placement groups, by id. */
export function* knownPools({ map, layout }: HealthInput): Generator<KnownPool> {
  for (const [id, pool] of layout.pools) {
    const known = map.pools.get(id);
    if (known !== undefined) yield { id, name: layout.poolNames.get(id) ?? "", pool, sum: known.sum };
  }
}
