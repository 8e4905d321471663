/** A manager in memory for the tests of one module: no Ceph, no process, no network. */

import { commonOptions } from "../../mgr/host/common_options.ts";
import type { CallHost } from "../../mgr/host/runner/host_calls.ts";
import { decodePlain, encodeArguments } from "../../mgr/host/runner/plain_value.ts";
import type { HealthCheck, ProgressEvent } from "../context.ts";
import type { DataName, DataTypes } from "../data/mod.ts";
import type { CommandOf, Scalar } from "../declarations.ts";
import type { NotifyType } from "../module.ts";
import type { ByDaemon } from "../perf.ts";
import type { PerfQueryRow } from "../perf_query.ts";
import type { ClusterSeat } from "./cluster/cluster_seat.ts";
import type { TestCounter } from "./counters.ts";
import { CALL_TIMEOUT_MS, type ExportsOf, type Remote, remoteObject } from "../remote.ts";
import { settle } from "./fake_time.ts";
import { askInstance } from "./ask_instance.ts";
import { Instance } from "./instance.ts";
import { bytesOf, joinCluster, prepareHost } from "./prepare_host.ts";
import { Changes } from "./changes.ts";
import { type Recording, recordingSetup } from "./recording.ts";
import type { TestQuery } from "./memory_queries.ts";
import { type Answer, type ClusterLogEntry, type LogLine, MemoryHost } from "./memory_host.ts";
import { MemoryPermissions, type Refusal } from "./memory_permissions.ts";
import type { Rados } from "../rados/io_context.ts";
import type { TestPool } from "./memory_rados.ts";
import { permittedReader } from "./permitted_reader.ts";
import type { RemoteMethods } from "./remote_modules.ts";
import type { CommandAnswer, SentCommand } from "./sent_commands.ts";
import type {
  CommandResult,
  ModuleClass,
  Role,
  StandbyClass,
  StandbySetup,
  TestSetup,
} from "./test_setup.ts";

/** What a manager without a cluster says it is. */
const VERSION = "ceph version 16.2.15 (0) pacific (stable)";

/**
 * One module, started as the manager starts it, and the world around it. What the module's methods do here is what
 * they do in the manager: the code between them and this memory is the manager's own.
 *
 * @example
 * ```ts
 * import { commands, type HandleCommandResult, MgrModule, options } from "@ganglion/sdk";
 * import { TestManager } from "@ganglion/sdk/testing";
 *
 * const OPTIONS = options({ place: { type: "str", default: "world" } });
 * const COMMANDS = commands({ greet: { desc: "Greets", perm: "r" } });
 *
 * class Greeter extends MgrModule<typeof OPTIONS, typeof COMMANDS> {
 *   static override readonly MODULE_OPTIONS = OPTIONS;
 *   static override readonly COMMANDS = COMMANDS;
 *   override handleCommand(): HandleCommandResult {
 *     return [0, `Hello, ${this.getModuleOption("place")}`, ""];
 *   }
 * }
 *
 * await using manager = await TestManager.start(Greeter);
 * await manager.setOption("place", "Mars");
 * const { stdout } = await manager.command({ prefix: "greet" });
 * if (stdout !== "Hello, Mars") throw new Error(stdout);
 * ```
 */
export class TestManager<K extends ModuleClass, S extends StandbyClass = StandbyClass>
  implements AsyncDisposable {
  readonly #class: K;
  readonly #standby: S | undefined;
  readonly #name: string;
  readonly #mgrId: string;
  readonly #host: MemoryHost;
  readonly #seat: ClusterSeat | undefined;
  readonly #version: string;
  #role: Role = "active";
  #instance: Instance | undefined;
  readonly #changes = new Changes();

  private constructor(Module: K, setup: TestSetup & Partial<StandbySetup<S>>) {
    this.#class = Module;
    this.#standby = setup.standby;
    this.#role = setup.role ?? "active";
    this.#name = setup.name ?? "test";
    this.#mgrId = setup.mgrId ?? "x";
    const permissions = new MemoryPermissions(this.#name, setup.permissions);
    this.#host = new MemoryHost(this.#name, this.#mgrId, permissions, this.#changed.bind(this));
    this.#host.commandAnswered = (tag) => void this.notify("command", tag);
    this.#host.declared = { ...commonOptions, ...Module.MODULE_OPTIONS };
    prepareHost(this.#host, setup);
    this.#version = setup.cluster?.version ?? VERSION;
    const own = { name: this.#name, mgrId: this.#mgrId };
    this.#seat = joinCluster(this.#host, setup.cluster, own, (type, id) => this.notify(type, id));
  }

  /**
   * Makes a manager and starts the module in it; resolves when `serve()` has begun. Rejects with what the constructor
   * threw, or when an option of the setup is one that the monitors would not take. Dispose of it in the end.
   */
  static start<K extends ModuleClass, S extends StandbyClass>(
    Module: K,
    setup: StandbySetup<S>,
  ): Promise<TestManager<K, S>>;
  /** The same for a module that does nothing while its manager stands by. */
  static start<K extends ModuleClass>(Module: K, setup?: TestSetup): Promise<TestManager<K>>;
  static async start<K extends ModuleClass, S extends StandbyClass>(
    Module: K,
    setup: TestSetup & Partial<StandbySetup<S>> = {},
  ): Promise<TestManager<K, S>> {
    const manager = new TestManager<K, S>(Module, setup);
    await manager.#start();
    return manager;
  }

  /**
   * Starts the module as if it ran in the cluster of a recording, which is one or the path of one's file. It has the
   * options and keys that were recorded, and those of `setup`. Rejects when the file cannot be read.
   */
  static async replay<K extends ModuleClass>(
    Module: K,
    recording: string | URL | Recording,
    setup: Omit<TestSetup, "cluster"> = {},
  ): Promise<TestManager<K>> {
    return await TestManager.start(Module, await recordingSetup(recording, setup));
  }

  /** The module itself. Throws while it does not run: the manager stands by, or it was stopped. */
  get module(): InstanceType<K> {
    return this.#running("active").value as InstanceType<K>;
  }

  /** What runs while the manager stands by. Throws when it does not. */
  get standby(): InstanceType<S> {
    return this.#running("standby").value as InstanceType<S>;
  }

  /** What the manager is now. */
  get role(): Role {
    return this.#role;
  }

  /** What the module has logged, the oldest line first. */
  get log(): readonly LogLine[] {
    return this.#host.log;
  }

  /** What it has written to the cluster log. */
  get clusterLog(): readonly ClusterLogEntry[] {
    return this.#host.clusterLog;
  }

  /** Its health checks, by code. */
  get healthChecks(): Readonly<Record<string, HealthCheck>> {
    return this.#host.healthChecks;
  }

  /** Its progress events, by id. */
  get progressEvents(): ReadonlyMap<string, ProgressEvent> {
    return this.#host.progress;
  }

  /** Where it serves; "" when it does not. */
  get uri(): string {
    return this.#host.uri;
  }

  /** Why it has failed: what `serve()` threw. Undefined while it has not. */
  get failure(): string | undefined {
    return this.#host.failure;
  }

  /** Options that are set, as text: `place`, and `x/place` for one manager. */
  get options(): ReadonlyMap<string, string> {
    return this.#host.options;
  }

  /** Its keys and their values as text. */
  get store(): ReadonlyMap<string, string> {
    const decoder = new TextDecoder();
    return new Map([...this.#host.store].map(([key, value]) => [key, decoder.decode(value)]));
  }

  /** Carries out a command; its arguments are checked as the manager does. */
  command(cmd: CommandOf<K["COMMANDS"]>, inbuf = ""): Promise<CommandResult> {
    const { prefix, ...args }: { readonly prefix: string } = cmd;
    return this.send(prefix, args, inbuf);
  }

  /** The same for what the types do not allow: a client may send anything. */
  send(prefix: string, args: Readonly<Record<string, unknown>> = {}, inbuf = ""): Promise<CommandResult> {
    const question = { module: this.#name, failure: this.failure, prefix, args, inbuf };
    return askInstance(this.#running("active"), question);
  }

  /**
   * `ceph config set mgr mgr/<module>/<name> <value>`, null is `config rm`; `x/<name>` is for one manager alone.
   * Rejects with the monitors' words when they would refuse it. Resolves after `configNotify()`.
   */
  async setOption(name: string, value: Scalar | null): Promise<void> {
    this.#host.setOption(name, value === null ? null : String(value));
    await settle();
  }

  /** `ceph config-key set mgr/<module>/<key> <value>`, null is `config-key rm`: somebody else writes. */
  async setStore(key: string, value: string | Uint8Array | null): Promise<void> {
    this.#host.setStore(key, bytesOf(value));
    await settle();
  }

  /** What `get(name)` answers from now on; undefined: nothing. A module that changes it gets a TypeError. */
  setData<N extends DataName>(name: N, value: DataTypes[N] | undefined): void {
    this.#host.data.set(name, value);
  }

  /** What a call that reads facts answers from now on: `answer("getServer", (hostname) => ..)`. */
  answer(call: string, answer: Answer): void {
    this.#host.answers.set(call, answer);
  }

  /**
   * The OSDMap from now on, as `ceph osd getmap -o FILE` writes it: for `getOsdmap()` and for the names of `get()` that
   * are made of it. Throws when it does not decode.
   */
  setOsdmap(bytes: Uint8Array): void {
    this.#host.data.setOsdMap(bytes);
  }

  /** The counters of daemons from now on: `{"osd.0": {"osd.op": {value: 7}}}`. */
  setCounters(counters: ByDaemon<TestCounter>): void {
    this.#host.counters = counters;
  }

  /** Commands that the module has sent to monitors and daemons, the oldest first. */
  get sentCommands(): readonly SentCommand[] {
    return this.#host.commands.sent;
  }

  /**
   * What a command that the module sends answers from now on: `answerCommand("osd tree", { stdout: "{}" })`. One of
   * which nothing is said rejects.
   */
  answerCommand(prefix: string, answer: CommandAnswer): void {
    this.#host.commands.answer(prefix, answer);
  }

  /** Makes a pool for `this.rados` of the module; those of the cluster are there already. */
  addPool(name: string, pool: TestPool = {}): void {
    this.#host.rados.addPool(name, pool);
  }

  /** The pools and their objects, as another client sees them. */
  get rados(): Rados {
    return this.#host.rados.forTest();
  }

  /** Another module from now on, by what it exports; undefined: it is not enabled. */
  setRemote(module: string, methods: RemoteMethods | undefined): void {
    this.#host.modules.set(module, methods);
  }

  /** The module as other modules see it: calls of what it exports. */
  remote(): Remote<ExportsOf<K>> {
    return remoteObject(async (method, args) => {
      const bytes = encodeArguments(args);
      return decodePlain(await this.#host.modules.call(this.#name, method, bytes, CALL_TIMEOUT_MS));
    });
  }

  /** Perf queries that the module has added, by id. */
  get perfQueries(): ReadonlyMap<number, TestQuery> {
    return this.#host.queries.running;
  }

  /** What daemons have counted for a query. Throws for one that does not run. */
  setPerfQueryRows(id: number, rows: readonly PerfQueryRow[]): void {
    this.#host.queries.setRows(id, rows);
  }

  /** Tells the module that something has changed, if it is among its NOTIFY_TYPES. */
  async notify(type: NotifyType, id: unknown): Promise<void> {
    if (this.#instance === undefined || this.#role === "standby") return;
    if (this.#class.NOTIFY_TYPES.includes(type)) await this.#instance.side.notify(type, id);
  }

  /** Calls that the module has no permission for, the oldest first; none without `permissions` of the setup. */
  get refusals(): readonly Refusal[] {
    return this.#host.permissions.refusals;
  }

  /** `ceph module permissions grant <module> <text>`. Throws unless it was started with `permissions`. */
  grant(text: string): void {
    this.#host.permissions.grant(text);
  }

  /** `.. revoke <module> <text>`: what it has reported by it is gone. Throws for one that it does not have. */
  revoke(text: string): void {
    this.#host.permissions.revoke(text);
    this.#host.restrict();
  }

  /** The monitors refuse all writes with this text, until it is undefined again. */
  refuseWrites(text: string | undefined): void {
    this.#host.refusal = text;
  }

  /**
   * Waits until something has come about that the module does: a line of its log, a health check, a key.
   * Rejects after 5 s with `what`.
   */
  until(what: string, condition: () => boolean): Promise<void> {
    return this.#changes.until(what, condition);
  }

  /** Stops the module and starts it anew, as after a failover: options and keys are still there, fields are not. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#start();
  }

  /**
   * Another manager becomes active, and this one stands by: the module ends, and its standby class runs if it has one.
   * Options and keys are the cluster's: they stay.
   */
  failover(): Promise<void> {
    return this.#become("standby");
  }

  /** This manager becomes active again: what stood by ends, the module starts anew. */
  takeOver(): Promise<void> {
    return this.#become("active");
  }

  /** Stops the module. Rejects when it takes longer than the manager would wait, or with what `shutdown()` threw. */
  async stop(): Promise<void> {
    const instance = this.#instance;
    if (instance === undefined) return;
    this.#instance = undefined;
    try {
      await instance.stop();
    } finally {
      this.#host.forget();
      this.#seat?.reports({}, "");
    }
  }

  /** Stops the module. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #become(role: Role): Promise<void> {
    if (role === this.#role) return;
    await this.stop();
    this.#role = role;
    await this.#start();
  }

  async #start(): Promise<void> {
    this.#seat?.take(this.#role);
    const hasClass = this.#role === "active" || this.#standby !== undefined;
    if (hasClass) this.#instance = await this.#makeInstance();
    await settle();
  }

  async #makeInstance(): Promise<Instance> {
    const call = (name: string, ...args: readonly unknown[]): Promise<unknown> => this.#host.call(name, args);
    const exports = { default: this.#class, ...(this.#standby && { Standby: this.#standby }) };
    const state = {
      role: this.#role,
      moduleName: this.#name,
      mgrId: this.#mgrId,
      version: this.#version,
      releaseName: "pacific",
      options: this.#host.optionTexts,
      store: [...this.#host.store],
    };
    const { data, permissions } = this.#host;
    const instance = await Instance.load(exports, call as CallHost, permittedReader(data, permissions));
    this.#host.attach(instance.description.exports, instance.side);
    await instance.construct(state);
    return instance;
  }

  #running(role: Role): Instance {
    if (this.#instance !== undefined && this.#role === role) return this.#instance;
    const why = this.#role === role
      ? "it was stopped, or has no class for this"
      : `its manager is ${this.#role}`;
    throw new Error(`Cannot reach the module: ${why}`);
  }

  #changed(what: "options" | "store" | "report", key: string): void {
    this.#changes.wake();
    if (this.#instance === undefined) return;
    const { side } = this.#instance;
    if (what === "options") void side.optionsChanged(this.#host.optionTexts);
    if (what === "store") void side.storeChanged([[key, this.#host.store.get(key) ?? null]]);
    if (what === "report") this.#seat?.reports(this.healthChecks, this.uri);
  }
}
