/** Shapes of what modules read of daemons and servers. */

/** One daemon on a server. */
export interface ServerService {
  /** "osd", "mon", "mds", "mgr", or the name of a service. */
  readonly type: string;
  /** Id without the type. */
  readonly id: string;
  /** The whole text: `ceph version 16.2.15 (..) pacific (stable)`. */
  readonly ceph_version: string;
  /** Of daemons whose metadata has an `id` of its own. */
  readonly name?: string;
}

/** A host and the daemons on it; an unknown host has none. */
export interface Server {
  /** As its daemons name it. */
  readonly hostname: string;
  /** In the order of type and id. */
  readonly services: readonly ServerService[];
  /** Of the last service; empty without one. */
  readonly ceph_version: string;
}

/** Something that a daemon complains of. */
export interface DaemonHealthMetric {
  /** How many. */
  readonly value: number;
  /** "SLOW_OPS", "PENDING_CREATING_PGS" */
  readonly type: string;
}

/** An option of Ceph as it is for this manager. */
export interface CephOption {
  /** In its type: times in seconds (millisecs in milliseconds), sizes in bytes. */
  readonly value: string | number | boolean;
  /** The strongest layer that has it: "default", "mon", "file", "env", "cmdline" or "override". */
  readonly source: string;
  /** What would hold if no layer had it. */
  readonly default: string | number | boolean;
}
