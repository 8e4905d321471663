/** A manager in memory for the tests of one module: no Ceph, no process, no network. */

import { commonOptions } from "../../mgr/host/common_options.ts";
import { checkArguments, type CommandValue } from "../../mgr/host/command_signature.ts";
import type { ModuleDescription } from "../../mgr/host/contract.ts";
import type { CallHost } from "../../mgr/host/runner/host_calls.ts";
import { ModuleRunner } from "../../mgr/host/runner/module_runner.ts";
import { decodePlain, encodeArguments } from "../../mgr/host/runner/plain_value.ts";
import type { ATTACH, HealthCheck, ModuleContext, ProgressEvent } from "../context.ts";
import type { DataName, DataTypes } from "../data/mod.ts";
import type { CommandOf, Commands, Options, Scalar } from "../declarations.ts";
import type { NotifyType } from "../module.ts";
import type { ByDaemon } from "../perf.ts";
import type { TestCounter } from "./counters.ts";
import { CALL_TIMEOUT_MS, type ExportsOf, type Remote, remoteObject } from "../remote.ts";
import { settle } from "./fake_time.ts";
import { type Answer, type ClusterLogEntry, type LogLine, MemoryHost } from "./memory_host.ts";
import type { RemoteMethods } from "./remote_modules.ts";
import type { CommandAnswer, SentCommand } from "./sent_commands.ts";

/** What a test waits for comes at once, or something is wrong. */
const PATIENCE_MS = 5_000;
/** The manager has no more patience with a module that stops. */
const SHUTDOWN_MS = 5_000;
const { setTimeout: after, clearTimeout: cancel } = globalThis;

const EIO = -5;
const EINVAL = -22;

/** What a command came to. */
export interface CommandResult {
  /** 0 or a negative errno. */
  readonly retval: number;
  /** Output. */
  readonly stdout: string;
  /** Status line, or what went wrong. */
  readonly stderr: string;
}

/** What is there before the module starts. */
export interface TestSetup {
  /** Name of the module: "test" when it is left out. */
  readonly name?: string;
  /** `x` of mgr.x: "x" when it is left out. */
  readonly mgrId?: string;
  /** Options that are set, as the operator would: `{ place: "Mars", "x/place": "Venus" }`. */
  readonly options?: Readonly<Record<string, Scalar>>;
  /** The module's keys. */
  readonly store?: Readonly<Record<string, string | Uint8Array>>;
  /** Cluster data for `get()`. */
  readonly data?: Partial<DataTypes>;
}

/** What `mod.ts` exports: a class that extends MgrModule. */
export interface ModuleClass {
  /** Makes an instance. */
  new (): { [ATTACH](context: ModuleContext): void };
  /** Its options. */
  readonly MODULE_OPTIONS: Options;
  /** Its commands. */
  readonly COMMANDS: Commands;
  /** What it wants to be told of. */
  readonly NOTIFY_TYPES: readonly NotifyType[];
  /** What other modules may call. */
  readonly EXPORTS: readonly string[];
  /** Of its instances. */
  readonly prototype: object;
}

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
export class TestManager<K extends ModuleClass> implements AsyncDisposable {
  readonly #class: K;
  readonly #name: string;
  readonly #mgrId: string;
  readonly #host: MemoryHost;
  #runner!: ModuleRunner;
  #description!: ModuleDescription;
  #change = Promise.withResolvers<void>();
  #running = false;

  private constructor(Module: K, setup: TestSetup) {
    this.#class = Module;
    this.#name = setup.name ?? "test";
    this.#mgrId = setup.mgrId ?? "x";
    this.#host = new MemoryHost(this.#name, this.#mgrId, (what, key) => this.#changed(what, key));
    this.#host.declared = { ...commonOptions, ...Module.MODULE_OPTIONS };
    for (const [name, value] of Object.entries(setup.options ?? {})) {
      this.#host.setOption(name, String(value));
    }
    for (const [key, value] of Object.entries(setup.store ?? {})) this.#host.setStore(key, bytesOf(value));
    for (const [name, value] of Object.entries(setup.data ?? {})) this.#host.data.set(name, value);
  }

  /**
   * Makes a manager and starts the module in it; resolves when `serve()` has begun. Rejects with what the constructor
   * threw, or when an option of the setup is one that the monitors would not take. Dispose of it in the end.
   */
  static async start<K extends ModuleClass>(Module: K, setup: TestSetup = {}): Promise<TestManager<K>> {
    const manager = new TestManager(Module, setup);
    await manager.#start();
    return manager;
  }

  /** The module itself. */
  get module(): InstanceType<K> {
    return this.#runner.instance as InstanceType<K>;
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
  async send(
    prefix: string,
    args: Readonly<Record<string, unknown>> = {},
    inbuf = "",
  ): Promise<CommandResult> {
    const declared = Object.entries(this.#description.commands).find(([name]) => name === prefix)?.[1];
    if (declared === undefined) return refusal(EINVAL, `No handler found for '${prefix}'`);
    if (this.failure !== undefined) {
      return refusal(
        EIO,
        `Module '${this.#name}' has experienced an error and cannot handle commands: ${this.failure}`,
      );
    }
    try {
      const checked = checkArguments(declared, new Map(Object.entries(args) as [string, CommandValue][]));
      const call = { prefix, args: checked, inbuf: new TextEncoder().encode(inbuf) };
      const [retval, stdout, stderr] = await this.#runner.side.command(call);
      return {
        retval,
        stdout: typeof stdout === "string" ? stdout : new TextDecoder().decode(stdout),
        stderr,
      };
    } catch (e) {
      return refusal(EINVAL, (e as Error).message);
    }
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

  /** Tells the module that something has changed, if it is among its NOTIFY_TYPES. */
  async notify(type: NotifyType, id: unknown): Promise<void> {
    if (this.#class.NOTIFY_TYPES.includes(type)) await this.#runner.side.notify(type, id);
  }

  /** The monitors refuse all writes with this text, until it is undefined again. */
  refuseWrites(text: string | undefined): void {
    this.#host.refusal = text;
  }

  /**
   * Waits until something has come about that the module does: a line of its log, a health check, a key.
   * Rejects after 5 s with `what`.
   */
  async until(what: string, condition: () => boolean): Promise<void> {
    let late = false;
    const timer = after(() => {
      late = true;
      this.#wake();
    }, PATIENCE_MS);
    while (!condition() && !late) await this.#change.promise;
    cancel(timer);
    if (!condition()) {
      throw new Error(`Cannot wait any longer for ${what}: the module has not done it in 5 s`);
    }
  }

  /** Stops the module and starts it anew, as after a failover: options and keys are still there, fields are not. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#start();
  }

  /** Stops the module. Rejects when it takes longer than the manager would wait, or with what `shutdown()` threw. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    const late = Promise.withResolvers<never>();
    const timer = after(
      () =>
        late.reject(
          new Error(
            "Cannot stop the module: serve() or shutdown() goes on after 5 s; does serve() end with its signal?",
          ),
        ),
      SHUTDOWN_MS,
    );
    try {
      await Promise.race([this.#runner.side.shutdown(), late.promise]);
    } finally {
      cancel(timer);
    }
    this.#host.forget();
  }

  /** Stops the module. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #start(): Promise<void> {
    const call = (name: string, ...args: readonly unknown[]): Promise<unknown> => this.#host.call(name, args);
    const exports = { default: this.#class };
    this.#runner = new ModuleRunner(() => Promise.resolve(exports), call as CallHost, {
      data: this.#host.data,
    });
    this.#description = await this.#runner.side.load();
    this.#host.modules.self = {
      name: this.#name,
      exports: this.#description.exports,
      call: (method, args) => this.#runner.side.remote(method, args),
    };
    await this.#runner.side.construct({
      role: "active",
      moduleName: this.#name,
      mgrId: this.#mgrId,
      version: "ceph version 16.2.15 (0) pacific (stable)",
      releaseName: "pacific",
      options: this.#host.optionTexts,
      store: [...this.#host.store],
    });
    this.#running = true;
    await settle();
  }

  #changed(what: "options" | "store" | "report", key: string): void {
    this.#wake();
    if (!this.#running) return;
    const { side } = this.#runner;
    if (what === "options") void side.optionsChanged(this.#host.optionTexts);
    if (what === "store") void side.storeChanged([[key, this.#host.store.get(key) ?? null]]);
  }

  #wake(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}

function bytesOf(value: string | Uint8Array): Uint8Array;
function bytesOf(value: string | Uint8Array | null): Uint8Array | null;
function bytesOf(value: string | Uint8Array | null): Uint8Array | null {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}

function refusal(retval: number, stderr: string): CommandResult {
  return { retval, stdout: "", stderr };
}
