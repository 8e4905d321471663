/** Shapes of cluster data: what `get(name)` answers for each name. */

import type { Texts } from "./addr.ts";
import type { CrushMapData, OsdTreeData } from "./crush.ts";
import type { FsMapData, MgrMapData, MonMapData, ServiceMapData } from "./maps.ts";
import type { ConfigOptionsData, DeviceData } from "./options.ts";
import type { OsdMapData } from "./osd_map.ts";
import type {
  ActiveCleanPgsData,
  DfData,
  IoRateData,
  OsdPingTimesData,
  OsdPoolStatsData,
  OsdStatsData,
  PgDumpData,
  PgProgressData,
  PgStatsData,
  PgStatusData,
  PgSummaryData,
  PoolStatsData,
} from "./pg.ts";

export type * from "./addr.ts";
export type * from "./crush.ts";
export type * from "./maps.ts";
export type * from "./options.ts";
export type * from "./osd_map.ts";
export type * from "./pg.ts";

/** A health check as the monitors show it. */
export interface HealthCheckSummary {
  /** How bad it is. */
  readonly severity: "HEALTH_OK" | "HEALTH_WARN" | "HEALTH_ERR";
  /** One line, and how many things are affected. */
  readonly summary: { readonly message: string; readonly count: number };
  /** What `ceph health detail` adds. */
  readonly detail: readonly { readonly message: string }[];
  /** `ceph health mute` has silenced it. */
  readonly muted: boolean;
}

/** `get("health")` and `get("mon_status")`: the text that the monitors sent. */
export interface JsonText {
  /** JSON, as it came. */
  readonly json: string;
}

/** The health in `JSON.parse(get("health").json)`. */
export interface Health {
  /** The worst severity of checks that are not muted. */
  readonly status: string;
  /** By code: `OSD_DOWN`. */
  readonly checks: Readonly<Record<string, HealthCheckSummary>>;
  /** What is silenced, and until when. */
  readonly mutes: readonly Json[];
}

/** A value as it comes out of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An object as it comes out of JSON. */
export type JsonObject = { readonly [key: string]: Json };

/** What `get()` knows, by name. */
export interface DataTypes {
  /** Pools, OSDs, and where placement groups are sent apart from CRUSH. */
  osd_map: OsdMapData;
  /** Buckets and OSDs as `ceph osd tree` shows them. */
  osd_map_tree: OsdTreeData;
  /** The CRUSH map. */
  osd_map_crush: CrushMapData;
  /** Always empty, as in ceph-mgr: read osd_map_crush. */
  osdmap_crush_map_text: "";
  /** The monitors and their addresses. */
  mon_map: MonMapData;
  /** Who is active, who stands by, all modules with their options. */
  mgr_map: MgrMapData;
  /** File systems and their metadata servers. */
  fs_map: FsMapData;
  /** Daemons that registered themselves: gateways, mirrors. */
  service_map: ServiceMapData;
  /** Health as the monitors see it: parse it as `Health`. */
  health: JsonText;
  /** The quorum and its state. */
  mon_status: JsonText;
  /** Every option of Ceph as it is for this manager, as text. */
  config: Readonly<Record<string, string>>;
  /** What options there are. */
  config_options: ConfigOptionsData;
  /** Names of the options that some daemon has from elsewhere than its defaults. */
  modified_config_options: {
    /** In the order of the names. */
    readonly options: readonly string[];
  };
  /** Whether the monitors tell this manager of their options, as all since Pacific do. */
  have_local_config_map: {
    /** True once they have. */
    readonly have_local_config_map: boolean;
  };
  /** What OSDs said of themselves when they started, by id. */
  osd_metadata: Readonly<Record<string, Texts>>;
  /** What metadata servers said of themselves when they started, by name. */
  mds_metadata: Readonly<Record<string, Texts>>;
  /** All devices. */
  devices: {
    /** In the order of their ids. */
    readonly devices: readonly DeviceData[];
  };
  /** Addresses of this manager. */
  mgr_ips: {
    /** Without ports, each once. */
    readonly ips: readonly string[];
  };
  /** Placement groups by state; sums over all of them. */
  pg_summary: PgSummaryData;
  /** What `ceph -s` shows of placement groups. */
  pg_status: PgStatusData;
  /** All statistics there are. */
  pg_dump: PgDumpData;
  /** Each placement group. */
  pg_stats: PgStatsData;
  /** Each pool. */
  pool_stats: PoolStatsData;
  /** Each OSD. */
  osd_stats: OsdStatsData;
  /** Heartbeats between OSDs. */
  osd_ping_times: OsdPingTimesData;
  /** What goes on in each pool. */
  osd_pool_stats: OsdPoolStatsData;
  /** What goes on in the cluster. */
  io_rate: IoRateData;
  /** Space. */
  df: DfData;
  /** Whether statistics are complete: not yet right after a change of managers. */
  pg_ready: {
    /** All OSDs that are up have reported, or had the time to. */
    readonly pg_ready: boolean;
  };
  /** The little of each placement group that a progress bar needs. */
  pg_progress: PgProgressData;
  /** Placement groups that are well. */
  active_clean_pgs: ActiveCleanPgsData;
  /** One device, by its id; {} when it is not known. */
  [device: `device ${string}`]: {
    /** Missing when it is not known. */
    readonly device?: DeviceData;
  };
}

/** A name that `get()` knows. */
export type DataName = keyof DataTypes;

/** Which part of the data is wanted. */
export interface DataPart {
  /** Names of fields at the top; all when it is left out. */
  readonly fields?: readonly string[];
  /** Ids of pools, for names of placement groups and pools; all when it is left out. */
  readonly pools?: readonly number[];
}
