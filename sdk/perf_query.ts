/** Perf queries: who causes the load of OSDs and MDSs. */

/** What OSDs can group by. */
export type OsdSubKey =
  | "client_id"
  | "client_address"
  | "pool_id"
  | "namespace"
  | "osd_id"
  | "pg_id"
  | "object_name"
  | "snap_id";

/** What OSDs can count. Latencies are a sum of nanoseconds and a number of operations. */
export type OsdQueryCounter =
  | "ops"
  | "write_ops"
  | "read_ops"
  | "bytes"
  | "write_bytes"
  | "read_bytes"
  | "latency"
  | "write_latency"
  | "read_latency";

/** What MDSs can group by. */
export type MdsSubKey = "mds_rank" | "client_id";

/** What MDSs can count: pairs like hits and misses, or seconds and nanoseconds. */
export type MdsQueryCounter =
  | "cap_hit"
  | "read_latency"
  | "write_latency"
  | "metadata_latency"
  | "dentry_lease"
  | "opened_files"
  | "pinned_icaps"
  | "opened_inodes"
  | "read_io_sizes"
  | "write_io_sizes"
  | "avg_read_latency"
  | "stdev_read_latency"
  | "avg_write_latency"
  | "stdev_write_latency"
  | "avg_metadata_latency"
  | "stdev_metadata_latency";

/** A question to all daemons of a kind. */
export interface PerfQuery<K extends string = OsdSubKey, C extends string = OsdQueryCounter> {
  /** What to group by. The key of a row is what the capture groups of each expression catch: at least one is needed. */
  readonly keyDescriptor: readonly { readonly type: K; readonly regex: string }[];
  /** What to count. */
  readonly counters: readonly C[];
  /** Only the keys with the greatest of one counter, of each daemon. */
  readonly limit?: { readonly orderBy: C; readonly maxCount: number };
}

/** A question to the MDSs. */
export type MdsPerfQuery = PerfQuery<MdsSubKey, MdsQueryCounter>;

/** The counters of one key. */
export interface PerfQueryRow {
  /** What was caught, by part of the key. */
  readonly key: readonly (readonly string[])[];
  /** In the order of the query; the second number is 0 for counters that are one number. */
  readonly counters: readonly (readonly [value: number, count: number])[];
}

/** What MDSs have answered. */
export interface MdsPerfMetrics {
  /** By key. */
  readonly rows: readonly PerfQueryRow[];
  /** Ranks whose numbers are late. */
  readonly delayedRanks: readonly number[];
}
