/** The options that health checks look at, as they are configured now. */

import type { Config } from "./config/config.ts";
import type { HealthOptions } from "./state/health_input.ts";

/** Read anew for each report: they may change at run time. */
export function healthOptions(config: Pick<Config, "get">): HealthOptions {
  return {
    mon_health_max_detail: config.get("mon_health_max_detail"),
    mon_pg_stuck_threshold: config.get("mon_pg_stuck_threshold"),
    mon_cache_target_full_warn_ratio: config.get("mon_cache_target_full_warn_ratio"),
    mon_pg_warn_min_per_osd: config.get("mon_pg_warn_min_per_osd"),
    mon_max_pg_per_osd: config.get("mon_max_pg_per_osd"),
    mon_warn_on_too_few_osds: config.get("mon_warn_on_too_few_osds"),
    osd_pool_default_size: config.get("osd_pool_default_size"),
    mon_warn_on_slow_ping_time: config.get("mon_warn_on_slow_ping_time"),
    mon_warn_on_slow_ping_ratio: config.get("mon_warn_on_slow_ping_ratio"),
    osd_heartbeat_grace: config.get("osd_heartbeat_grace"),
    mon_osd_reporter_subtree_level: config.get("mon_osd_reporter_subtree_level"),
    mon_osd_warn_num_repaired: config.get("mon_osd_warn_num_repaired"),
    mon_pg_warn_min_objects: config.get("mon_pg_warn_min_objects"),
    mon_pg_warn_min_pool_objects: config.get("mon_pg_warn_min_pool_objects"),
    mon_pg_warn_max_object_skew: config.get("mon_pg_warn_max_object_skew"),
    mon_pool_quota_crit_threshold: config.get("mon_pool_quota_crit_threshold"),
    mon_pool_quota_warn_threshold: config.get("mon_pool_quota_warn_threshold"),
    mon_warn_on_misplaced: config.get("mon_warn_on_misplaced"),
    mon_warn_pg_not_scrubbed_ratio: config.get("mon_warn_pg_not_scrubbed_ratio"),
    mon_warn_pg_not_deep_scrubbed_ratio: config.get("mon_warn_pg_not_deep_scrubbed_ratio"),
    osd_scrub_max_interval: config.get("osd_scrub_max_interval"),
    osd_deep_scrub_interval: config.get("osd_deep_scrub_interval"),
    mon_warn_on_pool_no_app: config.get("mon_warn_on_pool_no_app"),
    mon_osd_snap_trim_queue_warn_on: config.get("mon_osd_snap_trim_queue_warn_on"),
  };
}
