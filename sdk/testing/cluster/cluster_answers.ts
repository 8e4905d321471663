/** What a manager answers its modules of a cluster in memory: through the manager's own tables and readers. */

import { ClusterDataTable } from "../../../mgr/cluster_data.ts";
import { Config } from "../../../mgr/config/config.ts";
import type { HostSide, PerfAnswer, PerfSelection } from "../../../mgr/host/contract.ts";
import { ClusterReader } from "../../../mgr/host/runner/cluster_reader.ts";
import { HeldSources } from "../../../mgr/host/runner/held_sources.ts";
import { READS, type ReadSources } from "../../../mgr/module_reads.ts";
import { perfColumns } from "../../../mgr/state/perf_columns.ts";
import { MIN_AGE_MS } from "../../../mgr/state/stat_snapshots.ts";
import { StatFeed } from "../../../mgr/stat_feed.ts";
import type { ClusterModel } from "./cluster_model.ts";
import { mgrAddrs } from "./maps.ts";

/** A manager's configuration: all defaults. */
export function defaultConfig(id: string): Config {
  return new Config({ type: "mgr", id, cluster: "ceph", host: `mgr-${id}`, pid: 1, home: "/root" });
}

/** A test's cluster changes between two lines: a reader asks each time. */
class NothingHeld extends HeldSources {
  override has(): boolean {
    return false;
  }
}

/** One for each manager. */
export class ClusterAnswers {
  readonly #sources: ReadSources;
  readonly #table: ClusterDataTable;
  readonly #model: ClusterModel;
  readonly #statFeed: StatFeed;
  /** Whether the manager has a session with a monitor. */
  connected = true;

  constructor(model: ClusterModel, mgrId: string) {
    const { index, pgMap } = model;
    this.#model = model;
    // Each change of a test is a moment of its own, however soon it comes after another.
    let asked = 0;
    this.#statFeed = new StatFeed(pgMap, () => asked += MIN_AGE_MS);
    const active = {
      index,
      statFeed: this.#statFeed,
      statistics: {
        pgMap,
        ready: true,
        get layout() {
          return model.layout;
        },
      },
    };
    const names = (): string[] => [model.managers.active, ...model.managers.standbys].sort();
    const sources = {
      state: model.state,
      config: defaultConfig(mgrId),
      optionHelp: { all: () => Promise.resolve(new Map()) },
      active: () => active,
      serverAddrs: () => mgrAddrs(names().indexOf(mgrId)),
    };
    this.#table = new ClusterDataTable(sources);
    const isConnected = (): boolean => this.connected;
    this.#sources = {
      ...sources,
      mon: {
        get connected() {
          return isConnected();
        },
      },
    };
  }

  /** Reads data as a module's process does. */
  reader(): ClusterReader {
    return new ClusterReader({
      get: (name, have) => this.#get(name, have),
      osdMap: (have) => Promise.resolve(this.#osdMap(have)),
      statHead: (have) => Promise.resolve(this.#statHead(have)),
      statPage: (query) => Promise.resolve(this.#statFeed.page(query) ?? null),
    }, new NothingHeld());
  }

  /** A fact, by the name of the method that asks for it. Undefined for a call that there is not. Throws the manager's text. */
  read(call: string, args: readonly string[]): { readonly value: unknown } | undefined {
    return Object.hasOwn(READS, call) ? { value: READS[call]!(this.#sources, ...args) } : undefined;
  }

  /** Counters in columns. */
  perfColumns({ services, id, prioLimit, values }: PerfSelection): PerfAnswer {
    const selection = { prioLimit, values, ...(services && { services }), ...(id !== null && { id }) };
    const steps = perfColumns(this.#model.index, selection);
    let step = steps.next();
    while (!step.done) step = steps.next();
    const { types, layouts, daemons, values: words, counts } = step.value;
    const head = { types, layouts: layouts.map((layout) => [...layout]), daemons };
    const bytes = (numbers: Uint32Array): Uint8Array => new Uint8Array(numbers.buffer);
    return {
      head: new TextEncoder().encode(JSON.stringify(head)),
      values: bytes(words),
      counts: bytes(counts),
    };
  }

  async #get(name: string, have: string | null): ReturnType<HostSide["get"]> {
    const data = this.#table.get(name);
    if (data === undefined) return null;
    return { version: data.version, json: data.version === have ? null : await data.json() };
  }

  #osdMap(have: number): Awaited<ReturnType<HostSide["osdMap"]>> {
    const { map } = this.#model;
    return map.epoch === have ? { full: null, increments: [] } : { full: map.bytes, increments: [] };
  }

  #statHead(have: number): Awaited<ReturnType<HostSide["statHead"]>> {
    const { version, json } = this.#statFeed.head();
    return { version, json: version === have ? null : new TextEncoder().encode(json) };
  }
}
