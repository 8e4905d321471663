/** A module in its process: imported, described, constructed, served. */

import { AccessDeniedError, ATTACH } from "@ganglion/sdk";
import {
  type Ability,
  type CommandAnswer,
  type CommandCall,
  CONTRACT_VERSION,
  type InstanceState,
  MAX_LOG_CHARS,
  type ModuleDescription,
  type ModuleSide,
} from "../contract.ts";
import { commonOptions } from "../common_options.ts";
import { type ModuleClass, type ModuleExports, readDescription, readExports } from "./module_class.ts";
import type { DataReader } from "./cluster_reader.ts";
import { type CallHost, logTo, stackOf } from "./host_calls.ts";
import { InstanceContext } from "./instance_context.ts";
import { decodeArguments, encodePlain } from "./plain_value.ts";
import { placedMessage } from "./source_position.ts";

const EACCES = -13;
const EINVAL = -22;
/** Ours: a test may have put its own timers in the place of the real ones. */
const { setTimeout } = globalThis;
/** A longer output goes to the host as bytes, which it need not look into. */
const LONG_CHARS = 4096;

/** What the runner calls of an instance; the SDK's classes have all of it. */
interface Instance {
  [ATTACH](context: InstanceContext): void;
  serve?(signal: AbortSignal): unknown;
  shutdown?(): unknown;
  handleCommand?(inbuf: string, cmd: unknown): unknown;
  notify?(type: string, id: unknown): unknown;
  configNotify?(): unknown;
}

/** Answers the host. */
export class ModuleRunner {
  readonly #import: () => Promise<Readonly<Record<string, unknown>>>;
  readonly #host: CallHost;
  readonly #data: DataReader | undefined;
  /** URL of the author's files, with a slash at its end. */
  readonly #source: string | undefined;
  readonly #stop = new AbortController();
  #exports: ModuleExports | undefined;
  #instance: Instance | undefined;
  #context: InstanceContext | undefined;
  #served: Promise<void> = Promise.resolve();

  /**
   * `load` imports the author's code, whose files are below `source`; cluster data come from the host, unless there is
   * another `data`.
   */
  constructor(
    load: () => Promise<Readonly<Record<string, unknown>>>,
    host: CallHost,
    { data, source }: { readonly data?: DataReader; readonly source?: string } = {},
  ) {
    this.#import = load;
    this.#data = data;
    this.#source = source;
    this.#host = host;
  }

  /** What the host may call. */
  readonly side: ModuleSide = {
    hello: () => Promise.resolve(CONTRACT_VERSION),
    load: () => this.#logged(() => this.#load()),
    canRun: () => this.#logged(() => this.#canRun()),
    construct: (state) => this.#logged(() => this.#construct(state)),
    command: (call) => this.#command(call),
    remote: (method, args) => this.#remote(method, args),
    shutdown: () => this.#shutdown(),
    ping: () => Promise.resolve(),
    notify: (type, id) => this.#quietly("notify", () => this.#instance?.notify?.(type, id)),
    optionsChanged: (options) => {
      this.#context?.optionsChanged(options);
      return this.#quietly("configNotify", () => this.#instance?.configNotify?.());
    },
    storeChanged: (changes) => Promise.resolve(this.#context?.storeChanged(changes)),
    dataChanged: (sources) => Promise.resolve(this.#context?.dataChanged(sources)),
    notified: (...notification) => this.#notified(notification),
    watchChanged: (...change) =>
      this.#quietly("watch handler", () => this.#context?.rados.watchChanged(...change)),
  };

  /** What was constructed, an object of the author's class; undefined before. */
  get instance(): unknown {
    return this.#instance;
  }

  /** Something that nobody waits for threw. */
  failed(error: unknown): void {
    logTo(this.#host, "error", stackOf(error));
    if (!this.#stop.signal.aborted) void this.#host("failed", this.#messageOf(error));
  }

  async #load(): Promise<ModuleDescription> {
    this.#exports = readExports(await this.#import());
    return readDescription(this.#exports);
  }

  async #canRun(): Promise<Ability> {
    const [can, reason] = await this.#loaded.active.canRun!();
    return { can: can === true, reason: String(reason ?? "") };
  }

  get #loaded(): ModuleExports {
    if (this.#exports === undefined) throw new Error("Cannot go on: the module is not loaded");
    return this.#exports;
  }

  #construct(state: InstanceState): Promise<void> {
    const { active, standby } = this.#loaded;
    const chosen: ModuleClass = state.role === "active" ? active : standby!;
    const declared = { ...commonOptions, ...chosen.MODULE_OPTIONS ?? active.MODULE_OPTIONS };
    this.#context = new InstanceContext(declared, state, this.#host, this.#data);
    const instance = new chosen() as Instance;
    instance[ATTACH](this.#context);
    this.#instance = instance;
    this.#served = this.#serve(instance);
    return Promise.resolve();
  }

  /** Begins once the host has been told that the instance stands: serve() may keep the processor for long. */
  async #serve(instance: Instance): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    try {
      await instance.serve?.(this.#stop.signal);
      void this.#host("served");
    } catch (error) {
      this.failed(error);
    }
  }

  async #command({ id, prefix, args, inbuf }: CommandCall): Promise<CommandAnswer> {
    try {
      const text = new TextDecoder().decode(inbuf);
      const cmd = { ...args, prefix };
      this.#context?.commandBegins(cmd, id);
      const answer = await this.#instance?.handleCommand?.(text, cmd);
      return checkAnswer(answer, prefix);
    } catch (error) {
      if (error instanceof AccessDeniedError) return [EACCES, "", error.message];
      logTo(this.#host, "error", stackOf(error));
      return [EINVAL, "", stackOf(error)];
    }
  }

  /** The host has seen that it is exported; a process that lies to it harms nobody but itself. */
  async #remote(method: string, args: Uint8Array): Promise<Uint8Array> {
    const called: unknown = Reflect.get(this.#instance ?? {}, method);
    if (!this.#loaded.active.EXPORTS?.includes(method) || typeof called !== "function") {
      throw new TypeError(`Cannot call ${method}: the module exports it, but has no such method`);
    }
    return encodePlain(await Reflect.apply(called, this.#instance, decodeArguments(args)));
  }

  async #notified(notification: Parameters<ModuleSide["notified"]>): Promise<Uint8Array> {
    if (this.#context === undefined) throw new Error("the module does not serve");
    return await this.#logged(() => this.#context!.rados.notified(...notification));
  }

  async #shutdown(): Promise<void> {
    this.#stop.abort(new Error("the module is being stopped"));
    await this.#instance?.shutdown?.();
    await this.#served;
  }

  /** The host is told the message and its place; the stack is for the log. */
  async #logged<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      logTo(this.#host, "error", stackOf(error));
      throw new Error(this.#messageOf(error), { cause: error });
    }
  }

  #messageOf(error: unknown): string {
    return placedMessage(error, this.#source).slice(0, MAX_LOG_CHARS);
  }

  /** What a notification throws is the module's to mend: it goes on. */
  async #quietly(what: string, run: () => unknown): Promise<void> {
    try {
      await run();
    } catch (error) {
      logTo(this.#host, "error", `${what}() threw: ${stackOf(error)}`);
    }
  }
}

function checkAnswer(answer: unknown, prefix: string): CommandAnswer {
  if (Array.isArray(answer)) {
    const [retval, stdout, stderr] = answer;
    if (Number.isInteger(retval) && typeof stdout === "string" && typeof stderr === "string") {
      return [retval, stdout.length < LONG_CHARS ? stdout : new TextEncoder().encode(stdout), stderr];
    }
  }
  throw new TypeError(
    `Cannot answer '${prefix}': handleCommand() returned ${
      Deno.inspect(answer)
    }, not [number, string, string]`,
  );
}
