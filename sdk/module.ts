/** The classes that module authors extend. */

import {
  ATTACH,
  type ClusterLogPriority,
  type HealthCheck,
  type LogLevel,
  type ModuleContext,
} from "./context.ts";
import type { DataName, DataTypes } from "./data.ts";
import type { CommandOf, Commands, Options, Scalar, ValueOfOption } from "./declarations.ts";

/** What a command answers: 0 or a negative errno, what goes to stdout, what goes to stderr. */
export type HandleCommandResult = readonly [retval: number, stdout: string, stderr: string];

/** What `notify()` is told of. */
export type NotifyType = "mon_map" | "pg_summary" | "health" | "clog" | "osd_map" | "fs_map" | "command";

/** An option that the module has not declared. */
export class UnknownOptionError extends Error {
  /** `UnknownOptionError` */
  override readonly name = "UnknownOptionError";
}

/** Writes to the log of the manager, under the name of the module. */
export interface Log {
  /** Shown from `debug_mgr 5` on. */
  debug(text: string): void;
  /** Shown from `debug_mgr 2` on, which is Ceph's default. */
  info(text: string): void;
  /** Shown from `debug_mgr 1` on. */
  warn(text: string): void;
  /** Shown from `debug_mgr 1` on. */
  error(text: string): void;
}

const utf8 = new TextEncoder();

/** What MgrModule and MgrStandbyModule have in common: extend one of those. */
export abstract class ModuleBase<O extends Options> {
  #context: ModuleContext | undefined;

  /** Given its context by the manager once it is constructed. */
  [ATTACH](context: ModuleContext): void {
    this.#context = context;
  }

  #attached(call: string): ModuleContext {
    if (this.#context) return this.#context;
    throw new Error(
      `Cannot call ${call} in the constructor: the module is not attached to the cluster yet. Do it at the start of serve()`,
    );
  }

  /** The module's log. Its lines reach the manager's log file, filtered by `debug_mgr` and the option `log_level`. */
  get log(): Log {
    const line = (level: LogLevel) => (text: string): void => this.#attached("log").log(level, text);
    return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  }

  /** Id of this manager: `x` of mgr.x. */
  getMgrId(): string {
    return this.#attached("getMgrId()").mgrId;
  }

  /** Name of this module. */
  getModuleName(): string {
    return this.#attached("getModuleName()").moduleName;
  }

  /**
   * The value of a declared option: what is set, else its default. Answers at once from a copy in this process.
   * Throws UnknownOptionError for a name that is not in MODULE_OPTIONS.
   */
  getModuleOption<K extends keyof O & string>(name: K): ValueOfOption<O[K]> {
    return this.#attached("getModuleOption()").option(name, false) as ValueOfOption<O[K]>;
  }

  /** As getModuleOption, but a value set for this manager's id (`mgr/<module>/<id>/<name>`) goes first. */
  getLocalizedModuleOption<K extends keyof O & string>(name: K): ValueOfOption<O[K]> {
    return this.#attached("getLocalizedModuleOption()").option(name, true) as ValueOfOption<O[K]>;
  }

  /** A value of the key-value store as text, or undefined. Answers at once from a copy in this process. */
  getStore(key: string): string | undefined {
    const value = this.#attached("getStore()").store(key);
    return value && new TextDecoder().decode(value);
  }

  /** The same as bytes: a copy. */
  getStoreBytes(key: string): Uint8Array | undefined {
    return this.#attached("getStoreBytes()").store(key)?.slice();
  }

  /** All pairs whose key starts with `prefix`, in the order of the keys. */
  getStorePrefix(prefix: string): Map<string, string> {
    const decoder = new TextDecoder();
    const pairs = this.#attached("getStorePrefix()").storePrefix(prefix);
    return new Map([...pairs].map(([key, value]) => [key, decoder.decode(value)]));
  }

  /** As getStore, but a value stored for this manager's id goes first. */
  getLocalizedStore(key: string): string | undefined {
    return this.getStore(`${this.getMgrId()}/${key}`) ?? this.getStore(key);
  }

  /** Cluster data by name, as JSON gives it. Do not change the result. */
  get<N extends DataName>(name: N): Promise<DataTypes[N]> {
    return this.#attached("get()").get(name);
  }

  /**
   * Sets an option for all managers; null goes back to the default. Resolves when the monitors have stored it; reads
   * see it at once. Rejects with the monitors' text when they refuse it, and the old value is back.
   */
  protected setOption(
    name: string,
    value: Scalar | null,
    localized: boolean,
  ): Promise<void> {
    return this.#attached("setModuleOption()").setOption(name, value, localized);
  }

  /** Stores a value; null removes it. Resolves when the monitors have stored it; reads see it at once. */
  protected putStore(key: string, value: string | Uint8Array | null): Promise<void> {
    const bytes = typeof value === "string" ? utf8.encode(value) : value;
    return this.#attached("setStore()").setStore(key, bytes);
  }

  /** The context for the calls that only an active module has. */
  protected active(call: string): ModuleContext {
    return this.#attached(call);
  }

  /** Ends what the module has open. Called before the process ends, under a deadline. */
  shutdown(): void | Promise<void> {}
}

/**
 * A module of the active manager. Extend it and export the class as the default of `mod.ts`.
 *
 * @example
 * ```ts
 * import { commands, type CommandOf, type HandleCommandResult, MgrModule, options } from "@ganglion/sdk";
 *
 * const OPTIONS = options({ place: { type: "str", default: "world" } });
 * const COMMANDS = commands({ greet: { desc: "Greets", perm: "r" } });
 *
 * export default class Greeter extends MgrModule<typeof OPTIONS, typeof COMMANDS> {
 *   static override readonly MODULE_OPTIONS = OPTIONS;
 *   static override readonly COMMANDS = COMMANDS;
 *
 *   override handleCommand(_inbuf: string, _cmd: CommandOf<typeof COMMANDS>): HandleCommandResult {
 *     return [0, `Hello, ${this.getModuleOption("place")}`, ""];
 *   }
 * }
 * ```
 */
export abstract class MgrModule<O extends Options = Options, C extends Commands = Commands>
  extends ModuleBase<O> {
  /** The options of this module. */
  static readonly MODULE_OPTIONS: Options = {};
  /** The commands of this module. */
  static readonly COMMANDS: Commands = {};
  /** What `notify()` wants to be told of; nothing else is delivered. */
  static readonly NOTIFY_TYPES: readonly NotifyType[] = [];

  /** Whether this module can work on this machine, and if not why. Asked before it is enabled. */
  static canRun(): [can: boolean, reason: string] | Promise<[can: boolean, reason: string]> {
    return [true, ""];
  }

  /** Runs while the module is enabled; `signal` aborts when it should end. To return early is fine, to throw is to fail. */
  serve(_signal: AbortSignal): void | Promise<void> {}

  /** Answers a command of COMMANDS. Several may be answered at the same time. Throwing answers EINVAL with the text. */
  handleCommand(_inbuf: string, cmd: CommandOf<C>): HandleCommandResult | Promise<HandleCommandResult> {
    return [-22, "", `Module does not handle command '${cmd.prefix}'`];
  }

  /** Something of NOTIFY_TYPES has changed. */
  notify(_type: NotifyType, _id: unknown): void | Promise<void> {}

  /** Some option has changed. */
  configNotify(): void | Promise<void> {}

  /** Sets an option of this module for all managers; null goes back to the default. */
  setModuleOption<K extends keyof O & string>(name: K, value: ValueOfOption<O[K]> | null): Promise<void> {
    return this.setOption(name, value ?? null, false);
  }

  /** Sets an option for this manager's id alone. */
  setLocalizedModuleOption<K extends keyof O & string>(
    name: K,
    value: ValueOfOption<O[K]> | null,
  ): Promise<void> {
    return this.setOption(name, value ?? null, true);
  }

  /** Stores a text or bytes under a key of this module; null removes it. */
  setStore(key: string, value: string | Uint8Array | null): Promise<void> {
    return this.putStore(key, value);
  }

  /** Stores a value for this manager's id alone. */
  setLocalizedStore(key: string, value: string | Uint8Array | null): Promise<void> {
    return this.putStore(`${this.getMgrId()}/${key}`, value);
  }

  /** Replaces all health checks of this module; {} clears them. Codes look like `MY_CHECK`. */
  setHealthChecks(checks: Readonly<Record<string, HealthCheck>>): Promise<void> {
    return this.active("setHealthChecks()").setHealthChecks(checks);
  }

  /** The address that `ceph mgr services` shows for this module; "" withdraws it. */
  setUri(uri: string): Promise<void> {
    return this.active("setUri()").setUri(uri);
  }

  /** Writes to the cluster log. */
  clusterLog(channel: string, priority: ClusterLogPriority, message: string): Promise<void> {
    return this.active("clusterLog()").clusterLog(channel, priority, message);
  }
}

/** What runs on managers that stand by. Export it as `Standby` of `mod.ts`. It has options and the store, no commands. */
export abstract class MgrStandbyModule<O extends Options = Options> extends ModuleBase<O> {
  /** Runs while this manager stands by; `signal` aborts when it ends or becomes active. */
  abstract serve(signal: AbortSignal): void | Promise<void>;
}
