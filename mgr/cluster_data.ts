/** What `get(name)` answers modules: one row of a table for each name. */

import type { Config } from "./config/config.ts";
import type { ClusterData } from "./host/cluster_link.ts";
import type { ClusterState } from "./state/cluster_state.ts";
import { cephJson } from "./types/ceph_json.ts";
import { dumpFsMap } from "./types/fs_map.ts";
import { dumpMgrMap } from "./types/mgr_map.ts";
import { dumpMonMap } from "./types/mon_map.ts";
import { dumpServiceMap } from "./types/service_map.ts";

/** What the rows read. */
export interface DataSources {
  readonly state: ClusterState;
  readonly config: Config;
}

/** The thing that a name's value is made of, and how; undefined while it has not come. */
interface Row {
  /** Another object whenever the value is another one. */
  readonly source: (from: DataSources) => unknown;
  readonly value: (from: DataSources) => unknown;
}

/** Upstream: ActivePyModules::get_python in mgr/ActivePyModules.cc */
const ROWS: Readonly<Record<string, Row>> = {
  mgr_map: { source: ({ state }) => state.mgrMap, value: ({ state }) => dumpMgrMap(state.mgrMap!) },
  mon_map: { source: ({ state }) => state.monMap, value: ({ state }) => dumpMonMap(state.monMap!) },
  fs_map: { source: ({ state }) => state.fsMap, value: ({ state }) => dumpFsMap(state.fsMap!) },
  service_map: {
    source: ({ state }) => state.serviceMap,
    value: ({ state }) => dumpServiceMap(state.serviceMap!),
  },
  health: { source: ({ state }) => state.healthJson, value: ({ state }) => ({ json: state.healthJson }) },
  mon_status: {
    source: ({ state }) => state.monStatusJson,
    value: ({ state }) => ({ json: state.monStatusJson }),
  },
  config: {
    source: ({ config }) => config.version,
    value: ({ config }) => ({
      name: `${config.identity.type}.${config.identity.id}`,
      cluster: config.identity.cluster,
      ...Object.fromEntries([...config.all().keys()].map((name) => [name, config.text(name)])),
    }),
  },
};

/** One answer for each version of each name, shared by all modules. */
export class ClusterDataTable {
  readonly #from: DataSources;
  readonly #last = new Map<string, { source: unknown; data: ClusterData }>();
  #versions = 0;

  constructor(from: DataSources) {
    this.#from = from;
  }

  /** Undefined for a name that does not exist, or of which nothing has come yet. */
  get(name: string): ClusterData | undefined {
    const row = Object.hasOwn(ROWS, name) ? ROWS[name] : undefined;
    const source = row?.source(this.#from);
    if (row === undefined || source === undefined) return undefined;
    const last = this.#last.get(name);
    if (last?.source === source) return last.data;
    const data = this.#data(() => cephJson(row.value(this.#from)));
    this.#last.set(name, { source, data });
    return data;
  }

  #data(text: () => string): ClusterData {
    let bytes: Uint8Array | undefined;
    return { version: String(++this.#versions), json: () => bytes ??= new TextEncoder().encode(text()) };
  }
}
