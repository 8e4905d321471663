/** The cluster as the module host sees it: options, keys and data of modules, and writes that the tenure allows. */

import type { Active } from "./active.ts";
import { ClusterDataTable } from "./cluster_data.ts";
import type { DataSources } from "./data_rows.ts";
import { CommandError } from "./host/call_errors.ts";
import type { ClusterData, ClusterLink, CommandLimits, HostChange } from "./host/cluster_link.ts";
import type { ClusterLog } from "./mon/cluster_log.ts";
import type { CommandResult, MonClient } from "./mon/mon_client.ts";
import { NotActiveError, type Tenure } from "./mon/tenure.ts";
import { ModuleRados } from "./module_rados.ts";
import { READS } from "./module_reads.ts";
import type { CommandReply, OsdMapAnswer } from "./host/contract.ts";
import type { CommandTarget } from "./host/permissions/need.ts";
import type { StatPage, StatQuery } from "./host/stat_page.ts";
import type { TenureClients } from "./tenure_clients.ts";
import type { StatFeed } from "./stat_feed.ts";
import { withWearLevel } from "./state/device_dump.ts";
import type { OsdMapStore } from "./state/osd_map_store.ts";
import { inSteps } from "./time/in_steps.ts";
import type { OsdMap } from "./types/osd_map.ts";
import { OptionHelpSource } from "./option_help.ts";
import type { PerfQueryAnswer } from "./state/perf_queries.ts";
import type { MetricKind } from "./types/metric_message.ts";
import type { PerfLimit, PerfQuery } from "./types/perf_query.ts";
import type { KvStore } from "./state/kv_store.ts";
import { type CounterSelection, type PerfColumns, perfColumns } from "./state/perf_columns.ts";

/** A quorum answers in milliseconds, an election takes some seconds; after this the module is told. */
const WRITE_TIMEOUT_MS = 60_000;
const NO_INPUT = new Uint8Array(0);

/** The rest of the manager. */
export interface ModuleLinkParts extends Omit<DataSources, "optionHelp"> {
  readonly osdMaps: Pick<OsdMapStore<OsdMap>, "map" | "incrementsSince">;
  readonly tenure: Tenure;
  readonly mon: Pick<MonClient, "command" | "subscribe" | "connected">;
  readonly clusterLog: ClusterLog;
  /** Undefined while no tenure lasts. */
  readonly clients: () => TenureClients | undefined;
  readonly queries: () => Pick<Active, "addPerfQuery" | "removePerfQuery" | "perfQueries">;
  logFile(): string | undefined;
  /** What modules say leaves with the next report or beacon. */
  readonly changed: (what: HostChange) => void;
  /** Resolves when the monitors have the commands and options that were announced last. */
  readonly announced: () => Promise<void>;
}

/** Upstream: ActivePyModules::set_store, PyModuleConfig::set_config */
export class ModuleLink implements ClusterLink {
  readonly #parts: ModuleLinkParts;
  readonly #data: ClusterDataTable;
  #refresh: PromiseWithResolvers<void> | undefined;

  constructor(parts: ModuleLinkParts) {
    this.#parts = parts;
    const optionHelp = new OptionHelpSource((cmd, options) => parts.mon.command(cmd, options));
    this.#data = new ClusterDataTable({ ...parts, optionHelp });
  }

  config(): ReadonlyMap<string, string> {
    return this.#parts.state.config ?? new Map();
  }

  storePrefix(prefix: string): readonly (readonly [key: string, value: Uint8Array])[] {
    return this.#store.withPrefix(prefix);
  }

  storeReady(): boolean {
    return this.#store.complete;
  }

  storeValue(key: string): Uint8Array | undefined {
    return this.#store.get(key);
  }

  async setOption(name: string, text: string | null): Promise<void> {
    await this.#write(
      text === null
        ? { prefix: "config rm", who: "mgr", name }
        : { prefix: "config set", who: "mgr", name, value: text },
    );
    // The monitors push the new options after their answer: whoever reads in between sees what he wrote.
    const config = new Map(this.config());
    if (text === null) config.delete(name);
    else config.set(name, text);
    this.#parts.state.config = config;
  }

  async setStore(key: string, value: Uint8Array | null): Promise<void> {
    if (value === null) await this.#write({ prefix: "config-key rm", key });
    else await this.#write({ prefix: "config-key set", key }, value);
  }

  async setDeviceWearLevel(devid: string, level: number): Promise<void> {
    const { active, state } = this.#parts;
    const kept = withWearLevel(active().index, state.kv.get("device/")!, devid, level);
    if (kept === undefined) {
      throw new Error(`Cannot set the wear level of '${devid}': there is no such device`);
    }
    await this.#write({ prefix: "config-key set", key: `device/${devid}` }, kept);
  }

  get(name: string): ClusterData | undefined {
    return this.#data.get(name);
  }

  moment(source: string): string | number | undefined {
    if (source === "osdMap") return this.#parts.osdMaps.map?.epoch;
    if (source === "statHead") return this.#parts.active().statFeed.current;
    return this.#data.get(source)?.version;
  }

  osdMap(have: number): OsdMapAnswer | undefined {
    const { osdMaps } = this.#parts;
    const { map } = osdMaps;
    if (map === undefined) return undefined;
    const increments = osdMaps.incrementsSince(have);
    return increments === undefined ? { full: map.bytes, increments: [] } : { full: null, increments };
  }

  statHead(): ReturnType<StatFeed["head"]> | undefined {
    const { statistics, statFeed } = this.#parts.active();
    return statistics.layout === undefined ? undefined : statFeed.head();
  }

  statPage(query: StatQuery): StatPage | undefined {
    return this.#parts.active().statFeed.page(query);
  }

  read(call: string, args: readonly string[]): unknown {
    const row = Object.hasOwn(READS, call) ? READS[call] : undefined;
    if (row === undefined) throw new Error(`Cannot read '${call}': there is no such call`);
    return row(this.#parts, ...args);
  }

  perfColumns(selection: CounterSelection): Promise<PerfColumns> {
    return inSteps(perfColumns(this.#parts.active().index, selection));
  }

  addPerfQuery(kind: MetricKind, query: PerfQuery, limit: PerfLimit | undefined): number {
    return this.#parts.queries().addPerfQuery(kind, query, limit);
  }

  removePerfQuery(kind: MetricKind, id: number): void {
    this.#parts.queries().removePerfQuery(kind, id);
  }

  perfQueryAnswer(kind: MetricKind, id: number): PerfQueryAnswer {
    const answer = this.#parts.queries().perfQueries[kind].read(id);
    if (answer === undefined) {
      throw new Error(`Cannot find perf query ${id}: it has ended with a former tenure`);
    }
    return answer;
  }

  async sendCommand(
    target: CommandTarget,
    id: string,
    command: Readonly<Record<string, unknown>>,
    options: CommandLimits,
  ): Promise<CommandReply> {
    const { r, rs, data } = await this.#clients.sendCommand(target, id, command, options);
    return { retval: r, stdout: data, stderr: rs };
  }

  rados(module: string): ModuleRados {
    return new ModuleRados(this.#clients.rados, module);
  }

  poolName(id: number): string | undefined {
    return this.#parts.state.osdMap?.poolNames.get(id);
  }

  clusterLog(channel: string, priority: number, message: string): void {
    this.#parts.clusterLog.add(channel, priority, message);
  }

  refreshMgrMap(): Promise<void> {
    const { mon } = this.#parts;
    if (this.#refresh === undefined) {
      this.#refresh = Promise.withResolvers();
      mon.subscribe("mgrmap", 0n);
    }
    return this.#refresh.promise;
  }

  /** A MgrMap has come and the host knows of it. */
  mgrMapTaken(): void {
    this.#refresh?.resolve();
    this.#refresh = undefined;
  }

  debugLevel(): number {
    return Number(this.#parts.config.text("debug_mgr").split("/")[0]);
  }

  logFile(): string | undefined {
    return this.#parts.logFile();
  }

  announced(): Promise<void> {
    return this.#parts.announced();
  }

  changed(what: HostChange): void {
    this.#parts.changed(what);
  }

  get #clients(): TenureClients {
    const clients = this.#parts.clients();
    if (clients !== undefined) return clients;
    throw new NotActiveError("Cannot reach the cluster: this manager is not the active one");
  }

  get #store(): KvStore {
    return this.#parts.state.kv.get("mgr/")!;
  }

  async #write(cmd: Readonly<Record<string, string>>, input: Uint8Array = NO_INPUT): Promise<CommandResult> {
    const { tenure, mon } = this.#parts;
    const what = `${cmd.prefix} ${cmd.name ?? cmd.key}`;
    tenure.check(what);
    const result = await mon.command(cmd, { timeoutMs: WRITE_TIMEOUT_MS, write: true }, input);
    if (result.r !== 0) {
      throw new CommandError(`Cannot ${what}: ${result.rs}`, { retval: result.r, stderr: result.rs });
    }
    return result;
  }
}
