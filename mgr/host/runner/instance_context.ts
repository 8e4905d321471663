/** What stands behind the methods of a module's instance: replicas that answer at once, and calls to the host. */

import type {
  CallOptions,
  ClusterLogPriority,
  CommandOptions,
  CommandReply,
  CommandTarget,
  CommandWords,
  DataName,
  DataPart,
  DataTypes,
  HealthCheck,
  LogLevel,
  MdsPerfMetrics,
  ModuleContext,
  OSDMap,
  PerfColumns,
  PerfQuery,
  PerfSelection,
  ProgressEvent,
} from "@ganglion/sdk";
import { CALL_TIMEOUT_MS, UnknownOptionError } from "@ganglion/sdk";
import {
  type CallId,
  type InstanceState,
  MAX_LOG_CHARS,
  type OptionDeclaration,
  type Pairs,
} from "../contract.ts";
import { Cancellable } from "./cancellable.ts";
import { ClusterReader, type DataReader } from "./cluster_reader.ts";
import { DeclaredOptions } from "./declared_options.ts";
import { type CallHost, logTo } from "./host_calls.ts";
import { readPerfColumns } from "./perf_answer.ts";
import { decodePlain, encodeArguments } from "./plain_value.ts";
import { HostRados } from "./rados_link.ts";
import { StoreReplica } from "./store_replica.ts";

/** One for each instance. */
export class InstanceContext implements ModuleContext {
  readonly moduleName: string;
  readonly mgrId: string;
  readonly version: string;
  readonly releaseName: string;
  readonly rados: HostRados;
  readonly #host: CallHost;
  readonly #options: DeclaredOptions;
  readonly #store: StoreReplica;
  readonly #data: DataReader;
  readonly #calls: Cancellable;
  /** Numbers of the commands that the module has in hand, by what it was given. */
  readonly #commands = new WeakMap<object, number>();

  /** Cluster data come from the host, unless there is another `data`. */
  constructor(
    declared: Readonly<Record<string, OptionDeclaration>>,
    state: InstanceState,
    host: CallHost,
    data: DataReader = readerOf(host),
  ) {
    this.moduleName = state.moduleName;
    this.mgrId = state.mgrId;
    this.version = state.version;
    this.releaseName = state.releaseName;
    this.#host = host;
    this.#options = new DeclaredOptions(declared, state.mgrId, state.options);
    this.#store = new StoreReplica(state.store);
    this.#data = data;
    this.#calls = new Cancellable(host);
    this.rados = new HostRados(host, this.#calls);
  }

  /** The host has told of new options. */
  optionsChanged(texts: Pairs<string>): void {
    this.#options.replace(texts);
  }

  /** The host has told of new values. */
  storeChanged(changes: Pairs<Uint8Array | null>): void {
    this.#store.changed(changes);
  }

  /** The host has newer cluster data. */
  dataChanged(sources: readonly string[]): void {
    this.#data.changed?.(sources);
  }

  option(name: string, localized: boolean): string | number | boolean | undefined {
    this.#check(name);
    return this.#options.get(name, localized, (text) => this.log("warn", text));
  }

  async setOption(name: string, value: string | number | boolean | null, localized: boolean): Promise<void> {
    this.#check(name);
    const text = value === null ? null : String(value);
    await this.#host("setOption", name, text, localized);
    this.#options.set(localized ? this.#options.localName(name) : name, text);
  }

  setOptionOf(module: string, name: string, value: string | number | boolean | null): Promise<void> {
    return this.#host("setOptionOf", module, name, value === null ? null : String(value));
  }

  /** The host has given a command; `cmd` is what the module gets of it. */
  commandBegins(cmd: object, id: number): void {
    this.#commands.set(cmd, id);
  }

  async isAuthorized(cmd: object, args: Readonly<Record<string, string>>): Promise<boolean> {
    const id = this.#commands.get(cmd);
    if (id === undefined) return false;
    return await this.#host(
      "isAuthorized",
      id,
      Object.entries(args).map(([k, v]) => [k, String(v)] as const),
    );
  }

  setDeviceWearLevel(devid: string, level: number): Promise<void> {
    return this.#host("setDeviceWearLevel", devid, level);
  }

  store(key: string): Uint8Array | undefined {
    return this.#store.get(key);
  }

  storePrefix(prefix: string): ReadonlyMap<string, Uint8Array> {
    return this.#store.withPrefix(prefix);
  }

  setStore(key: string, value: Uint8Array | null): Promise<void> {
    return this.#store.write(key, value, () => this.#host("setStore", key, value));
  }

  async get<N extends DataName>(name: N, part?: DataPart): Promise<DataTypes[N]> {
    return await this.#data.get(name, part) as DataTypes[N];
  }

  async read<T>(call: string, ...args: readonly string[]): Promise<T> {
    const json = await this.#host("read", call, args);
    return JSON.parse(new TextDecoder().decode(json));
  }

  async perfColumns(selection: PerfSelection, values: boolean): Promise<PerfColumns> {
    const { services, id, prioLimit } = selection;
    return readPerfColumns(
      await this.#host("perfColumns", {
        services: services ?? null,
        id: id ?? null,
        prioLimit: prioLimit ?? 0,
        values,
      }),
    );
  }

  setHealthChecks(checks: Readonly<Record<string, HealthCheck>>): Promise<void> {
    return this.#host("setHealthChecks", checks);
  }

  setUri(uri: string): Promise<void> {
    return this.#host("setUri", uri);
  }

  osdMap(): Promise<OSDMap | undefined> {
    return this.#data.osdMap();
  }

  setProgress(id: string, event: ProgressEvent | null): Promise<void> {
    return this.#host("setProgress", id, event);
  }

  clearProgress(): Promise<void> {
    return this.#host("clearProgress");
  }

  addPerfQuery(kind: "osd" | "mds", query: PerfQuery<string, string>): Promise<number> {
    return this.#host("addPerfQuery", kind, query);
  }

  removePerfQuery(kind: "osd" | "mds", id: number): Promise<void> {
    return this.#host("removePerfQuery", kind, id);
  }

  perfQueryCounters(kind: "osd" | "mds", id: number): Promise<MdsPerfMetrics> {
    return this.#host("perfQueryCounters", kind, id);
  }

  clusterLog(channel: string, priority: ClusterLogPriority, message: string): Promise<void> {
    return this.#host("clusterLog", channel, priority, message.slice(0, MAX_LOG_CHARS));
  }

  async remote(
    module: string,
    method: string,
    args: readonly unknown[],
    { timeoutMs = CALL_TIMEOUT_MS, signal }: CallOptions,
  ): Promise<unknown> {
    const bytes = encodeArguments(args);
    const call = (id: CallId) => this.#host("remote", id, module, method, bytes, timeoutMs);
    return decodePlain(await this.#calls.run(signal, call));
  }

  async sendCommand(
    target: CommandTarget,
    id: string,
    command: CommandWords,
    { inbuf = "", timeoutMs = CALL_TIMEOUT_MS, signal, tag = "" }: CommandOptions,
  ): Promise<CommandReply> {
    const text = typeof command === "string" ? command : JSON.stringify(command);
    const input = typeof inbuf === "string" ? new TextEncoder().encode(inbuf) : inbuf;
    const call = (call: CallId) => this.#host("sendCommand", call, target, id, text, input, timeoutMs, tag);
    const { retval, stdout, stderr } = await this.#calls.run(signal, call);
    return { retval, stdout: new TextDecoder().decode(stdout), stderr, bytes: stdout };
  }

  log(level: LogLevel, text: string, logger?: string): void {
    logTo(this.#host, level, text, logger);
  }

  #check(name: string): void {
    if (this.#options.has(name)) return;
    throw new UnknownOptionError(
      `Cannot use option '${name}': it is not in MODULE_OPTIONS of module ${this.moduleName}`,
    );
  }
}

function readerOf(host: CallHost): ClusterReader {
  return new ClusterReader({
    get: (name, have) => host("get", name, have),
    osdMap: (have) => host("osdMap", have),
    statHead: (have) => host("statHead", have),
    statPage: (query) => host("statPage", query),
  });
}
