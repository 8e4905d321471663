/** The options of Ceph: the ones that the manager itself acts on, and the whole table of 16.2.15 by name. */

import type { OptionType, ValueOf } from "../types/option_value.ts";
import { optionRow, optionRows } from "./option_table.ts";

/** One option. `default` is the text before `$name` is replaced. */
export interface OptionSpec {
  readonly type: OptionType;
  readonly default: string;
  /** Not taken from the monitors' database. Upstream: FLAG_NO_MON_UPDATE */
  readonly noMonUpdate?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** The only texts that are allowed. */
  readonly values?: readonly string[];
}

interface OwnOption extends OptionSpec {
  readonly doc: string;
}

const NO_MON = { noMonUpdate: true } as const;
const CONNECTION_MODES = "(crc, secure) in order of preference";

/**
 * What the manager uses, with the defaults of ceph-mgr 16.2.15 (its `keyring` default, which differs from that of
 * clients, included). A test compares the table with options.json.
 */
export const OPTIONS = {
  fsid: { type: "uuid", default: "00000000-0000-0000-0000-000000000000", ...NO_MON, doc: "The cluster." },
  host: { type: "str", default: "", ...NO_MON, doc: "Name of this machine; empty: ask the system." },
  keyring: {
    type: "str",
    default: "$mgr_data/keyring",
    ...NO_MON,
    doc: "Keyring files, the first that exists.",
  },
  key: { type: "str", default: "", ...NO_MON, doc: "The key itself, base64; beats keyring." },
  keyfile: { type: "str", default: "", ...NO_MON, doc: "A file with the key alone; beats keyring." },
  run_dir: { type: "str", default: "/var/run/ceph", doc: "Directory of sockets and pid files." },
  pid_file: { type: "str", default: "", doc: "Where to write the process id; empty: nowhere." },
  log_file: { type: "str", default: "/var/log/ceph/$cluster-$name.log", doc: "The log." },
  log_to_file: { type: "bool", default: "true", doc: "Whether to write log_file." },
  log_to_stderr: { type: "bool", default: "false", doc: "Whether to log to stderr." },
  err_to_stderr: { type: "bool", default: "true", doc: "Whether to log errors to stderr." },
  clog_to_monitors: {
    type: "str",
    default: "default=true",
    doc: "Whether cluster-log lines go to the monitors.",
  },
  debug_mgr: { type: "debug", default: "2/5", doc: "Log level of the manager." },
  debug_mgrc: { type: "debug", default: "1/5", doc: "Log level of sessions of daemons." },
  debug_monc: { type: "debug", default: "0/10", doc: "Log level of the monitor session." },
  debug_ms: { type: "debug", default: "0/0", doc: "Log level of the messenger." },
  debug_auth: { type: "debug", default: "1/5", doc: "Log level of authentication." },

  mon_host: { type: "str", default: "", ...NO_MON, doc: "Addresses or names of monitors." },
  mon_host_override: { type: "str", default: "", ...NO_MON, doc: "Beats mon_host." },
  mon_dns_srv_name: { type: "str", default: "ceph-mon", doc: "SRV name to ask when mon_host is empty." },
  mon_client_hunt_interval: {
    type: "float",
    default: "3",
    doc: "Seconds that one try at monitors may take.",
  },
  mon_client_hunt_parallel: { type: "uint", default: "3", doc: "Monitors tried at once." },
  mon_client_hunt_interval_backoff: { type: "float", default: "1.5", doc: "Factor after each failed try." },
  mon_client_hunt_interval_min_multiple: {
    type: "float",
    default: "1",
    doc: "Smallest multiple of the interval.",
  },
  mon_client_hunt_interval_max_multiple: {
    type: "float",
    default: "10",
    doc: "Largest multiple of the interval.",
  },
  mon_client_ping_interval: { type: "float", default: "10", doc: "Seconds between keepalives." },
  mon_client_ping_timeout: {
    type: "float",
    default: "30",
    doc: "Seconds without an answer that end a session.",
  },
  mon_client_log_interval: { type: "float", default: "1", doc: "Seconds between two bundles of log lines." },
  mon_client_max_log_entries_per_message: { type: "int", default: "1000", doc: "Log lines in one bundle." },
  mon_client_directed_command_retry: { type: "int", default: "2", doc: "Tries of a command to one monitor." },
  mon_config_key_max_entry_size: {
    type: "size",
    default: "65536",
    doc: "Largest value of the KV store, bytes.",
  },

  auth_cluster_required: { type: "str", default: "cephx", doc: "Methods between daemons." },
  auth_service_required: { type: "str", default: "cephx", doc: "Methods that clients must use." },
  auth_client_required: { type: "str", default: "cephx, none", doc: "Methods that we use as a client." },
  auth_supported: { type: "str", default: "", doc: "Older spelling of all three." },
  auth_service_ticket_ttl: { type: "float", default: "3600", doc: "Life of service tickets, seconds." },
  auth_mon_ticket_ttl: { type: "float", default: "259200", doc: "Life of the monitor ticket, seconds." },

  ms_bind_ipv4: { type: "bool", default: "true", doc: "Listen on IPv4." },
  ms_bind_ipv6: { type: "bool", default: "false", doc: "Listen on IPv6." },
  ms_bind_port_min: { type: "int", default: "6800", doc: "First port to try." },
  ms_bind_port_max: { type: "int", default: "7300", doc: "Last port to try." },
  ms_bind_msgr1: {
    type: "bool",
    default: "true",
    doc: "Read, and never acted on: messenger 1 is not spoken.",
  },
  ms_bind_msgr2: { type: "bool", default: "true", doc: "Must be true." },
  ms_bind_retry_count: { type: "int", default: "3", doc: "Tries to bind." },
  ms_bind_retry_delay: { type: "int", default: "5", doc: "Seconds between tries to bind." },
  ms_mon_cluster_mode: {
    type: "str",
    default: "secure crc",
    doc: `Modes with monitors, managers ${CONNECTION_MODES}.`,
  },
  ms_mon_service_mode: {
    type: "str",
    default: "secure crc",
    doc: `Modes with OSDs and clients ${CONNECTION_MODES}.`,
  },
  ms_mon_client_mode: {
    type: "str",
    default: "secure crc",
    doc: `Modes as a client of monitors ${CONNECTION_MODES}.`,
  },
  ms_cluster_mode: { type: "str", default: "crc secure", doc: `Modes among daemons ${CONNECTION_MODES}.` },
  ms_service_mode: {
    type: "str",
    default: "crc secure",
    doc: `Modes of daemons for clients ${CONNECTION_MODES}.`,
  },
  ms_client_mode: { type: "str", default: "crc secure", doc: `Modes of RADOS clients ${CONNECTION_MODES}.` },
  ms_connection_ready_timeout: { type: "uint", default: "10", doc: "Seconds for a handshake." },
  ms_connection_idle_timeout: {
    type: "uint",
    default: "900",
    doc: "Seconds of silence that end a connection.",
  },
  ms_initial_backoff: { type: "float", default: "0.2", doc: "Seconds before the first new try to connect." },
  ms_max_backoff: { type: "float", default: "15", doc: "Largest pause between tries to connect, seconds." },
  public_addr: { type: "addr", default: "-", doc: "The address to listen on and to announce." },
  public_network: { type: "str", default: "", doc: "Networks (a.b.c.d/n, ..) to take an address from." },
  public_network_interface: {
    type: "str",
    default: "",
    doc: "Interfaces that public_network is looked up on.",
  },

  mgr_data: { type: "str", default: "/var/lib/ceph/mgr/$cluster-$id", ...NO_MON, doc: "Our directory." },
  mgr_module_path: { type: "str", default: "/usr/share/ceph/mgr", doc: "Directories of modules, by commas." },
  mgr_disabled_modules: { type: "str", default: "diskprediction_local", doc: "Modules never to load." },
  mgr_initial_modules: {
    type: "str",
    default: "restful iostat nfs",
    ...NO_MON,
    doc: "Read by the monitors, at mkfs.",
  },
  mgr_standby_modules: { type: "bool", default: "true", doc: "Whether standby modules run." },
  mgr_tick_period: { type: "secs", default: "2", doc: "Seconds between beacons and between reports." },
  mgr_stats_period: { type: "int", default: "5", doc: "Seconds between reports of daemons." },
  mgr_stats_threshold: {
    type: "int",
    default: "5",
    min: 0,
    max: 11,
    doc: "Lowest priority of counters reported.",
  },
  mgr_service_beacon_grace: {
    type: "float",
    default: "60",
    doc: "Seconds after which a silent service is dropped.",
  },
  mgr_connect_retry_interval: {
    type: "float",
    default: "1",
    doc: "Seconds between a client's tries to reach us.",
  },
  mgr_client_service_daemon_unregister_timeout: {
    type: "float",
    default: "1",
    doc: "Seconds to say goodbye.",
  },
  mgr_client_bytes: { type: "size", default: "134217728", doc: "Bytes of clients' messages in work." },
  mgr_client_messages: { type: "uint", default: "512", doc: "Clients' messages in work." },
  mgr_osd_bytes: { type: "size", default: "536870912", doc: "Bytes of OSDs' messages in work." },
  mgr_osd_messages: { type: "uint", default: "8192", doc: "OSDs' messages in work." },
  mgr_mds_bytes: { type: "size", default: "134217728", doc: "Bytes of MDSs' messages in work." },
  mgr_mds_messages: { type: "uint", default: "128", doc: "MDSs' messages in work." },
  mgr_mon_bytes: { type: "size", default: "134217728", doc: "Bytes of monitors' messages in work." },
  mgr_mon_messages: { type: "uint", default: "128", doc: "Monitors' messages in work." },
  mon_pg_stuck_threshold: { type: "int", default: "60", doc: "Seconds after which a PG counts as stuck." },

  mon_cache_target_full_warn_ratio: {
    type: "float",
    default: "0.66",
    ...NO_MON,
    doc: "CACHE_POOL_NEAR_FULL.",
  },
  mon_pg_warn_min_per_osd: { type: "uint", default: "0", doc: "TOO_FEW_PGS; 0 is off." },
  mon_max_pg_per_osd: { type: "uint", default: "250", min: 1, doc: "TOO_MANY_PGS." },
  mon_warn_on_too_few_osds: { type: "bool", default: "true", doc: "TOO_FEW_OSDS." },
  osd_pool_default_size: { type: "uint", default: "3", min: 0, max: 10, doc: "TOO_FEW_OSDS." },
  mon_warn_on_slow_ping_time: {
    type: "float",
    default: "0",
    doc: "OSD_SLOW_PING_TIME_*, milliseconds; 0: the ratio.",
  },
  mon_warn_on_slow_ping_ratio: {
    type: "float",
    default: "0.05",
    doc: "OSD_SLOW_PING_TIME_*: part of the grace.",
  },
  osd_heartbeat_grace: { type: "int", default: "20", doc: "OSD_SLOW_PING_TIME_*, seconds." },
  mon_osd_reporter_subtree_level: {
    type: "str",
    default: "host",
    doc: "OSD_SLOW_PING_TIME_*: parents to name.",
  },
  mon_osd_warn_num_repaired: { type: "uint", default: "10", doc: "OSD_TOO_MANY_REPAIRS." },
  mon_pg_warn_min_objects: {
    type: "int",
    default: "10000",
    doc: "MANY_OBJECTS_PER_PG: objects in the cluster.",
  },
  mon_pg_warn_min_pool_objects: {
    type: "int",
    default: "1000",
    doc: "MANY_OBJECTS_PER_PG: objects in the pool.",
  },
  mon_pg_warn_max_object_skew: {
    type: "float",
    default: "10",
    doc: "MANY_OBJECTS_PER_PG: ratio to the average.",
  },
  mon_pool_quota_crit_threshold: { type: "int", default: "0", doc: "POOL_FULL, percent; 0 is off." },
  mon_pool_quota_warn_threshold: { type: "int", default: "0", doc: "POOL_NEAR_FULL, percent; 0 is off." },
  mon_warn_on_misplaced: { type: "bool", default: "false", doc: "OBJECT_MISPLACED." },
  mon_warn_pg_not_scrubbed_ratio: { type: "float", default: "0.5", min: 0, doc: "PG_NOT_SCRUBBED." },
  mon_warn_pg_not_deep_scrubbed_ratio: {
    type: "float",
    default: "0.75",
    min: 0,
    doc: "PG_NOT_DEEP_SCRUBBED.",
  },
  osd_scrub_max_interval: { type: "float", default: "604800", doc: "PG_NOT_SCRUBBED, seconds." },
  osd_deep_scrub_interval: { type: "float", default: "604800", doc: "PG_NOT_DEEP_SCRUBBED, seconds." },
  mon_warn_on_pool_no_app: { type: "bool", default: "true", doc: "POOL_APP_NOT_ENABLED." },
  mon_osd_snap_trim_queue_warn_on: { type: "int", default: "32768", doc: "PG_SLOW_SNAP_TRIMMING." },
  mon_health_max_detail: { type: "uint", default: "50", doc: "Lines of detail of a health check." },
  mon_stat_smooth_intervals: {
    type: "uint",
    default: "6",
    min: 1,
    doc: "Reports that rates are averaged over.",
  },
} as const satisfies Record<string, OwnOption>;

/** Name of an option that the manager itself uses. */
export type OptionName = keyof typeof OPTIONS;

/** What `Config.get` returns for that option. */
export type OptionValueOf<N extends OptionName> = ValueOf<(typeof OPTIONS)[N]["type"]>;

/** Any option of Ceph 16.2.15, or undefined. `name` is spelt with `_`. */
export function findOption(name: string): OptionSpec | undefined {
  return Object.hasOwn(OPTIONS, name) ? OPTIONS[name as OptionName] : recordedOption(name);
}

/** The option as it was recorded. */
export function recordedOption(name: string): OptionSpec | undefined {
  const row = optionRow(name);
  if (row === undefined) return undefined;
  const [type, text, { flags = [], min, max, values } = {}] = row;
  return {
    type,
    default: text,
    ...(flags.includes("no_mon_update") && { noMonUpdate: true }),
    ...(typeof min === "number" && { min }),
    ...(typeof max === "number" && { max }),
    ...(values && { values }),
  };
}

/** Names of all options, sorted. */
export function optionNames(): string[] {
  return [...new Set([...Object.keys(OPTIONS), ...optionRows().keys()])].sort();
}
