/** What the SDK says that `get()` answers, held against what the manager makes: checked when this file is compiled. */

import type { BIGINT_KEYS, DataTypes } from "@ganglion/sdk";
import type { dumpOptions } from "../mgr/config/option_dump.ts";
import type { dumpOsdTree } from "../mgr/crush/osd_tree.ts";
import type { dumpDevices } from "../mgr/state/device_dump.ts";
import type { PG_DATA } from "../mgr/state/pg_data.ts";
import type { dumpCrushMap } from "../mgr/types/crush_dump.ts";
import type { dumpFsMap } from "../mgr/types/fs_map.ts";
import type { dumpMgrMap } from "../mgr/types/mgr_map.ts";
import type { dumpMonMap } from "../mgr/types/mon_map.ts";
import type { dumpOsdMap } from "../mgr/types/osd_map_dump.ts";
import type { dumpServiceMap } from "../mgr/types/service_map.ts";

type BigintKey = (typeof BIGINT_KEYS)[number];

/** A value after it has passed through JSON: numbers are bigints under the keys of identities, else numbers. */
type Seen<T> = T extends bigint ? number
  : T extends string | number | boolean | null | undefined ? T
  : T extends readonly (infer U)[] ? readonly Seen<U>[]
  : { readonly [K in keyof T]: IsIdentity<K, T[K]> extends true ? Identity<T[K]> : Seen<T[K]> };

/** Of `mds_RANK` the compiler sees only that it is some key. */
type IsIdentity<K, V> = K extends BigintKey ? true
  : string extends K ? (V extends bigint ? true : false)
  : false;

type Identity<T> = T extends number | bigint ? bigint : Seen<T>;

/** Compiles when the manager's value is one that the SDK promises. */
type Promised<Name extends keyof DataTypes, T> = Seen<T> extends DataTypes[Name] ? true
  : Differs<Name, Seen<T>>;

/** What the compiler shows when it is not. */
interface Differs<Name extends keyof DataTypes, T> {
  readonly made: T;
  readonly promised: DataTypes[Name];
}

type PgValue<Name extends keyof typeof PG_DATA> = ReturnType<(typeof PG_DATA)[Name]>;

/** One entry for each name whose value has a type in the manager. */
interface Checked {
  osd_map: Promised<"osd_map", ReturnType<typeof dumpOsdMap>>;
  osd_map_tree: Promised<"osd_map_tree", ReturnType<typeof dumpOsdTree>>;
  osd_map_crush: Promised<"osd_map_crush", ReturnType<typeof dumpCrushMap>>;
  mon_map: Promised<"mon_map", ReturnType<typeof dumpMonMap>>;
  mgr_map: Promised<"mgr_map", ReturnType<typeof dumpMgrMap>>;
  fs_map: Promised<"fs_map", ReturnType<typeof dumpFsMap>>;
  service_map: Promised<"service_map", ReturnType<typeof dumpServiceMap>>;
  devices: Promised<"devices", ReturnType<typeof dumpDevices>>;
  config_options: Promised<"config_options", ReturnType<typeof dumpOptions>>;
  pg_summary: Promised<"pg_summary", PgValue<"pg_summary">>;
  pg_status: Promised<"pg_status", PgValue<"pg_status">>;
  pg_dump: Promised<"pg_dump", PgValue<"pg_dump">>;
  pg_stats: Promised<"pg_stats", PgValue<"pg_stats">>;
  pool_stats: Promised<"pool_stats", PgValue<"pool_stats">>;
  osd_stats: Promised<"osd_stats", PgValue<"osd_stats">>;
  osd_ping_times: Promised<"osd_ping_times", PgValue<"osd_ping_times">>;
  osd_pool_stats: Promised<"osd_pool_stats", PgValue<"osd_pool_stats">>;
  io_rate: Promised<"io_rate", PgValue<"io_rate">>;
  df: Promised<"df", PgValue<"df">>;
  pg_ready: Promised<"pg_ready", PgValue<"pg_ready">>;
  pg_progress: Promised<"pg_progress", PgValue<"pg_progress">>;
  active_clean_pgs: Promised<"active_clean_pgs", PgValue<"active_clean_pgs">>;
}

Deno.test("DataTypes are what the manager makes", () => {
  const checked: { readonly [K in keyof Checked]: true } = {} as Checked;
  void checked;
});
