/** What modules of the active manager and of those that stand by have in common. */

import { ATTACH, type LogLevel, type ModuleContext } from "./context.ts";
import type { DataName, DataPart, DataTypes } from "./data/mod.ts";
import type { Options, Scalar, ValueOfOption } from "./declarations.ts";

/** Writes to the log of the manager, under the name of the module. The option `log_level` goes before `debug_mgr`. */
export interface Log {
  /** Level 20 of Ceph: written from `debug_mgr 5` on. */
  debug(text: string): void;
  /** Level 4 of Ceph: written from `debug_mgr 2` on, which is Ceph's default. */
  info(text: string): void;
  /** Level 1 of Ceph: written from `debug_mgr 1` on. */
  warn(text: string): void;
  /** Level 0 of Ceph: always written. */
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
    return this.getLogger();
  }

  /** The same log under a name of a part of the module: it stands in each line (`root` when there is none). */
  getLogger(name?: string): Log {
    const line = (level: LogLevel) => (text: string): void => this.#attached("log").log(level, text, name);
    return { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  }

  /** Id of this manager: `x` of mgr.x. */
  getMgrId(): string {
    return this.#attached("getMgrId()").mgrId;
  }

  /** What the manager is: `ceph version 16.2.15 (..) pacific (stable)`. */
  get version(): string {
    return this.#attached("version").version;
  }

  /** The release of Ceph that the manager stands in for: "pacific". */
  get releaseName(): string {
    return this.#attached("releaseName").releaseName;
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

  /**
   * Cluster data by name. Do not change the result: while the cluster does not change it is the same object. With
   * `fields` only these are made; with `pools`, for names of placement groups and pools, only what is of these pools.
   */
  get<N extends DataName>(name: N, part?: { readonly pools: readonly number[] }): Promise<DataTypes[N]>;
  /** Some fields of it, perhaps of some pools. */
  get<N extends DataName, F extends keyof DataTypes[N] & string>(
    name: N,
    part: { readonly fields: readonly F[]; readonly pools?: readonly number[] },
  ): Promise<Pick<DataTypes[N], F>>;
  get<N extends DataName>(name: N, part?: DataPart): Promise<DataTypes[N]> {
    return this.#attached("get()").get(name, part);
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
