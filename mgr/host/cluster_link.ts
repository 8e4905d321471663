/** What the module host needs of the rest of the manager: declared here, supplied by mgr.ts. */

import type { PerfQueryAnswer } from "../state/perf_queries.ts";
import type { MetricKind } from "../types/metric_message.ts";
import type { PerfLimit, PerfQuery } from "../types/perf_query.ts";
import type { CheckedStep } from "./calls/rados_steps.ts";
import type {
  CommandReply,
  NotifyAnswer,
  ObjectList,
  ObjectPlace,
  OsdMapAnswer,
  RadosAnswer,
  RadosOperation,
} from "./contract.ts";
import type { CommandTarget } from "./permissions/need.ts";
import type { StatPage, StatQuery } from "./stat_page.ts";
import type { CounterSelection, PerfColumns } from "../state/perf_columns.ts";

/** Cluster data under one name. */
export interface ClusterData {
  /** Changes whenever the value does: the same version is never sent to a module twice. */
  readonly version: string;
  /**
   * The value as JSON text in UTF-8. Called at most once for each version and module; may answer the same bytes.
   * Rejects when something is missing that the monitors have to tell first.
   */
  json(): Promise<Uint8Array>;
}

/** How a command is sent. */
export interface CommandLimits {
  readonly input: Uint8Array;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** An operation on one object that has been looked at. */
export interface RadosTask extends Omit<RadosOperation, "steps"> {
  readonly steps: readonly CheckedStep[];
  /** It can change something. */
  readonly writing: boolean;
}

/** A watch that stands. */
export interface WatchPort {
  close(): Promise<void>;
}

/** What comes of a watch. */
export interface WatchEvents {
  notified(notification: {
    readonly notifyId: bigint;
    readonly notifierGid: bigint;
    readonly payload: Uint8Array;
  }): Promise<Uint8Array>;
  changed(what: "interrupted" | "ended", reason: string): void;
}

/** Objects of the cluster for one module. Everything rejects with RadosError for what the cluster refuses. */
export interface RadosPort {
  /** Number and name, by either. */
  openPool(pool: string | number): Promise<readonly [id: number, name: string]>;
  operate(task: RadosTask, signal: AbortSignal): Promise<RadosAnswer>;
  list(place: ObjectPlace, page: {
    readonly cursor: string | null;
    readonly max: number;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  }): Promise<ObjectList>;
  notify(place: ObjectPlace, oid: string, payload: Uint8Array, limits: {
    readonly seconds: number;
    readonly signal: AbortSignal;
  }): Promise<NotifyAnswer>;
  watch(place: ObjectPlace, oid: string, events: WatchEvents): Promise<WatchPort>;
}

/** What a change makes worth sending soon. */
export type HostChange = "health" | "services" | "infos";

/** The manager, seen from its modules. Whatever changes the cluster asks the tenure at the moment of sending. */
export interface ClusterLink {
  /** Every option that the monitors' database holds for this manager, by full name: `mgr/<module>/<option>`. */
  config(): ReadonlyMap<string, string>;
  /** Pairs of the key-value store whose full key starts with `prefix`. */
  storePrefix(prefix: string): readonly (readonly [key: string, value: Uint8Array])[];
  /** The keys of modules have come from the monitors: before that none is known. */
  storeReady(): boolean;
  /** One value, by full key. */
  storeValue(key: string): Uint8Array | undefined;
  /** `config set mgr <name> <text>`, or `config rm` for null. Rejects with the monitors' text. */
  setOption(name: string, text: string | null): Promise<void>;
  /** `config-key set` or, for null, `config-key rm` of a full key. Rejects with the monitors' text. */
  setStore(key: string, value: Uint8Array | null): Promise<void>;
  /** Keeps with a device how worn it is; rejects when there is no such device, and with the monitors' text. */
  setDeviceWearLevel(devid: string, level: number): Promise<void>;
  /** Undefined for a name that does not exist, or of which nothing has come yet. */
  get(name: string): ClusterData | undefined;
  /**
   * What is now known of a source: another value (by `===`) whenever the answer would be another. Of a name of `get()`
   * the version, of "osdMap" the epoch, of "statHead" the version, undefined when there is a newer one to be made.
   */
  moment(source: string): string | number | undefined;
  /** The newest OSDMap for who has that of epoch `have`, 0 for none; undefined while there is none. */
  osdMap(have: number): OsdMapAnswer | undefined;
  /** The newest statistics; `json` is a StatHead. Undefined while there are none. */
  statHead(): { readonly version: number; readonly json: string } | undefined;
  /** A part of a moment that `statHead` named; undefined when it is not kept any more. */
  statPage(query: StatQuery): StatPage | undefined;
  /**
   * A fact about daemons or options, by the name of the SDK's method; it goes over as JSON, undefined as null. Throws
   * an Error for a call that does not exist, and one that the module is told.
   */
  read(call: string, args: readonly string[]): unknown;
  /** Counters in bulk. Takes its time, but never much at once. */
  perfColumns(selection: CounterSelection): Promise<PerfColumns>;
  /** Asks all OSDs or MDSs for counters. Throws when there are too many queries. */
  addPerfQuery(kind: MetricKind, query: PerfQuery, limit: PerfLimit | undefined): number;
  removePerfQuery(kind: MetricKind, id: number): void;
  /** Throws for an unknown id, and for one of a former tenure. */
  perfQueryAnswer(kind: MetricKind, id: number): PerfQueryAnswer;
  /**
   * Sends a command; `id` is "" for the quorum of the monitors. Rejects when there is no answer, or when this manager may
   * not act.
   */
  sendCommand(
    target: CommandTarget,
    id: string,
    command: Readonly<Record<string, unknown>>,
    options: CommandLimits,
  ): Promise<CommandReply>;
  /** Objects, for the module of that name. Throws when this manager is not the active one. */
  rados(module: string): RadosPort;
  /** The name of a pool in the newest OSDMap. */
  poolName(id: number): string | undefined;
  /** An entry of the cluster log. `priority` is one of LogPrio in mgr/types/log_entry.ts. */
  clusterLog(channel: string, priority: number, message: string): void;
  /** Asks the monitors for the newest MgrMap; resolves when ModuleHost.setEnabled has been called with it. */
  refreshMgrMap(): Promise<void>;
  /** The first number of debug_mgr: which lines of modules are written. */
  debugLevel(): number;
  /** Path of the manager's log file, or undefined when it logs to stderr alone. */
  logFile(): string | undefined;
  /** Something that leaves with a report ("health") or a beacon ("services", "infos") is another one now. */
  changed(what: HostChange): void;
  /** Resolves when the monitors have the commands and options that were announced last. */
  announced(): Promise<void>;
}
