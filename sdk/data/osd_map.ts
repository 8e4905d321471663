/** `get("osd_map")`: pools, OSDs and where placement groups are sent apart from CRUSH. Keys as in `ceph osd dump -f json`. */

import type { AddrVecDump, Texts } from "./addr.ts";

/** The whole map. */
export type OsdMapData = {
  readonly epoch: number;
  /** Names of flags, by commas. */
  readonly flags: string;
  readonly flags_num: number;
  readonly flags_set: readonly string[];
  readonly crush_version: number;
  readonly full_ratio: number;
  readonly backfillfull_ratio: number;
  readonly nearfull_ratio: number;
  readonly cluster_snapshot: string;
  readonly pool_max: number;
  /** One more than the highest id. */
  readonly max_osd: number;
  readonly require_min_compat_client: string;
  readonly min_compat_client: string;
  readonly require_osd_release: string;
  readonly pools: readonly OsdMapPool[];
  readonly osds: readonly OsdMapOsd[];
  readonly osd_xinfo: readonly OsdMapXInfo[];
  readonly pg_upmap: readonly PgOsds[];
  readonly pg_upmap_items: readonly PgUpmapItems[];
  readonly pg_temp: readonly PgOsds[];
  /** First all OSDs, then all placement groups, in the same order. */
  readonly primary_temp: readonly (number | string)[];
  /** Until when, by address. */
  readonly blocklist: Texts;
  readonly range_blocklist: Texts;
  readonly erasure_code_profiles: Readonly<Record<string, Texts>>;
  readonly removed_snaps_queue: readonly PoolSnaps[];
  readonly new_removed_snaps: readonly PoolSnaps[];
  readonly new_purged_snaps: readonly PoolSnaps[];
  readonly crush_node_flags: Readonly<Record<string, readonly string[]>>;
  readonly device_class_flags: Readonly<Record<string, readonly string[]>>;
  readonly stretch_mode: {
    readonly stretch_mode_enabled: boolean;
    readonly stretch_bucket_count: number;
    readonly degraded_stretch_mode: number;
    readonly recovering_stretch_mode: number;
    readonly stretch_mode_bucket: number;
  };
  readonly fsid: string;
  readonly created: string;
  readonly modified: string;
  readonly last_up_change: string;
  readonly last_in_change: string;
};

/** A pool. */
export type OsdMapPool = {
  readonly pool: number;
  readonly pool_name: string;
  readonly flags: number;
  readonly flags_names: string;
  /** 1 replicated, 3 erasure coded. */
  readonly type: number;
  readonly size: number;
  readonly min_size: number;
  readonly crush_rule: number;
  readonly peering_crush_bucket_count: number;
  readonly peering_crush_bucket_target: number;
  readonly peering_crush_bucket_barrier: number;
  readonly peering_crush_bucket_mandatory_member: number;
  readonly object_hash: number;
  readonly pg_autoscale_mode: string;
  readonly pg_num: number;
  readonly pg_placement_num: number;
  readonly pg_placement_num_target: number;
  readonly pg_num_target: number;
  readonly pg_num_pending: number;
  readonly last_pg_merge_meta: {
    readonly ready_epoch: number;
    readonly last_epoch_started: number;
    readonly last_epoch_clean: number;
    readonly source_pgid: string;
    readonly source_version: string;
    readonly target_version: string;
  };
  readonly auid: bigint;
  /** "pool" or "selfmanaged". */
  readonly snap_mode: string;
  readonly snap_seq: bigint;
  readonly snap_epoch: number;
  readonly pool_snaps: readonly { readonly snapid: bigint; readonly name: string; readonly stamp: string }[];
  /** 0 is none. */
  readonly quota_max_bytes: number;
  readonly quota_max_objects: number;
  readonly tiers: readonly number[];
  /** -1 is none, of this and the next two. */
  readonly tier_of: number;
  readonly read_tier: number;
  readonly write_tier: number;
  readonly cache_mode: string;
  readonly target_max_bytes: number;
  readonly target_max_objects: number;
  readonly cache_target_dirty_ratio_micro: number;
  readonly cache_target_dirty_high_ratio_micro: number;
  readonly cache_target_full_ratio_micro: number;
  readonly cache_min_flush_age: number;
  readonly cache_min_evict_age: number;
  readonly erasure_code_profile: string;
  readonly hit_set_params: {
    readonly type: string;
    readonly false_positive_probability?: number;
    readonly target_size?: number;
    readonly seed?: number;
  };
  readonly hit_set_period: number;
  readonly hit_set_count: number;
  readonly use_gmt_hitset: boolean;
  readonly min_read_recency_for_promote: number;
  readonly min_write_recency_for_promote: number;
  readonly hit_set_grade_decay_rate: number;
  readonly hit_set_search_last_n: number;
  readonly grade_table: readonly number[];
  readonly stripe_width: number;
  readonly expected_num_objects: number;
  readonly fast_read: boolean;
  /** Only what is set. */
  readonly options: Readonly<Record<string, string | number>>;
  readonly application_metadata: Readonly<Record<string, Texts>>;
  readonly create_time: string;
  /** An epoch as text, of this and the next three. */
  readonly last_change: string;
  readonly last_force_op_resend: string;
  readonly last_force_op_resend_prenautilus: string;
  readonly last_force_op_resend_preluminous: string;
  readonly removed_snaps: string;
};

/** An OSD. */
export type OsdMapOsd = {
  readonly osd: number;
  /** 1 or 0. */
  readonly up: number;
  readonly in: number;
  /** 0 .. 1 */
  readonly weight: number;
  readonly primary_affinity: number;
  readonly last_clean_begin: number;
  readonly last_clean_end: number;
  readonly up_from: number;
  readonly up_thru: number;
  readonly down_at: number;
  readonly lost_at: number;
  readonly public_addrs: AddrVecDump;
  readonly cluster_addrs: AddrVecDump;
  readonly heartbeat_back_addrs: AddrVecDump;
  readonly heartbeat_front_addrs: AddrVecDump;
  readonly state: readonly string[];
  readonly uuid: string;
  readonly public_addr: string;
  readonly cluster_addr: string;
  readonly heartbeat_back_addr: string;
  readonly heartbeat_front_addr: string;
};

/** More of an OSD. */
export type OsdMapXInfo = {
  readonly osd: number;
  readonly laggy_probability: number;
  readonly laggy_interval: number;
  readonly features: bigint;
  readonly old_weight: number;
  readonly dead_epoch: number;
  readonly down_stamp: string;
  readonly last_purged_snaps_scrub: string;
};

/** OSDs of a placement group. */
export type PgOsds = { readonly osds: readonly number[]; readonly pgid: string };

/** OSDs that a placement group has instead of others. */
export type PgUpmapItems = {
  readonly mappings: readonly { readonly from: number; readonly to: number }[];
  readonly pgid: string;
};

/** Snapshots of a pool. */
export type PoolSnaps = {
  readonly pool: number;
  readonly snaps: readonly { readonly begin: bigint; readonly length: number }[];
};
