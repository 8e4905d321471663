/** The manager's side of one module, in memory: options, keys, data, and what the module reports. */

import type {
  HostSide,
  ModuleSide,
  OptionDeclaration,
  Pairs,
  PerfAnswer,
  PerfSelection,
} from "../../mgr/host/contract.ts";
import { type LogOptions, routeOf, severityOf } from "../../mgr/host/log_route.ts";
import { LogPrio } from "../../mgr/types/log_entry.ts";
import { cephJson } from "../../mgr/types/ceph_json.ts";
import { type OptionType, parseOption } from "../../mgr/types/option_value.ts";
import type { HealthCheck, LogLevel, ProgressEvent } from "../context.ts";
import type { ByDaemon } from "../perf.ts";
import type { ClusterBehind } from "./cluster_behind.ts";
import { perfAnswer, type TestCounter } from "./counters.ts";
import { MemoryData } from "./memory_data.ts";
import { MemoryQueries } from "./memory_queries.ts";
import type { MemoryPermissions } from "./memory_permissions.ts";
import { MonitorSession } from "./monitor_session.ts";
import { OtherOptions } from "./other_options.ts";
import { MemoryRados } from "./memory_rados.ts";
import { RemoteModules } from "./remote_modules.ts";
import { SentCommands } from "./sent_commands.ts";

/** mon_config_key_max_entry_size */
const MAX_VALUE_BYTES = 65_536;

/** Calls that wait for the monitors' answer, and the command that each is. */
const MONITOR_WRITES: Readonly<Record<string, string>> = {
  setOption: "config set",
  setStore: "config-key set",
};

/** Ceph's default. */
const DEBUG_MGR = 2;

/** A line that the module has logged. */
export interface LogLine {
  /** How important it is. */
  readonly level: LogLevel;
  /** The line; of an error with its stack. */
  readonly text: string;
  /** What `getLogger()` was given. */
  readonly logger?: string;
  /** Whether it goes to the manager's log: `log_level` says so, or debug_mgr, which is 2 as by default. */
  readonly written: boolean;
}

/** An entry that the module has written to the cluster log. */
export interface ClusterLogEntry {
  /** "cluster", "audit", or any other. */
  readonly channel: string;
  /** How important it is. */
  readonly priority: string;
  /** The text. */
  readonly message: string;
}

/** Answers one of the calls that read facts: `getServer`, `getMetadata` and others of MgrModule. */
export type Answer = (...args: readonly string[]) => unknown;

/** Calls of modules, without the waiting. */
type Calls = {
  readonly [K in keyof HostSide]?: (
    ...args: Parameters<HostSide[K]>
  ) => Awaited<ReturnType<HostSide[K]>> | ReturnType<HostSide[K]>;
};

/** What the manager and the monitors know. */
export class MemoryHost {
  /** Texts by name: `place`, or `x/place` for one manager. */
  readonly options = new Map<string, string>();
  readonly store = new Map<string, Uint8Array>();
  /** Of other modules: `hello/place`. */
  readonly otherOptions = new OtherOptions();
  /** Levels by device. */
  readonly wearLevels = new Map<string, number>();
  authorize: (args: Readonly<Record<string, string>>) => boolean = () => true;
  readonly data = new MemoryData();
  readonly answers = new Map<string, Answer>();
  readonly log: LogLine[] = [];
  readonly clusterLog: ClusterLogEntry[] = [];
  readonly progress = new Map<string, ProgressEvent>();
  readonly modules = new RemoteModules();
  readonly commands = new SentCommands((need) => this.permissions.allow("sendCommand", need));
  readonly rados = new MemoryRados(() => this.data.osdMap());
  readonly queries = new MemoryQueries();
  readonly monitors = new MonitorSession();
  /** Answers where the test has said nothing. */
  cluster: ClusterBehind | undefined;
  /** A command of the module was answered. */
  commandAnswered: (tag: string) => void = () => {};
  readonly permissions: MemoryPermissions;
  readonly #module: string;
  readonly #mgrId: string;
  readonly #changed: (what: "options" | "store" | "report", key: string) => void;
  #objects = this.rados.client();
  declared: Readonly<Record<string, OptionDeclaration>> = {};
  counters: ByDaemon<TestCounter> = {};
  healthChecks: Readonly<Record<string, HealthCheck>> = {};
  uri = "";
  failure: string | undefined;
  /** What the monitors answer to writes; undefined while they take them. */
  refusal: string | undefined;

  constructor(
    module: string,
    mgrId: string,
    permissions: MemoryPermissions,
    changed: (what: "options" | "store" | "report", key: string) => void,
  ) {
    this.#module = module;
    this.#mgrId = mgrId;
    this.permissions = permissions;
    this.#changed = changed;
    this.data.missing = (name) =>
      void this.log.push({
        level: "error",
        text: `get('${name}'): there is no such data, or none yet`,
        written: true,
      });
  }

  /** `config set mgr mgr/<module>/<name>`, null: `config rm`. Throws with the monitors' words. */
  setOption(name: string, text: string | null): void {
    this.#check();
    if (text === null) this.options.delete(name);
    else {
      // One manager's own: `<mgr id>/<name>`.
      const declared = this.declared[name] ?? this.declared[name.slice(name.indexOf("/") + 1)];
      if (declared === undefined) {
        throw new Error(`unrecognized config option 'mgr/${this.#module}/${name}'`);
      }
      checkAsMonitors(declared, text);
      this.options.set(name, text);
    }
    this.#changed("options", name);
  }

  /** `config-key set mgr/<module>/<key>`, null: `config-key rm`. Throws with the monitors' words. */
  setStore(key: string, value: Uint8Array | null): void {
    this.#check();
    if (value === null) this.store.delete(key);
    else {
      if (value.length > MAX_VALUE_BYTES) {
        throw new Error(
          `error: entry size limited to ${MAX_VALUE_BYTES} bytes. Use 'mon config key max entry size' to manually adjust`,
        );
      }
      this.store.set(key, value.slice());
    }
    this.#changed("store", key);
  }

  /** Options that are set; an empty text is one that is not. */
  get optionTexts(): Pairs<string> {
    return [...this.options].filter(([, text]) => text !== "");
  }

  /** The module has ended: what it reported is not true any more. */
  forget(): void {
    this.healthChecks = {};
    this.progress.clear();
    this.queries.clear();
    this.#objects.end();
    this.uri = "";
    this.failure = undefined;
  }

  /** The module runs: calls of others and notifications reach it. */
  attach(exports: readonly string[], side: ModuleSide): void {
    const call = (method: string, args: Uint8Array): Promise<Uint8Array> => side.remote(method, args);
    this.modules.self = { name: this.#module, exports, call };
    this.#objects = this.rados.client(side, (call, need) => this.permissions.allow(call, need));
  }

  /** What the module has reported and may not report any more is taken back. */
  restrict(): void {
    if (!this.permissions.has("health")) this.healthChecks = {};
    if (!this.permissions.has("uri")) this.uri = "";
    if (!this.permissions.has("progress")) this.progress.clear();
    if (!this.permissions.has("perf_query")) this.queries.clear();
    this.#changed("report", "");
  }

  /** A call of the module. Rejects when there is no such, or when it is refused. */
  async call(name: string, args: readonly unknown[]): Promise<unknown> {
    const method: unknown = Object.hasOwn(this.#side, name) ? Reflect.get(this.#side, name) : undefined;
    if (typeof method !== "function") {
      throw new Error(`Cannot call ${name}(): the test manager does not have it yet`);
    }
    this.permissions.allowCall(name as keyof HostSide, ...args);
    if (Object.hasOwn(MONITOR_WRITES, name)) await this.monitors.reached(MONITOR_WRITES[name]!);
    return await method(...args);
  }

  #check(): void {
    if (this.refusal !== undefined) throw new Error(this.refusal);
  }

  /** Something was told. */
  #report(_: unknown): void {
    this.#changed("report", "");
  }

  /** As the manager tells a module that the monitors refused a write. */
  #write(command: string, key: string, write: () => void): void {
    try {
      write();
    } catch (e) {
      throw new Error(`Cannot ${command} mgr/${key}: ${(e as Error).message}`);
    }
  }

  /** What needs no cluster behind it. */
  readonly #side: Calls = {
    log: (level, text, logger) => this.#report(this.#takeLine(level, text, logger)),
    failed: (message) => this.#report(this.failure ??= message),
    served: () => Promise.resolve(),
    setOption: (option, text, localized) => {
      const name = localized ? `${this.#mgrId}/${option}` : option;
      this.#write(
        text === null ? "config rm" : "config set",
        `${this.#module}/${name}`,
        () => this.setOption(name, text),
      );
    },
    setOptionOf: (module, name, text) => {
      this.#check();
      this.#write(text === null ? "config rm" : "config set", `${module}/${name}`, () => {
        this.otherOptions.set(`${module}/${name}`, text);
      });
    },
    setStore: (key, value) =>
      this.#write(
        value === null ? "config-key rm" : "config-key set",
        `${this.#module}/${key}`,
        () => this.setStore(key, value),
      ),
    read: (name, args) => this.#read(name, args),
    perfColumns: (selection) => this.#perfColumns(selection),
    addPerfQuery: (kind, query) => this.queries.add(kind, query),
    removePerfQuery: (_, id) => this.queries.remove(id),
    perfQueryCounters: (_, id) => this.queries.answer(id),
    setHealthChecks: (checks) => this.#report(this.healthChecks = checkCodes(checks)),
    setUri: (uri) => this.#report(this.uri = uri),
    setProgress: (id, event) =>
      this.#report(event === null ? this.progress.delete(id) : this.progress.set(id, event)),
    clearProgress: () => this.#report(this.progress.clear()),
    clusterLog: (channel, priority, message) =>
      this.#report(this.clusterLog.push({ channel, priority, message })),
    cancel: () => {},
    remote: (_, ...call) => this.modules.call(...call),
    sendCommand: async (_, target, id, text, input, timeoutMs, tag) => {
      const reply = await this.commands.send(target, id, text, input, timeoutMs);
      this.commandAnswered(tag);
      return reply;
    },
    isAuthorized: (_, args) => this.authorize(Object.fromEntries(args)),
    setDeviceWearLevel: (devid, level) => void this.wearLevels.set(devid, level),
    openPool: (...args) => this.#objects.openPool(...args),
    operate: (...args) => this.#objects.operate(...args),
    listObjects: (...args) => this.#objects.listObjects(...args),
    notifyObject: (...args) => this.#objects.notifyObject(...args),
    watch: (...args) => this.#objects.watch(...args),
    unwatch: (...args) => this.#objects.unwatch(...args),
  };

  /** What is known without a cluster, unless the test says otherwise. */
  readonly #facts: Readonly<Record<string, Answer>> = {
    getModuleOptionEx: (module, name) => this.otherOptions.get(`${module}/${name}`),
  };

  #takeLine(level: string, text: string, logger: string | undefined): void {
    const severity = severityOf(level);
    const { toLog, toCluster } = routeOf(severity, this.#logOptions);
    this.log.push({ level: level as LogLevel, text, ...(logger && { logger }), written: toLog });
    const [priority] = Object.entries(LogPrio).find(([, prio]) => prio === severity.priority)!;
    if (toCluster) this.clusterLog.push({ channel: this.#module, priority, message: text });
  }

  readonly #logOptions: LogOptions = {
    option: (name) => this.options.get(name) ?? textOf(this.declared[name]?.default),
    debugLevel: () => DEBUG_MGR,
  };

  #read(name: string, args: readonly string[]): Uint8Array {
    const own = this.answers.get(name) ?? this.#facts[name];
    const answer = own === undefined ? this.cluster?.read(name, args) : { value: own(...args) };
    if (answer === undefined) {
      throw new Error(`Cannot answer ${name}(): say what by TestManager.answer("${name}", ..)`);
    }
    return new TextEncoder().encode(cephJson(answer.value ?? null));
  }

  /** What the test has said goes before the cluster. */
  #perfColumns(selection: PerfSelection): PerfAnswer {
    if (this.cluster === undefined || Object.keys(this.counters).length > 0) {
      return perfAnswer(this.counters, selection);
    }
    return this.cluster.perfColumns(selection);
  }
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** Upstream: Option::parse_value, Option::validate in common/options.cc */
function checkAsMonitors({ type = "str", enumAllowed, min, max }: OptionDeclaration, text: string): void {
  const refuse = (why: string): never => {
    throw new Error(`error parsing value: ${why}`);
  };
  let value: unknown;
  try {
    value = parseOption(type as OptionType, text);
  } catch (e) {
    refuse((e as Error).message);
  }
  if (enumAllowed !== undefined && !enumAllowed.includes(text)) {
    refuse(`'${text}' is not one of the permitted values: ${enumAllowed.join(", ")}`);
  }
  if (min === undefined || max === undefined) return;
  if (Number(value) < Number(min)) refuse(`Value '${text}' is below minimum ${min}`);
  if (Number(value) > Number(max)) refuse(`Value '${text}' exceeds maximum ${max}`);
}

function checkCodes(checks: Readonly<Record<string, HealthCheck>>): Readonly<Record<string, HealthCheck>> {
  for (const code of Object.keys(checks)) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(code)) {
      throw new TypeError(`Cannot take the health checks: ${code}: must look like MY_CHECK`);
    }
  }
  return checks;
}
