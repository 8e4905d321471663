/** What modules of the active manager read of daemons, counters and Ceph's options. */

import type { CephOption, DaemonHealthMetric, Server } from "./daemons.ts";
import {
  type ByDaemon,
  type CounterHistory,
  type CounterSample,
  countersOf,
  type LatestCounter,
  type PerfColumns,
  type PerfCounter,
  type PerfCounterSchema,
  type PerfSelection,
  schemasOf,
} from "./perf.ts";
import type { Options } from "./declarations.ts";
import { ModuleBase } from "./module_base.ts";

/** Lowest priority of counters that are of use to others than developers. */
const PRIO_USEFUL = 5;
/** Whose counters are asked for most. */
const COUNTING_SERVICES = ["mds", "mon", "osd", "rbd-mirror", "rgw", "tcmu-runner"];

/** The facts that MgrModule reads: extend that. */
export abstract class ModuleFacts<O extends Options> extends ModuleBase<O> {
  /** All hosts, in the order of their names. */
  listServers(): Promise<readonly Server[]> {
    return this.#read("listServers");
  }

  /** One host. */
  getServer(hostname: string): Promise<Server> {
    return this.#read("getServer", hostname);
  }

  /** What a daemon said of itself when it started, `hostname` first; null when it is not known. */
  getMetadata(type: string, id: string): Promise<Readonly<Record<string, string>> | null> {
    return this.#read("getMetadata", type, id);
  }

  /** The last status of a service's daemon, {} for others; null when the daemon is not known. */
  getDaemonStatus(type: string, id: string): Promise<Readonly<Record<string, string>> | null> {
    return this.#read("getDaemonStatus", type, id);
  }

  /** By daemon, what it complains of; everybody is there. */
  getDaemonHealthMetrics(): Promise<Readonly<Record<string, readonly DaemonHealthMetric[]>>> {
    return this.#read("getDaemonHealthMetrics");
  }

  /** What the counters of daemons are: of all, of those of a type, or of one. */
  async getPerfSchema(type = "", id = ""): Promise<ByDaemon<PerfCounterSchema>> {
    const selection = type === "" ? {} : { services: [type], ...(id === "" ? {} : { id }) };
    return schemasOf(await this.active("getPerfSchema()").perfColumns(selection, false));
  }

  /** Up to 20 samples of a counter, the oldest first, under its path. */
  async getCounter(type: string, id: string, path: string): Promise<CounterHistory> {
    return { [path]: await this.#read<readonly CounterSample[]>("getCounter", type, id, path) };
  }

  /** The last sample of a counter under its path; [] when there is none. */
  async getLatestCounter(type: string, id: string, path: string): Promise<LatestCounter> {
    return { [path]: await this.#read<CounterSample | readonly []>("getLatestCounter", type, id, path) };
  }

  /** The last value of a counter, of an average its sum; 0 when there is none. */
  async getLatest(type: string, id: string, path: string): Promise<number> {
    return (await this.getLatestCounter(type, id, path))[path]![1] ?? 0;
  }

  /** The last sum and count of an average; [0, 0] when there is none. */
  async getLatestAvg(type: string, id: string, path: string): Promise<[sum: number, count: number]> {
    const [, sum = 0, count = 0] = (await this.getLatestCounter(type, id, path))[path]!;
    return [sum, count];
  }

  /** What counters are and their last values, of many daemons; those without any are left out. */
  async getAllPerfCounters({
    prioLimit = PRIO_USEFUL,
    services = COUNTING_SERVICES,
  }: Omit<PerfSelection, "id"> = {}): Promise<ByDaemon<PerfCounter>> {
    const context = this.active("getAllPerfCounters()");
    return countersOf(await context.perfColumns({ prioLimit, services }, true));
  }

  /** The same in columns: for modules that read everything every few seconds. */
  getPerfColumns(selection: PerfSelection = {}): Promise<PerfColumns> {
    return this.active("getPerfColumns()").perfColumns(selection, true);
  }

  /** The name of newer releases for getPerfSchema. */
  getUnlabeledPerfSchema(type = "", id = ""): Promise<ByDaemon<PerfCounterSchema>> {
    return this.getPerfSchema(type, id);
  }

  /** The name of newer releases for getCounter. */
  getUnlabeledCounter(type: string, id: string, path: string): Promise<CounterHistory> {
    return this.getCounter(type, id, path);
  }

  /** The name of newer releases for getLatestCounter. */
  getLatestUnlabeledCounter(type: string, id: string, path: string): Promise<LatestCounter> {
    return this.getLatestCounter(type, id, path);
  }

  /** The name of newer releases for getLatest. */
  getUnlabeledCounterLatest(type: string, id: string, path: string): Promise<number> {
    return this.getLatest(type, id, path);
  }

  /** The name of newer releases for getLatestAvg. */
  getUnlabeledCounterLatestAvg(type: string, id: string, path: string): Promise<[number, number]> {
    return this.getLatestAvg(type, id, path);
  }

  /** The name of newer releases for getAllPerfCounters. */
  getUnlabeledPerfCounters(selection: Omit<PerfSelection, "id"> = {}): Promise<ByDaemon<PerfCounter>> {
    return this.getAllPerfCounters(selection);
  }

  /** An option of Ceph as it holds for this manager. Rejects for a name that is no option. */
  async getCephOption(name: string): Promise<string | number | boolean> {
    return (await this.getCephOptionSource(name)).value;
  }

  /** The same with the layer that it comes from and its default. */
  getCephOptionSource(name: string): Promise<CephOption> {
    return this.#read("getCephOption", name);
  }

  /** An option as the monitors' database has it for another daemon: `osd.3`, `client.rgw`, `osd` for all of them. */
  getForeignCephOption(entity: string, name: string): Promise<string | number | boolean> {
    return this.#read("getForeignCephOption", entity, name);
  }

  /** Whether the manager has a session with a monitor now. */
  haveMonConnection(): Promise<boolean> {
    return this.#read("haveMonConnection");
  }

  /** The name of this manager's host, as Ceph knows it. */
  getHostname(): Promise<string> {
    return this.#read("getHostname");
  }

  /** An address of this manager; its host's name when it has none yet. */
  getMgrIp(): Promise<string> {
    return this.#read("getMgrIp");
  }

  /** "pacific" for 16; "unknown" above the release of this manager. */
  lookupReleaseName(release: number): Promise<string> {
    return this.#read("lookupReleaseName", String(release));
  }

  #read<T>(call: string, ...args: readonly string[]): Promise<T> {
    return this.active(`${call}()`).read(call, ...args);
  }
}
