/** The classes that module authors extend. */

import type { ClusterLogPriority, HealthCheck } from "./context.ts";
import {
  checkReply,
  type CommandOptions,
  type CommandReply,
  type CommandTarget,
  type CommandWords,
} from "./command.ts";
import type { CommandOf, Commands, Options, Scalar, ValueOfOption } from "./declarations.ts";
import type { OSDMap } from "./osd_map.ts";
import type { MdsPerfMetrics, MdsPerfQuery, PerfQuery, PerfQueryRow } from "./perf_query.ts";
import { AccessDeniedError, NotSupportedError } from "./errors.ts";
import { Rados } from "./rados/io_context.ts";
import { ModuleFacts } from "./module_facts.ts";
import { type CallOptions, type Remote, remoteObject } from "./remote.ts";

/** What a command answers: 0 or a negative errno, what goes to stdout, what goes to stderr. */
export type HandleCommandResult = readonly [retval: number, stdout: string, stderr: string];

/** Methods that answer commands, by prefix; each gets the arguments of its own command. */
export type CommandHandlers<C extends Commands> = {
  readonly [P in keyof C & string]?: (
    cmd: Extract<CommandOf<C>, { readonly prefix: P }>,
    inbuf: string,
  ) => HandleCommandResult | Promise<HandleCommandResult>;
};

/** Values of keys; null removes one. */
export type StoreChanges = Readonly<Record<string, string | Uint8Array | null>>;

/** Writes of one batch that are under way at the same time: the monitors take them one after the other anyway. */
const MAX_BATCH_WRITES = 16;

/** What `notify()` is told of. */
export type NotifyType =
  | "mon_map"
  | "pg_summary"
  | "health"
  | "mon_status"
  | "clog"
  | "osd_map"
  | "fs_map"
  | "service_map"
  | "perf_schema_update"
  | "command";

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
  extends ModuleFacts<O> {
  /** The options of this module. */
  static readonly MODULE_OPTIONS: Options = {};
  /** The commands of this module. */
  static readonly COMMANDS: Commands = {};
  /** What `notify()` wants to be told of; nothing else is delivered. */
  static readonly NOTIFY_TYPES: readonly NotifyType[] = [];
  /** Names of the methods that other modules may call by `remote()`. */
  static readonly EXPORTS: readonly string[] = [];

  /** Whether this module can work on this machine, and if not why. Asked before it is enabled. */
  static canRun(): [can: boolean, reason: string] | Promise<[can: boolean, reason: string]> {
    return [true, ""];
  }

  /** Runs while the module is enabled; `signal` aborts when it should end. To return early is fine, to throw is to fail. */
  serve(_signal: AbortSignal): void | Promise<void> {}

  /** What answers the commands of COMMANDS, by prefix; a module may have handleCommand() instead. */
  protected readonly commandHandlers: CommandHandlers<C> = {};

  /** Answers a command of COMMANDS. Several may be answered at the same time. Throwing answers EINVAL with the text. */
  handleCommand(inbuf: string, cmd: CommandOf<C>): HandleCommandResult | Promise<HandleCommandResult> {
    const handlers: Readonly<Record<string, ((cmd: never, inbuf: string) => unknown) | undefined>> =
      this.commandHandlers;
    const handler = Object.hasOwn(handlers, cmd.prefix) ? handlers[cmd.prefix] : undefined;
    if (handler === undefined) return [-22, "", `Module does not handle command '${cmd.prefix}'`];
    return Reflect.apply(handler, this, [cmd, inbuf]);
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

  /**
   * An option of another module, in the type that it declares; `otherwise` when it is not set, or there is none: what
   * the other module has as its default is not known here. Options of this module as by getModuleOption(). Needs the
   * permission `option read MODULE NAME`.
   */
  async getModuleOptionEx(module: string, name: string): Promise<Scalar | undefined>;
  /** The same with a value for when it is not set. */
  async getModuleOptionEx<D extends Scalar | null>(
    module: string,
    name: string,
    otherwise: D,
  ): Promise<Scalar | D>;
  async getModuleOptionEx(module: string, name: string, otherwise?: Scalar | null): Promise<unknown> {
    const context = this.active("getModuleOptionEx()");
    if (module === this.getModuleName()) return context.option(name, false) ?? otherwise;
    return await context.read<Scalar | null>("getModuleOptionEx", module, name) ?? otherwise;
  }

  /**
   * Sets an option of another module; null goes back to its default. Rejects with the monitors' text. Needs the permission
   * `option write MODULE NAME`.
   */
  setModuleOptionEx(module: string, name: string, value: Scalar | null): Promise<void> {
    if (module === this.getModuleName()) return this.setOption(name, value, false);
    return this.active("setModuleOptionEx()").setOptionOf(module, name, value);
  }

  /**
   * Whether the caps of the client that gave the command allow it to be done with these arguments: those of grants like
   * `allow module NAME with pool=rbd rw`. `cmd` is what handleCommand() was given; it holds until that has answered.
   */
  isAuthorized(cmd: object, args: Readonly<Record<string, string>>): Promise<boolean> {
    return this.active("isAuthorized()").isAuthorized(cmd, args);
  }

  /** The same as a check: rejects with AccessDeniedError, which handleCommand() may let pass. */
  async authorizeCaller(cmd: object, args: Readonly<Record<string, string>>): Promise<void> {
    if (await this.isAuthorized(cmd, args)) return;
    throw new AccessDeniedError(
      `Cannot do that for this client: its caps do not allow ${JSON.stringify(args)}`,
    );
  }

  /** Says how worn a device is, from 0 to 1; below 0: unknown. `ceph device ls` shows it. */
  setDeviceWearLevel(devid: string, level: number): Promise<void> {
    return this.active("setDeviceWearLevel()").setDeviceWearLevel(devid, level);
  }

  /** Stores a text or bytes under a key of this module; null removes it. */
  setStore(key: string, value: string | Uint8Array | null): Promise<void> {
    return this.putStore(key, value);
  }

  /**
   * Stores values of several keys. Resolves when the monitors have all of them. The keys are independent: when some are
   * refused the others are stored all the same, and it rejects with an AggregateError that names them.
   */
  async setStores(changes: StoreChanges): Promise<void> {
    const left = Object.entries(changes).values();
    const errors: Error[] = [];
    const write = async (): Promise<void> => {
      for (const [key, value] of left) {
        await this.putStore(key, value).catch((cause: unknown) =>
          errors.push(
            new Error(`Cannot store '${key}': ${cause instanceof Error ? cause.message : cause}`, { cause }),
          )
        );
      }
    };
    await Promise.all(Array.from({ length: MAX_BATCH_WRITES }, write));
    if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join("; "));
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

  /**
   * The newest OSDMap as an object that answers questions. It is fetched once and then kept up to date by its
   * increments; mapping and balancing run in this process.
   */
  async getOsdmap(): Promise<OSDMap> {
    const map = await this.active("getOsdmap()").osdMap();
    if (map === undefined) {
      throw new Error("Cannot answer getOsdmap(): the manager has no OSDMap yet; try again later");
    }
    return map;
  }

  /**
   * Shows that something takes its time: adds an event, or replaces the one of that id. It ends with
   * completeProgressEvent(), or with the module.
   */
  updateProgressEvent(id: string, message: string, progress: number, addToCephS = false): Promise<void> {
    return this.active("updateProgressEvent()").setProgress(id, { message, progress, addToCephS });
  }

  /** The event of that id is over; one that is not there does no harm. */
  completeProgressEvent(id: string): Promise<void> {
    return this.active("completeProgressEvent()").setProgress(id, null);
  }

  /** All events of this module are over. */
  clearAllProgressEvents(): Promise<void> {
    return this.active("clearAllProgressEvents()").clearProgress();
  }

  /**
   * Asks all OSDs to count operations from now on, and answers with an id. Rejects with what is wrong with the query.
   * The query ends with removeOsdPerfQuery(), or with the module.
   */
  addOsdPerfQuery(query: PerfQuery): Promise<number> {
    return this.active("addOsdPerfQuery()").addPerfQuery("osd", query);
  }

  /** What was counted since the last call, of all OSDs. */
  async getOsdPerfCounters(id: number): Promise<readonly PerfQueryRow[]> {
    return (await this.active("getOsdPerfCounters()").perfQueryCounters("osd", id)).rows;
  }

  /** OSDs count no longer. */
  removeOsdPerfQuery(id: number): Promise<void> {
    return this.active("removeOsdPerfQuery()").removePerfQuery("osd", id);
  }

  /** As addOsdPerfQuery, of the MDSs: rank 0 of each file system answers for all ranks. */
  addMdsPerfQuery(query: MdsPerfQuery): Promise<number> {
    return this.active("addMdsPerfQuery()").addPerfQuery("mds", query);
  }

  /** What the MDSs have told last. */
  getMdsPerfCounters(id: number): Promise<MdsPerfMetrics> {
    return this.active("getMdsPerfCounters()").perfQueryCounters("mds", id);
  }

  /** MDSs tell no longer. */
  removeMdsPerfQuery(id: number): Promise<void> {
    return this.active("removeMdsPerfQuery()").removePerfQuery("mds", id);
  }

  /**
   * Another module, by what it exports: `await this.remote<GreeterExports>("greeter").greet("Mars")`. Arguments and
   * results are copied: plain data, no more than 16 MiB. Calls reject with ModuleNotFoundError when the module is not
   * enabled, with MethodNotFoundError when it does not export that, and with RemoteError when the method throws.
   */
  remote<E extends object>(module: string, options?: CallOptions): Remote<E>;
  /** Calls one method, without types. */
  remote(module: string, method: string, ...args: readonly unknown[]): Promise<unknown>;
  remote(module: string, what: string | CallOptions = {}, ...args: readonly unknown[]): unknown {
    const context = this.active("remote()");
    if (typeof what === "string") return context.remote(module, what, args, {});
    return remoteObject((method, args) => context.remote(module, method, args, what));
  }

  /** Objects of the cluster: `const pool = await this.rados.openPool("rbd")`. */
  get rados(): Rados {
    return new Rados(this.active("rados").rados);
  }

  /** CephFS is not supported yet. */
  get cephfs(): never {
    throw new NotSupportedError("Cannot use cephfs: this manager has no client for CephFS yet");
  }

  /**
   * Sends a command and answers with what its target says, errors too: to `mon` by name or rank, or "" for the quorum;
   * to `osd` by number; to `pg` for the OSD that serves it; to `mds` by name, rank, `filesystem:rank`, gid or `*`; to
   * `mgr` by name. Rejects with TimedOutError when there is no answer: it may have been carried out all the same.
   */
  sendCommand(
    target: CommandTarget,
    id: string | number,
    command: CommandWords,
    options: CommandOptions = {},
  ): Promise<CommandReply> {
    return this.active("sendCommand()").sendCommand(target, String(id), command, options);
  }

  /** A command of the monitors. When it is answered, `get()` knows the OSDMap that it made. */
  monCommand(command: CommandWords, options: CommandOptions = {}): Promise<CommandReply> {
    return this.active("monCommand()").sendCommand("mon", "", command, options);
  }

  /** The same; rejects with CommandError when the monitors refuse it. */
  async checkMonCommand(command: CommandWords, options: CommandOptions = {}): Promise<CommandReply> {
    return checkReply(command, await this.monCommand(command, options));
  }

  /** A command of one OSD. */
  osdCommand(osd: number, command: CommandWords, options: CommandOptions = {}): Promise<CommandReply> {
    return this.active("osdCommand()").sendCommand("osd", String(osd), command, options);
  }

  /** `ceph tell osd.0 ..`: a command of the daemon of that name. */
  tell(
    daemon: `${CommandTarget}.${string}`,
    command: CommandWords,
    options: CommandOptions = {},
  ): Promise<CommandReply> {
    const dot = daemon.indexOf(".");
    const target = daemon.slice(0, dot) as CommandTarget;
    return this.active("tell()").sendCommand(target, daemon.slice(dot + 1), command, options);
  }

  /** Writes to the cluster log. */
  clusterLog(channel: string, priority: ClusterLogPriority, message: string): Promise<void> {
    return this.active("clusterLog()").clusterLog(channel, priority, message);
  }
}
