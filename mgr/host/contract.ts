/** The whole of what passes between the host and a module's process: calls both ways, on one page. Private to one release. */

import type {
  Ability,
  CallId,
  CommandAnswer,
  CommandCall,
  CommandReply,
  DataAnswer,
  HealthCheckDeclaration,
  InstanceState,
  ModuleDescription,
  NotifyAnswer,
  ObjectList,
  ObjectPlace,
  OsdMapAnswer,
  Pairs,
  PerfAnswer,
  PerfQueryAnswer,
  PerfQueryDeclaration,
  PerfSelection,
  ProgressDeclaration,
  RadosAnswer,
  RadosOperation,
  StatHeadAnswer,
} from "./contract/values.ts";
import type { StatPage, StatQuery } from "./stat_page.ts";

export type * from "./contract/values.ts";

/** Both sides must have it; the runner ships with the host. */
export const CONTRACT_VERSION = 3;

/** Bytes of a frame of a module without its attachments: the host's own loop decodes it. */
export const MAX_MODULE_ENVELOPE_BYTES = 512 * 1024;
/** The same the other way: all options and keys of a module come at once. */
export const MAX_HOST_ENVELOPE_BYTES = 64 * 1024 * 1024;

/** One entry of a log; what is longer is cut where it is written. */
export const MAX_LOG_CHARS = 16 * 1024;

/** What the host calls in a module's process. */
export interface ModuleSide {
  /** The first call. Answers CONTRACT_VERSION. */
  hello(): Promise<number>;
  /** Imports the author's code. Rejects with what it threw. */
  load(): Promise<ModuleDescription>;
  canRun(): Promise<Ability>;
  /** Runs the constructor; `serve()` of the instance begins when it is done. */
  construct(state: InstanceState): Promise<void>;
  command(call: CommandCall): Promise<CommandAnswer>;
  /** Another module calls one of the exports; arguments and result are MessagePack that only these two read. */
  remote(method: string, args: Uint8Array): Promise<Uint8Array>;
  /** Tells `serve()` to end, then runs `shutdown()` of the instance and waits for both. */
  shutdown(): Promise<void>;
  /** Answers at once: how the host notices a loop that never ends. */
  ping(): Promise<void>;
  /** Answered when the module has dealt with it. */
  notify(type: string, id: unknown): Promise<void>;
  /** All option texts anew; `configNotify()` follows. */
  optionsChanged(options: Pairs<string>): Promise<void>;
  /** Values that changed; null is a removed key. */
  storeChanged(changes: Pairs<Uint8Array | null>): Promise<void>;
  /**
   * There is something newer of these sources, which the module has asked for: names of `get()`, "osdMap", "statHead".
   * Comes before anything else that could tell of the change, and once: who asks anew is told anew.
   */
  dataChanged(sources: readonly string[]): Promise<void>;
  /** Somebody notified those who watch; answers with what goes back to him. Numbers of 64 bits are texts. */
  notified(watch: CallId, notifyId: string, notifierGid: string, payload: Uint8Array): Promise<Uint8Array>;
  /** A watch was "interrupted", or has "ended". */
  watchChanged(watch: CallId, what: string, reason: string): Promise<void>;
}

/** What a module's process calls in the host. */
export interface HostSide {
  /** `logger` is the name that `getLogger(name)` was given. */
  log(level: string, text: string, logger?: string): Promise<void>;
  /** `serve()`, or something that nobody waits for, threw: the module has failed. */
  failed(message: string): Promise<void>;
  /** `serve()` has returned. */
  served(): Promise<void>;
  /** null removes the option. Rejects with the monitor's text. */
  setOption(name: string, text: string | null, localized: boolean): Promise<void>;
  /** An option of another module; null removes it. Rejects with the monitor's text. */
  setOptionOf(module: string, name: string, text: string | null): Promise<void>;
  setStore(key: string, value: Uint8Array | null): Promise<void>;
  /** Whether who gave a command that the module is carrying out may do this, by its caps. */
  isAuthorized(command: number, args: Pairs<string>): Promise<boolean>;
  /** From 0 to 1; below 0: unknown. */
  setDeviceWearLevel(devid: string, level: number): Promise<void>;
  /** null when there is nothing under that name. `have` is the version that the module holds. */
  get(name: string, have: string | null): Promise<DataAnswer | null>;
  /** The newest OSDMap for who has that of epoch `have`, 0 for none; null while there is none. */
  osdMap(have: number): Promise<OsdMapAnswer | null>;
  /** The newest moment of the statistics, for who has `have` (0: nothing); null while there is none. */
  statHead(have: number): Promise<StatHeadAnswer | null>;
  /** Part of a moment; null when that moment is not kept any more. */
  statPage(query: StatQuery): Promise<StatPage | null>;
  /** A fact about daemons or options, by the name of the SDK's method: JSON in UTF-8. */
  read(call: string, args: readonly string[]): Promise<Uint8Array>;
  perfColumns(selection: PerfSelection): Promise<PerfAnswer>;
  setHealthChecks(checks: Readonly<Record<string, HealthCheckDeclaration>>): Promise<void>;
  setUri(uri: string): Promise<void>;
  /** Adds or replaces an event; null completes it. */
  setProgress(id: string, event: ProgressDeclaration | null): Promise<void>;
  clearProgress(): Promise<void>;
  /** `kind` is "osd" or "mds". Answers with the query's id. */
  addPerfQuery(kind: string, query: PerfQueryDeclaration): Promise<number>;
  removePerfQuery(kind: string, id: number): Promise<void>;
  perfQueryCounters(kind: string, id: number): Promise<PerfQueryAnswer>;
  clusterLog(channel: string, priority: string, message: string): Promise<void>;
  /** The module waits no longer for that call. */
  cancel(call: CallId): Promise<void>;
  /** Calls a method that another module exports. */
  remote(
    call: CallId,
    module: string,
    method: string,
    args: Uint8Array,
    timeoutMs: number,
  ): Promise<Uint8Array>;
  /**
   * Sends a command, in JSON, to a monitor or a daemon: "mon", "osd", "pg", "mds" or "mgr". Modules that want to be told
   * of answered commands are told `tag`.
   */
  sendCommand(
    call: CallId,
    target: string,
    id: string,
    command: string,
    inbuf: Uint8Array,
    timeoutMs: number,
    tag: string,
  ): Promise<CommandReply>;
  /** Number and name of a pool, by either. */
  openPool(call: CallId, pool: string | number): Promise<readonly [id: number, name: string]>;
  operate(call: CallId, operation: RadosOperation): Promise<RadosAnswer>;
  /** A page of the objects from the cursor on; null is the beginning. */
  listObjects(
    call: CallId,
    place: ObjectPlace,
    cursor: string | null,
    max: number,
    timeoutMs: number,
  ): Promise<ObjectList>;
  /** Tells all who watch an object. */
  notifyObject(
    call: CallId,
    place: ObjectPlace,
    oid: string,
    payload: Uint8Array,
    timeoutSeconds: number,
  ): Promise<NotifyAnswer>;
  /** Watches an object until `unwatch`. */
  watch(watch: CallId, place: ObjectPlace, oid: string, timeoutMs: number): Promise<void>;
  unwatch(watch: CallId): Promise<void>;
}

/** Calls of either side that nobody waits for: no answer is sent. */
export const ONE_WAY: ReadonlySet<string> = new Set([
  "log",
  "failed",
  "served",
  "optionsChanged",
  "storeChanged",
  "dataChanged",
  "clusterLog",
  "cancel",
  "watchChanged",
]);
