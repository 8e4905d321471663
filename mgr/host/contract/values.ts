/** Shapes of what the calls of the contract carry. */

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
  /** Names it while it is being carried out. */
  readonly id: number;
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
