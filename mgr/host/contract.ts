/** The whole of what passes between the host and a module's process, on one page. Private to one release. */

import type { StatPage, StatQuery } from "./stat_page.ts";

/** Both sides must have it; the runner ships with the host. */
export const CONTRACT_VERSION = 3;

/** Bytes of a frame of a module without its attachments: the host's own loop decodes it. */
export const MAX_MODULE_ENVELOPE_BYTES = 512 * 1024;
/** The same the other way: all options and keys of a module come at once. */
export const MAX_HOST_ENVELOPE_BYTES = 64 * 1024 * 1024;

/** One entry of a log; what is longer is cut where it is written. */
export const MAX_LOG_CHARS = 16 * 1024;

/** What a module declares about one option, as the SDK writes it. */
export interface OptionDeclaration {
  readonly type?: string;
  readonly default?: string | number | boolean;
  readonly desc?: string;
  readonly longDesc?: string;
  readonly min?: string | number;
  readonly max?: string | number;
  readonly enumAllowed?: readonly string[];
  readonly level?: string;
  readonly runtime?: boolean;
  readonly seeAlso?: readonly string[];
  readonly tags?: readonly string[];
}

/** What a module declares about one argument of a command. Keys are those of Ceph's descriptions. */
export interface ArgumentDeclaration {
  readonly type: string;
  readonly req?: boolean;
  readonly n?: number | "N";
  readonly range?: string;
  readonly strings?: readonly string[];
  readonly goodchars?: string;
  readonly positional?: boolean;
}

/** What a module declares about one command; its prefix is the key in the table. */
export interface CommandDeclaration {
  readonly desc: string;
  readonly perm: string;
  readonly poll?: boolean;
  readonly args?: Readonly<Record<string, ArgumentDeclaration>>;
}

/** What a module's class says of itself, learnt without running anything else of it. */
export interface ModuleDescription {
  readonly options: Readonly<Record<string, OptionDeclaration>>;
  readonly commands: Readonly<Record<string, CommandDeclaration>>;
  readonly notifyTypes: readonly string[];
  /** Methods that other modules may call. */
  readonly exports: readonly string[];
  readonly hasStandby: boolean;
  /** It has a canRun() of its own, which is to be asked at each start. */
  readonly hasCanRun: boolean;
}

/** What canRun() answered. */
export interface Ability {
  readonly can: boolean;
  readonly reason: string;
}

/** Names and values; not an object, for names come from outside and `__proto__` is one. */
export type Pairs<V> = readonly (readonly [name: string, value: V])[];

/** What an instance knows when it is made. */
export interface InstanceState {
  readonly role: "active" | "standby";
  readonly moduleName: string;
  readonly mgrId: string;
  readonly version: string;
  readonly releaseName: string;
  /** Texts of the options that are set: `name`, and `<mgr id>/name` for localized ones. */
  readonly options: Pairs<string>;
  /** Keys without `mgr/<module>/`. */
  readonly store: Pairs<Uint8Array>;
}

/** A command for a module. */
export interface CommandCall {
  readonly prefix: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly inbuf: Uint8Array;
}

/** Return value, output, status line. A long output comes as UTF-8, which the host hands on as it is. */
export type CommandAnswer = readonly [retval: number, stdout: string | Uint8Array, stderr: string];

/** What a monitor or a daemon answers to a command. */
export interface CommandReply {
  /** 0 or a negative errno. */
  readonly retval: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** One health check as a module sets it. */
export interface HealthCheckDeclaration {
  readonly severity: "warning" | "error";
  readonly summary: string;
  readonly detail?: readonly string[];
  readonly count?: number;
}

/** Cluster data under one name: JSON in UTF-8, or null when the module has that version already. */
export interface DataAnswer {
  readonly version: string;
  readonly json: Uint8Array | null;
}

/** Which counters: of all daemons, of those of some types, or of one. */
export interface PerfSelection {
  readonly services: readonly string[] | null;
  readonly id: string | null;
  readonly prioLimit: number;
  readonly values: boolean;
}

/** Counters in bulk: what they are as JSON in UTF-8, their values as columns of 64 bits, low byte first. */
export interface PerfAnswer {
  /** `{types, layouts, daemons}` of PerfColumns. */
  readonly head: Uint8Array;
  readonly values: Uint8Array;
  readonly counts: Uint8Array;
}

/** A line of `ceph -s` about something that takes its time. */
export interface ProgressDeclaration {
  readonly message: string;
  /** From 0 to 1. */
  readonly progress: number;
  readonly addToCephS: boolean;
}

/** A question to all OSDs or to the MDSs: names as in Ceph's interface. */
export interface PerfQueryDeclaration {
  readonly keyDescriptor: readonly { readonly type: string; readonly regex: string }[];
  readonly counters: readonly string[];
  readonly limit?: { readonly orderBy: string; readonly maxCount: number };
}

/** What a query has brought: counters of each key, as value and count. */
export interface PerfQueryAnswer {
  readonly rows: readonly {
    readonly key: readonly (readonly string[])[];
    readonly counters: readonly (readonly [value: number, count: number])[];
  }[];
  readonly delayedRanks: readonly number[];
  /** Monotonic milliseconds. */
  readonly updatedAt: number;
}

/** How a module's process gets the newest OSDMap: the whole map, or what makes it of the one it has. */
export interface OsdMapAnswer {
  readonly full: Uint8Array | null;
  /** Encoded increments, in order. */
  readonly increments: readonly Uint8Array[];
}

/** A moment of the statistics: its small parts as JSON in UTF-8, or null when the module has it already. */
export interface StatHeadAnswer {
  readonly version: number;
  readonly json: Uint8Array | null;
}

/** Where objects are: number of a pool, a namespace, and what is hashed in place of their names. */
export interface ObjectPlace {
  readonly pool: number;
  readonly namespace: string;
  readonly locator: string;
}

/** What is done with one object: steps by name with what they take, all of them or none. */
export interface RadosOperation {
  readonly place: ObjectPlace;
  readonly oid: string;
  readonly steps: readonly (readonly [name: string, ...args: readonly unknown[]])[];
  /** 0: it may take as long as it takes. */
  readonly timeoutMs: number;
  /** What a class method that writes returns is wanted. */
  readonly returnResults: boolean;
}

/** What came of it: a version, and of each step what it answers. */
export interface RadosAnswer {
  readonly version: number;
  readonly results: readonly unknown[];
}

/** A page of a listing: `[namespace, name, locator]`. */
export interface ObjectList {
  readonly objects: readonly (readonly [string, string, string])[];
  /** Of the next page; null: this is the last one. */
  readonly cursor: string | null;
}

/** Who answered a notify, and who did not: `[gid, cookie, reply]`, numbers of 64 bits as texts. */
export interface NotifyAnswer {
  readonly replies: readonly (readonly [string, string, Uint8Array])[];
  readonly silent: readonly (readonly [string, string])[];
}

/** Names a call that can be cancelled, or a watch that can be ended; the module's process chooses it. */
export type CallId = number;

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
  /** Sends a command, in JSON, to a monitor or a daemon: "mon", "osd", "pg", "mds" or "mgr". */
  sendCommand(
    call: CallId,
    target: string,
    id: string,
    command: string,
    inbuf: Uint8Array,
    timeoutMs: number,
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
