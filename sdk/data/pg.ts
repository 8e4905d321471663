/** Statistics of placement groups, pools and OSDs. Keys as in `ceph pg dump -f json`. */

/** Sums of objects: `num_bytes`, `num_objects`, `num_objects_degraded`, .. */
export type ObjectStats = Readonly<Record<string, number>>;

/** Space, in bytes. */
export type Statfs = {
  readonly total: number;
  readonly available: number;
  readonly internally_reserved: number;
  readonly allocated: number;
  readonly data_stored: number;
  readonly data_compressed: number;
  readonly data_compressed_allocated: number;
  readonly data_compressed_original: number;
  readonly omap_allocated: number;
  readonly internal_metadata: number;
};

/** Sums over placement groups. */
export type PoolStatData = {
  readonly stat_sum: ObjectStats;
  readonly store_stats: Statfs;
  readonly log_size: number;
  readonly ondisk_log_size: number;
  readonly up: number;
  readonly acting: number;
  readonly num_store_stats: number;
};

/** A placement group. Versions look like `36'9`: epoch and number. */
export type PgStatData = {
  readonly reported_seq: bigint;
  readonly reported_epoch: number;
  /** "active+clean" */
  readonly state: string;
  readonly mapping_epoch: number;
  readonly created: number;
  readonly last_epoch_clean: number;
  readonly parent_split_bits: number;
  readonly log_size: number;
  readonly ondisk_log_size: number;
  readonly stats_invalid: boolean;
  readonly dirty_stats_invalid: boolean;
  readonly omap_stats_invalid: boolean;
  readonly hitset_stats_invalid: boolean;
  readonly hitset_bytes_stats_invalid: boolean;
  readonly pin_stats_invalid: boolean;
  readonly manifest_stats_invalid: boolean;
  readonly snaptrimq_len: number;
  readonly stat_sum: ObjectStats;
  /** OSDs; 2147483647 stands for a missing one. */
  readonly up: readonly number[];
  readonly acting: readonly number[];
  readonly avail_no_missing: readonly string[];
  readonly object_location_counts: readonly { readonly objects: number; readonly shards: string }[];
  readonly blocked_by: readonly number[];
  readonly up_primary: number;
  readonly acting_primary: number;
  readonly purged_snaps: readonly { readonly start: string; readonly length: string }[];
  /** `3.1f`: pool and number in hexadecimal. */
  readonly pgid: string;
  readonly version: string;
  readonly last_fresh: string;
  readonly last_change: string;
  readonly last_active: string;
  readonly last_peered: string;
  readonly last_clean: string;
  readonly last_became_active: string;
  readonly last_became_peered: string;
  readonly last_unstale: string;
  readonly last_undegraded: string;
  readonly last_fullsized: string;
  readonly log_start: string;
  readonly ondisk_log_start: string;
  readonly parent: string;
  readonly last_scrub: string;
  readonly last_scrub_stamp: string;
  readonly last_deep_scrub: string;
  readonly last_deep_scrub_stamp: string;
  readonly last_clean_scrub_stamp: string;
};

/** An OSD's space and work; `kb..` are KiB. */
export type OsdStatData = {
  readonly up_from: number;
  readonly seq: bigint;
  readonly num_pgs: number;
  readonly num_osds: number;
  readonly num_per_pool_osds: number;
  readonly num_per_pool_omap_osds: number;
  readonly kb: number;
  readonly kb_used: number;
  readonly kb_used_data: number;
  readonly kb_used_omap: number;
  readonly kb_used_meta: number;
  readonly kb_avail: number;
  readonly statfs: Statfs;
  readonly hb_peers: readonly number[];
  readonly snap_trim_queue_len: number;
  readonly num_snap_trimming: number;
  readonly num_shards_repaired: number;
  readonly op_queue_age_hist: { readonly histogram: readonly number[]; readonly upper_bound: number };
  readonly perf_stat: {
    readonly commit_latency_ms: number;
    readonly apply_latency_ms: number;
    readonly commit_latency_ns: number;
    readonly apply_latency_ns: number;
  };
  readonly alerts: readonly string[];
};

/** `get("pg_stats")` */
export type PgStatsData = { readonly pg_stats: readonly PgStatData[] };

/** `get("pool_stats")` */
export type PoolStatsData = {
  readonly pool_stats: readonly (PoolStatData & { readonly poolid: number; readonly num_pg: number })[];
};

/** `get("osd_stats")` */
export type OsdStatsData = {
  readonly osd_stats: readonly (OsdStatData & { readonly osd: number })[];
  readonly pool_statfs: readonly (Statfs & { readonly poolid: number; readonly osd: number })[];
};

/** `get("io_rate")`: what changed in the last `stamp_delta` seconds, which is a text. */
export type IoRateData = { readonly pg_stats_delta: PoolStatData & { readonly stamp_delta: string } };

/** `get("pg_dump")` */
export type PgDumpData = PgStatsData & PoolStatsData & OsdStatsData & IoRateData & {
  readonly version: number;
  readonly last_osdmap_epoch: number;
  readonly last_pg_scan: number;
  readonly pg_stats_sum: PoolStatData;
  readonly osd_stats_sum: OsdStatData & { readonly network_ping_times: readonly unknown[] };
  readonly stamp: string;
};

/** Placement groups by state. */
export type StateCounts = Readonly<Record<string, number>>;

/** `get("pg_summary")` */
export type PgSummaryData = {
  readonly by_osd: Readonly<Record<string, StateCounts>>;
  readonly by_pool: Readonly<Record<string, StateCounts>>;
  readonly all: StateCounts;
  readonly pg_stats_sum: PoolStatData;
};

/** A state and how many placement groups are in it. */
export type StateCount = { readonly state_name: string; readonly count: number };

/** `get("pg_status")`: as in `ceph -s`. What is zero is left out of the second half. */
export type PgStatusData = {
  readonly pgs_by_state: readonly StateCount[];
  readonly pgs_by_pool_state: readonly {
    readonly pool_id: number;
    readonly pg_state_counts: readonly StateCount[];
  }[];
  readonly num_pgs: number;
  readonly num_pools: number;
  readonly num_objects: number;
  readonly data_bytes: number;
  readonly bytes_used: number;
  readonly bytes_avail: number;
  readonly bytes_total: number;
  readonly unknown_pgs_ratio?: number;
  readonly inactive_pgs_ratio?: number;
  readonly degraded_objects?: number;
  readonly degraded_total?: number;
  readonly degraded_ratio?: number;
  readonly misplaced_objects?: number;
  readonly misplaced_total?: number;
  readonly misplaced_ratio?: number;
  readonly unfound_objects?: number;
  readonly unfound_total?: number;
  readonly unfound_ratio?: number;
  readonly recovering_objects_per_sec?: number;
  readonly recovering_bytes_per_sec?: number;
  readonly recovering_keys_per_sec?: number;
  readonly num_objects_recovered?: number;
  readonly num_bytes_recovered?: number;
  readonly num_keys_recovered?: number;
  readonly read_bytes_sec?: number;
  readonly write_bytes_sec?: number;
  readonly read_op_per_sec?: number;
  readonly write_op_per_sec?: number;
};

/** `get("osd_pool_stats")`: as `ceph osd pool stats`. What is zero is left out. */
export type OsdPoolStatsData = {
  readonly pool_stats: readonly {
    readonly pool_name: string;
    readonly pool_id: number;
    readonly recovery: Readonly<Record<string, number>>;
    readonly recovery_rate: Readonly<Record<string, number>>;
    readonly client_io_rate: Readonly<Record<string, number>>;
    readonly cache_io_rate?: Readonly<Record<string, number>>;
  }[];
};

/** Milliseconds. */
export type PingMinutes = { readonly "1min": number; readonly "5min": number; readonly "15min": number };

/** `get("osd_ping_times")` */
export type OsdPingTimesData = {
  readonly osd_ping_times: readonly {
    readonly osd: number;
    readonly network_ping_times: readonly {
      readonly osd: number;
      /** `Mon Nov 23 08:44:38 2026` */
      readonly "last update": string;
      readonly interfaces: readonly {
        /** "back" or "front". */
        readonly interface: string;
        readonly average: PingMinutes;
        readonly min: PingMinutes;
        readonly max: PingMinutes;
        readonly last: number;
      }[];
    }[];
  }[];
};

/** `get("pg_progress")` */
export type PgProgressData = {
  readonly pgs: Readonly<
    Record<string, {
      readonly num_bytes_recovered: number;
      readonly num_bytes: number;
      readonly reported_epoch: number;
      readonly state: string;
    }>
  >;
  readonly pg_ready: boolean;
};

/** `get("active_clean_pgs")`; here the number of a placement group is decimal: `3.31`. */
export type ActiveCleanPgsData = {
  readonly pg_stats: readonly {
    readonly pgid: string;
    readonly state: string;
    readonly reported_epoch: number;
  }[];
  readonly total_num_pgs: number;
};

/** Space of the cluster or of a device class. */
export type SpaceData = {
  readonly total_bytes: number;
  readonly total_avail_bytes: number;
  readonly total_used_bytes: number;
  readonly total_used_raw_bytes: number;
  readonly total_used_raw_ratio: number;
};

/** Space of a pool, in bytes where no other unit is named. */
export type PoolSpaceData = {
  readonly stored: number;
  readonly stored_data: number;
  readonly stored_omap: number;
  readonly objects: number;
  readonly kb_used: number;
  readonly bytes_used: number;
  readonly data_bytes_used: number;
  readonly omap_bytes_used: number;
  /** 0 .. 1 */
  readonly percent_used: number;
  readonly max_avail: number;
  readonly quota_objects: number;
  readonly quota_bytes: number;
  readonly dirty: number;
  readonly rd: number;
  readonly rd_bytes: number;
  readonly wr: number;
  readonly wr_bytes: number;
  readonly compress_bytes_used: number;
  readonly compress_under_bytes: number;
  readonly stored_raw: number;
  readonly avail_raw: number;
};

/** `get("df")` */
export type DfData = {
  readonly stats: SpaceData & {
    readonly num_osds: number;
    readonly num_per_pool_osds: number;
    readonly num_per_pool_omap_osds: number;
  };
  readonly stats_by_class: Readonly<Record<string, SpaceData>>;
  readonly pools: readonly { readonly name: string; readonly id: number; readonly stats: PoolSpaceData }[];
};
