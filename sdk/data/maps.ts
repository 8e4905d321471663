/** The maps of managers, monitors, file systems and services. Keys as in `ceph mgr dump`, `mon dump`, `fs dump`. */

import type { AddrVecDump, Texts } from "./addr.ts";

/** `get("mgr_map")` */
export type MgrMapData = {
  readonly epoch: number;
  readonly active_gid: bigint;
  readonly active_name: string;
  readonly active_addrs: AddrVecDump;
  readonly active_mgr_features: bigint;
  readonly available: boolean;
  readonly standbys: readonly {
    readonly gid: bigint;
    readonly name: string;
    readonly mgr_features: bigint;
    readonly available_modules: readonly MgrModuleData[];
  }[];
  /** Enabled modules. */
  readonly modules: readonly string[];
  readonly available_modules: readonly MgrModuleData[];
  /** Addresses that modules serve at. */
  readonly services: Texts;
  /** By release. */
  readonly always_on_modules: Readonly<Record<string, readonly string[]>>;
  readonly last_failure_osd_epoch: number;
  readonly active_clients: readonly (AddrVecDump & { readonly name: string })[];
  readonly active_addr: string;
  readonly active_change: string;
};

/** A module that a manager has. */
export type MgrModuleData = {
  readonly name: string;
  readonly can_run: boolean;
  readonly error_string: string;
  readonly module_options: Readonly<Record<string, ModuleOptionData>>;
};

/** An option of a module. */
export type ModuleOptionData = {
  readonly name: string;
  readonly type: string;
  readonly level: string;
  readonly flags: number;
  readonly default_value: string;
  readonly min: string;
  readonly max: string;
  readonly enum_allowed: readonly string[];
  readonly desc: string;
  readonly long_desc: string;
  readonly tags: readonly string[];
  readonly see_also: readonly string[];
};

/** `get("mon_map")`; colons and blanks inside two of the keys are Ceph's. */
export type MonMapData = {
  readonly epoch: number;
  readonly min_mon_release: number;
  readonly min_mon_release_name: string;
  readonly election_strategy: number;
  readonly stretch_mode: boolean;
  readonly tiebreaker_mon: string;
  readonly features: { readonly persistent: readonly string[]; readonly optional: readonly string[] };
  readonly mons: readonly {
    readonly rank: number;
    readonly name: string;
    readonly public_addrs: AddrVecDump;
    readonly priority: number;
    readonly weight: number;
    readonly addr: string;
    readonly public_addr: string;
    readonly crush_location: string;
  }[];
  readonly fsid: string;
  readonly modified: string;
  readonly created: string;
  readonly "disallowed_leaders: ": string;
  readonly "removed_ranks: ": string;
};

/** `get("fs_map")` */
export type FsMapData = {
  readonly epoch: number;
  readonly default_fscid: number;
  readonly compat: CompatData;
  readonly feature_flags: { readonly enable_multiple: boolean; readonly ever_enabled_multiple: boolean };
  readonly standbys: readonly (MdsData & { readonly epoch: number })[];
  readonly filesystems: readonly {
    readonly mdsmap: MdsMapData;
    readonly id: number;
    readonly mirror_info?: { readonly peers: Readonly<Record<string, { readonly remote: Texts }>> };
  }[];
};

/** A file system. */
export type MdsMapData = {
  readonly epoch: number;
  readonly flags: number;
  readonly ever_allowed_features: bigint;
  readonly explicitly_allowed_features: bigint;
  readonly tableserver: number;
  readonly root: number;
  readonly session_timeout: number;
  readonly session_autoclose: number;
  readonly required_client_features: Texts;
  readonly max_file_size: number;
  readonly last_failure: number;
  readonly last_failure_osd_epoch: number;
  readonly compat: CompatData;
  readonly max_mds: number;
  /** Ranks, of this and of failed, damaged and stopped. */
  readonly in: readonly number[];
  /** Global ids by `mds_RANK`. */
  readonly up: Readonly<Record<string, bigint>>;
  readonly failed: readonly number[];
  readonly damaged: readonly number[];
  readonly stopped: readonly number[];
  /** By `gid_GID`. */
  readonly info: Readonly<Record<string, MdsData>>;
  readonly data_pools: readonly number[];
  readonly metadata_pool: number;
  readonly enabled: boolean;
  readonly fs_name: string;
  readonly balancer: string;
  readonly standby_count_wanted: number;
  readonly created: string;
  readonly modified: string;
};

/** A metadata server. */
export type MdsData = {
  readonly gid: bigint;
  readonly name: string;
  /** -1 for a standby. */
  readonly rank: number;
  readonly incarnation: number;
  readonly state_seq: bigint;
  readonly addrs: AddrVecDump;
  readonly join_fscid: number;
  readonly laggy_since?: string;
  readonly export_targets: readonly number[];
  readonly features: bigint;
  readonly flags: number;
  readonly compat: CompatData;
  /** "up:active" */
  readonly state: string;
  readonly addr: string;
};

/** Names of features. */
export type CompatData = { readonly compat: Texts; readonly ro_compat: Texts; readonly incompat: Texts };

/** `get("service_map")` */
export type ServiceMapData = {
  readonly epoch: number;
  readonly services: Readonly<Record<string, ServiceData>>;
  readonly modified: string;
};

/** A service: its daemons by id, and among them, under "summary", a text. */
export type ServiceData = { readonly daemons: Readonly<Record<string, ServiceDaemonData | string>> };

/** A daemon of a service. */
export type ServiceDaemonData = {
  readonly start_epoch: number;
  readonly gid: bigint;
  readonly addr: string;
  readonly metadata: Texts;
  readonly task_status: Texts;
  readonly start_stamp: string;
};
