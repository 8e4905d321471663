/** What each name of `get(name)` is made of, and how. */

import type { Config } from "./config/config.ts";
import { dumpOptions, type OptionHelp } from "./config/option_dump.ts";
import type { ClusterState } from "./state/cluster_state.ts";
import { getMetadata } from "./state/daemon_dump.ts";
import type { DaemonIndex, DaemonState } from "./state/daemon_state.ts";
import { dumpDeviceOf, eachDevice } from "./state/device_dump.ts";
import type { KvStore } from "./state/kv_store.ts";
import type { OsdLayout } from "./state/osd_layout.ts";
import { PG_DATA, type PgSources } from "./state/pg_data.ts";
import { pgSummarySteps } from "./state/pg_map_dump.ts";
import type { PgMap } from "./state/pg_map.ts";
import type { StatFeed } from "./stat_feed.ts";
import { inSteps } from "./time/in_steps.ts";
import type { EntityAddrVec } from "./types/entity_addr.ts";
import { dumpFsMap } from "./types/fs_map.ts";
import { dumpMgrMap } from "./types/mgr_map.ts";
import { dumpMonMap } from "./types/mon_map.ts";
import { listPieces, objectPieces } from "./types/json_pieces.ts";
import { dumpServiceMap } from "./types/service_map.ts";

/** What is known of daemons and of what they report, in one tenure. */
export interface ActiveSources {
  readonly index: DaemonIndex;
  readonly statistics: {
    readonly pgMap: PgMap;
    /** Undefined before the first OSDMap. */
    readonly layout: OsdLayout | undefined;
    /** All OSDs have reported, or had the time to. */
    readonly ready: boolean;
  };
  readonly statFeed: Pick<StatFeed, "head" | "page" | "current">;
}

/** What the rows read. */
export interface DataSources {
  readonly state: ClusterState;
  readonly config: Config;
  /** Descriptions by option; what is not known is missing. */
  readonly optionHelp: { all(): Promise<ReadonlyMap<string, OptionHelp>> };
  /** Another object with each tenure. */
  readonly active: () => ActiveSources;
  /** Where daemons and clients reach us. */
  readonly serverAddrs: () => EntityAddrVec;
}

/** One name. */
export interface DataRow {
  /** What the value follows from: another list whenever it is another one; undefined in it means "has not come". */
  readonly from: (sources: DataSources) => readonly unknown[];
  /** `rest` is what stands behind the name: the id of "device ID". What grows with the cluster is JsonPieces. */
  readonly value: (sources: DataSources, rest: string) => unknown;
}

function stateRow<K extends keyof ClusterState>(
  key: K,
  dump: (value: NonNullable<ClusterState[K]>) => unknown,
): DataRow {
  return { from: ({ state }) => [state[key]], value: ({ state }) => dump(state[key]!) };
}

function metadataRow(type: string): DataRow {
  return {
    from: indexOf,
    value: (sources) => {
      const { index } = sources.active();
      return objectPieces(metadataOf(index, index.ofType(type)));
    },
  };
}

/** Of daemons that are still there when it is their turn. */
function* metadataOf(index: DaemonIndex, daemons: readonly DaemonState[]): Generator<[string, unknown]> {
  for (const { key } of daemons) {
    const metadata = getMetadata(index, key);
    if (metadata !== undefined) yield [key.name, metadata];
  }
}

function indexOf({ active }: DataSources): readonly unknown[] {
  const { index } = active();
  return [index, index.changes];
}

/** Made in the module's process, of the bytes that OSDs sent. */
const MADE_BY_MODULES: ReadonlySet<string> = new Set([
  ...["pg_dump", "pg_stats", "osd_stats", "osd_ping_times", "pg_progress", "active_clean_pgs"],
]);

const PG_VALUES: Readonly<Record<string, (from: PgSources) => unknown>> = {
  ...PG_DATA,
  pg_summary: ({ pgMap }) => inSteps(pgSummarySteps(pgMap)),
};

const PG_ROWS = Object.entries(PG_VALUES).filter(([name]) => !MADE_BY_MODULES.has(name)).map((
  [name, dump],
): [string, DataRow] => [name, {
  from: ({ active }) => {
    const { pgMap, layout, ready } = active().statistics;
    return [pgMap, pgMap.changes, layout, ready];
  },
  value: ({ active }) => {
    const { pgMap, layout, ready } = active().statistics;
    return dump({ pgMap, layout: layout!, ready });
  },
}]);

const deviceKv = ({ state }: DataSources): KvStore => state.kv.get("device/")!;

function devicesRow(value: (index: DaemonIndex, kv: KvStore, devid: string) => unknown): DataRow {
  return {
    from: (sources) => [...indexOf(sources), deviceKv(sources).version],
    value: (sources, devid) => value(sources.active().index, deviceKv(sources), devid),
  };
}

function dumpConfig(config: Config): Record<string, string> {
  const { type, id, cluster } = config.identity;
  const options = [...config.all().keys()].map((name) => [name, config.shown(name)]);
  return { name: `${type}.${id}`, cluster, ...Object.fromEntries(options) };
}

/** Names of the options that some daemon, this one too, has from elsewhere than its defaults. */
function dumpModifiedOptions({ config, active }: DataSources) {
  const names = active().index.all().flatMap(({ config }) => [...config.values.keys()]);
  return { options: [...new Set([...names, ...config.modified().keys()])].sort() };
}

/** Names that take an argument after a blank. */
export const ARGUMENT_ROWS: Readonly<Record<string, DataRow>> = { device: devicesRow(dumpDeviceOf) };

/** Upstream: ActivePyModules::get_python in mgr/ActivePyModules.cc */
export const DATA_ROWS: ReadonlyMap<string, DataRow> = new Map<string, DataRow>([
  ["mgr_map", stateRow("mgrMap", dumpMgrMap)],
  ["mon_map", stateRow("monMap", dumpMonMap)],
  ["fs_map", stateRow("fsMap", dumpFsMap)],
  ["service_map", stateRow("serviceMap", dumpServiceMap)],
  ["health", stateRow("healthJson", (json) => ({ json }))],
  ["mon_status", stateRow("monStatusJson", (json) => ({ json }))],
  ["osd_metadata", metadataRow("osd")],
  ["mds_metadata", metadataRow("mds")],
  ["devices", devicesRow((index, kv) => listPieces("devices", eachDevice(index, kv)))],
  ["config", { from: ({ config }) => [config.version], value: ({ config }) => dumpConfig(config) }],
  ["config_options", {
    from: ({ optionHelp }) => [optionHelp],
    value: async ({ optionHelp }) => dumpOptions(await optionHelp.all()),
  }],
  ["modified_config_options", {
    from: (sources) => [...indexOf(sources), sources.config.version],
    value: dumpModifiedOptions,
  }],
  ["have_local_config_map", {
    from: ({ state }) => [state.kv.get("config/")!.complete],
    value: ({ state }) => ({ have_local_config_map: state.kv.get("config/")!.complete }),
  }],
  ["mgr_ips", {
    from: ({ serverAddrs }) => [String(serverAddrs().map(({ ip }) => ip))],
    value: ({ serverAddrs }) => ({ ips: [...new Set(serverAddrs().map(({ ip }) => ip))] }),
  }],
  // Upstream takes the encoded map for a text, and its first byte ends it.
  ["osdmap_crush_map_text", { from: ({ state }) => [state.osdMap], value: () => "" }],
  ...PG_ROWS,
]);
