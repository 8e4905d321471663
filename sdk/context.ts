/** What stands behind a module: supplied by the manager, or by the test kit. Not for module authors. */

import type { CommandOptions, CommandReply, CommandTarget, CommandWords } from "./command.ts";
import type { DataName, DataPart, DataTypes } from "./data/mod.ts";
import type { Scalar } from "./declarations.ts";
import type { OSDMap } from "./osd_map.ts";
import type { MdsPerfMetrics, PerfQuery } from "./perf_query.ts";
import type { PerfColumns, PerfSelection } from "./perf.ts";
import type { RadosLink } from "./rados/link.ts";
import type { CallOptions } from "./remote.ts";

/** Levels of the log, most talkative first. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Importance of an entry of the cluster log. */
export type ClusterLogPriority = "debug" | "info" | "sec" | "warn" | "error";

/** A health check of a module. */
export interface HealthCheck {
  /** A warning makes the cluster HEALTH_WARN, an error HEALTH_ERR. */
  readonly severity: "warning" | "error";
  /** One line. */
  readonly summary: string;
  /** Further lines, which `ceph health detail` shows. */
  readonly detail?: readonly string[];
  /** How many things are affected; the number of lines of `detail` when it is left out. */
  readonly count?: number;
}

/** Something that takes its time, as `ceph -s` shows it. */
export interface ProgressEvent {
  /** One line. */
  readonly message: string;
  /** From 0 to 1. */
  readonly progress: number;
  /** Whether plain `ceph -s` shows it, or only its JSON. */
  readonly addToCephS: boolean;
}

/** Everything that a module's methods reach. */
export interface ModuleContext {
  /** Name of the module: that of its directory. */
  readonly moduleName: string;
  /** Id of the manager: `x` of mgr.x. */
  readonly mgrId: string;
  /** `ceph version 16.2.15 (..) pacific (stable)` */
  readonly version: string;
  /** "pacific" */
  readonly releaseName: string;
  /** Value of a declared option: what is set, else its default. Throws UnknownOptionError for another name. */
  option(name: string, localized: boolean): Scalar | undefined;
  /** Sets an option, or removes it with null. Rejects with the monitors' text. */
  setOption(name: string, value: Scalar | null, localized: boolean): Promise<void>;
  /** Sets an option of another module, or removes it with null. Rejects with the monitors' text. */
  setOptionOf(module: string, name: string, value: Scalar | null): Promise<void>;
  /** Whether who gave this command, which is being carried out, may do that. */
  isAuthorized(cmd: object, args: Readonly<Record<string, string>>): Promise<boolean>;
  /** Says how worn a device is. */
  setDeviceWearLevel(devid: string, level: number): Promise<void>;
  /** Value of a key; undefined when there is none. */
  store(key: string): Uint8Array | undefined;
  /** Pairs whose key starts with `prefix`, in the order of the keys. */
  storePrefix(prefix: string): ReadonlyMap<string, Uint8Array>;
  /** Stores a value, or removes it with null. Rejects with the monitors' text. */
  setStore(key: string, value: Uint8Array | null): Promise<void>;
  /** Cluster data by name, all or a part of it. */
  get<N extends DataName>(name: N, part?: DataPart): Promise<DataTypes[N]>;
  /** A fact about daemons or options, by the name of the method that asks for it. Rejects with the manager's text. */
  read<T>(call: string, ...args: readonly string[]): Promise<T>;
  /** Counters in bulk, with values or without. */
  perfColumns(selection: PerfSelection, values: boolean): Promise<PerfColumns>;
  /** Replaces all health checks of the module. */
  setHealthChecks(checks: Readonly<Record<string, HealthCheck>>): Promise<void>;
  /** Says where the module serves. */
  setUri(uri: string): Promise<void>;
  /** The newest OSDMap; undefined while the manager has none. */
  osdMap(): Promise<OSDMap | undefined>;
  /** Adds or replaces a progress event; null completes it. */
  setProgress(id: string, event: ProgressEvent | null): Promise<void>;
  /** Completes all progress events of the module. */
  clearProgress(): Promise<void>;
  /** Asks all daemons of a kind for counters; answers with the query's id. */
  addPerfQuery(kind: "osd" | "mds", query: PerfQuery<string, string>): Promise<number>;
  /** Asks no longer. */
  removePerfQuery(kind: "osd" | "mds", id: number): Promise<void>;
  /** What a query has brought. */
  perfQueryCounters(kind: "osd" | "mds", id: number): Promise<MdsPerfMetrics>;
  /** Adds an entry to the cluster log. */
  clusterLog(channel: string, priority: ClusterLogPriority, message: string): Promise<void>;
  /** Calls a method that a module exports. */
  remote(module: string, method: string, args: readonly unknown[], options: CallOptions): Promise<unknown>;
  /** Sends a command; `id` is "" for the quorum of the monitors. */
  sendCommand(
    target: CommandTarget,
    id: string,
    command: CommandWords,
    options: CommandOptions,
  ): Promise<CommandReply>;
  /** Objects of the cluster. */
  readonly rados: RadosLink;
  /** Adds a line to the manager's log, under the name of a logger. */
  log(level: LogLevel, text: string, logger?: string): void;
}

/** Key under which a module takes its context: the same in every copy of this package. */
export const ATTACH: unique symbol = Symbol.for("@ganglion/sdk:attach") as never;
