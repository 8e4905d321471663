/** Shapes of cluster data: what `get(name)` answers for each name. */

/** A health check as the monitors show it. */
export interface HealthCheckSummary {
  readonly severity: "HEALTH_OK" | "HEALTH_WARN" | "HEALTH_ERR";
  readonly summary: { readonly message: string; readonly count: number };
  readonly detail: readonly { readonly message: string }[];
  readonly muted: boolean;
}

/** `get("health")` and `get("mon_status")`: the text that the monitors sent. */
export interface JsonText {
  readonly json: string;
}

/** The health in `JSON.parse(get("health").json)`. */
export interface Health {
  readonly status: string;
  readonly checks: Readonly<Record<string, HealthCheckSummary>>;
  readonly mutes: readonly unknown[];
}

/** A value as it comes out of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An object as it comes out of JSON. */
export type JsonObject = { readonly [key: string]: Json };

/** What `get()` knows, by name. */
export interface DataTypes {
  /** Who is active, who stands by, all modules with their options. */
  mgr_map: JsonObject;
  mon_map: JsonObject;
  fs_map: JsonObject;
  service_map: JsonObject;
  health: JsonText;
  mon_status: JsonText;
  /** Options of the monitors' database that concern this manager. */
  config: Readonly<Record<string, string>>;
  /** Sums over all placement groups and OSDs. */
  pg_summary: JsonObject;
}

/** A name that `get()` knows. */
export type DataName = keyof DataTypes;
