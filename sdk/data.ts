/** Shapes of cluster data: what `get(name)` answers for each name. */

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
  /** Who is active, who stands by, all modules with their options. */
  mgr_map: JsonObject;
  /** The monitors and their addresses. */
  mon_map: JsonObject;
  /** File systems and their metadata servers. */
  fs_map: JsonObject;
  /** Daemons that registered themselves: gateways, mirrors. */
  service_map: JsonObject;
  /** Health as the monitors see it: parse it as `Health`. */
  health: JsonText;
  /** The quorum and its state. */
  mon_status: JsonText;
  /** Options of the monitors' database that concern this manager. */
  config: Readonly<Record<string, string>>;
  /** Sums over all placement groups and OSDs. */
  pg_summary: JsonObject;
}

/** A name that `get()` knows. */
export type DataName = keyof DataTypes;
