/** One process of a module: started in its sandbox, spoken to over its socket, ended for certain. */

import { atMost, type Clock, type Timer } from "../time/clock.ts";
import { writeError } from "./call_errors.ts";
import {
  CONTRACT_VERSION,
  type HostSide,
  MAX_HOST_ENVELOPE_BYTES,
  type ModuleDescription,
  type ModuleSide,
} from "./contract.ts";
import { parseDescription } from "./description.ts";
import type { HeldData } from "./held_data.ts";
import { HostTime } from "./host_time.ts";
import { LineReader } from "./line_reader.ts";
import {
  type ArgsOf,
  type ResultOf,
  RpcClosedError,
  RpcFaultError,
  RpcPeer,
  type RpcTraffic,
} from "./rpc.ts";
import type { SandboxCommand } from "./sandbox.ts";

/** From the start of the process until it has said hello: a cold cache compiles the SDK first. */
export const HELLO_TIMEOUT_MS = 10_000;
/** Importing the author's code, with packages. */
export const LOAD_TIMEOUT_MS = 10_000;
/** How often a process is asked whether it still answers. */
const PING_INTERVAL_MS = 10_000;
/** How often its memory is looked at: what it may take meanwhile has another limit, in sandbox.ts. */
const MEMORY_INTERVAL_MS = 1_000;
/** A process that does not answer a ping for so long is in an endless loop. */
export const HANG_TIMEOUT_MS = 60_000;
/** A process that has closed its connection is about to end. */
const LOST_GRACE_MS = 1_000;
/** The last words of a process come with its end, or a moment later. */
const STDERR_GRACE_MS = 200;
const KIB = 1024;

/** What one process may take. */
export interface ProcessLimits {
  /** Its arrays and buffers are outside of the heap, and counted by the other limit. */
  readonly heapMib: number;
  /** Resident memory, heap and all else; more is an end. */
  readonly memoryMib: number;
  /** Calls of ours that are unanswered. */
  readonly calls: number;
  /** Of one message without the bytes that it carries. */
  readonly messageBytes: number;
}

/** What it is started with. */
export interface ProcessSpec {
  readonly command: SandboxCommand;
  readonly socket: string;
  readonly clock: Clock;
  readonly limits: ProcessLimits;
  /** When it aborts, nothing is wanted of any process any more. */
  readonly signal: AbortSignal;
  /** What the module may call. */
  readonly host: HostSide;
  /** What it holds of the cluster's data, as `host` answers. */
  readonly held: HeldData;
  /** A line of stdout or stderr. */
  readonly output: (line: string) => void;
}

/** The process is gone; the message says how. */
export class ProcessEndedError extends Error {
  override readonly name = "ProcessEndedError";
}

/** A child with an open connection. Kill it in the end. */
export class ModuleProcess {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #spec: ProcessSpec;
  readonly #ended: Promise<ProcessEndedError>;
  readonly #hostTime: HostTime;
  #peer: RpcPeer<HostSide, ModuleSide> | undefined;
  #watches: readonly Timer[] = [];
  #reason: string | undefined;
  #lagMs = 0;
  readonly #stderrRead: Promise<void>;
  /** What Deno said when it gave up. */
  #error = "";

  private constructor(child: Deno.ChildProcess, spec: ProcessSpec) {
    this.pid = child.pid;
    this.#child = child;
    this.#spec = spec;
    this.#hostTime = new HostTime(spec.clock);
    this.#ended = this.#end();
    const end = (): void => void this.kill("the manager ends");
    spec.signal.addEventListener("abort", end, { once: true });
    this.#ended.then(() => spec.signal.removeEventListener("abort", end));
    const { clock, output } = spec;
    new LineReader(clock, output).read(child.stdout);
    this.#stderrRead = new LineReader(clock, (line) => this.#onStderr(line)).read(child.stderr);
  }

  /** Starts the process; resolves when both sides know that they speak the same contract. Rejects, and nothing is left. */
  static async start(spec: ProcessSpec): Promise<ModuleProcess> {
    spec.signal.throwIfAborted();
    const listener = Deno.listen({ transport: "unix", path: spec.socket });
    let process: ModuleProcess | undefined;
    try {
      const { command, args, env } = spec.command;
      const child = new Deno.Command(command, {
        args: [...args],
        env: { ...env },
        clearEnv: true,
        cwd: "/",
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      process = new ModuleProcess(child, spec);
      await process.#hello(listener);
      return process;
    } catch (e) {
      await process?.kill("it did not start");
      throw e;
    } finally {
      listener.close();
      await Deno.remove(spec.socket).catch(() => {});
    }
  }

  /** Resolves with the reason when the process has ended. */
  get ended(): Promise<ProcessEndedError> {
    return this.#ended;
  }

  /** It can be called. */
  get isOpen(): boolean {
    return this.#peer?.isOpen ?? false;
  }

  /** What has passed between it and us, and how long it took to answer the last ping. */
  get traffic(): RpcTraffic & { readonly lagMs: number } {
    return { ...this.#peer!.traffic, lagMs: this.#lagMs };
  }

  /** Calls a method of the module's process. Rejects with ProcessEndedError when the process ends meanwhile. */
  call<K extends keyof ModuleSide>(name: K, ...args: ArgsOf<ModuleSide[K]>): ResultOf<ModuleSide[K]> {
    const answer: Promise<unknown> = this.#peer!.call(name, ...args);
    return this.#answered(answer) as ResultOf<ModuleSide[K]>;
  }

  /** Tells it which of the data that it holds are no longer the newest. */
  tellOutdated(): void {
    const { held } = this.#spec;
    if (held.isEmpty || !this.isOpen) return;
    const sources = held.takeOutdated();
    if (sources.length > 0) void this.#peer!.call("dataChanged", sources);
  }

  /** It is to ask again for whatever it holds: it may not read all of that any more. */
  forgetHeld(): void {
    this.#spec.held.giveUpAll();
    this.tellOutdated();
  }

  async #answered(answer: Promise<unknown>): Promise<unknown> {
    try {
      return await answer;
    } catch (e) {
      throw e instanceof RpcClosedError ? await this.#lost(e.message) : e;
    }
  }

  /** Imports the author's code. Rejects with what it threw, or when it takes too long or says nonsense. */
  async load(): Promise<ModuleDescription> {
    return parseDescription(await this.within(LOAD_TIMEOUT_MS, "load", this.call("load")));
  }

  /** A call with a deadline. */
  async within<T>(ms: number, what: string, call: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = this.#spec.clock.after(
      ms,
      () => late.reject(new Error(`${what} took more than ${ms / 1000} s`)),
    );
    try {
      return await Promise.race([call, late.promise]);
    } finally {
      timer.cancel();
    }
  }

  /** The connection is gone: the process ends by itself in a moment, and then we know how, or it is killed. */
  async #lost(reason: string): Promise<ProcessEndedError> {
    const timer = this.#spec.clock.after(LOST_GRACE_MS, () => void this.kill(reason));
    const ended = await this.#ended;
    timer.cancel();
    return ended;
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(reason: string): Promise<void> {
    this.#reason ??= reason;
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.#ended;
  }

  #onStderr(line: string): void {
    if (line.startsWith("error: ")) this.#error = line;
    this.#spec.output(line);
  }

  async #hello(listener: Deno.UnixListener): Promise<void> {
    const ended = this.#ended.then((reason) => Promise.reject(reason));
    const connect = async (): Promise<void> => {
      this.#peer = new RpcPeer(await listener.accept(), this.#spec.host, {
        maxSentEnvelopeBytes: MAX_HOST_ENVELOPE_BYTES,
        maxReceivedEnvelopeBytes: this.#spec.limits.messageBytes,
        maxReceivedCalls: this.#spec.limits.calls,
        writeError,
        pace: (ms) => this.#hostTime.spend(ms),
        beforeSend: () => this.tellOutdated(),
      });
      const version = await this.#peer.call("hello");
      if (version !== CONTRACT_VERSION) {
        throw new Error(`it speaks contract ${Deno.inspect(version)}, not ${CONTRACT_VERSION}`);
      }
    };
    await this.within(HELLO_TIMEOUT_MS, "the start of its process", Promise.race([connect(), ended]));
    this.#peer!.closed.then((error) => {
      if (error instanceof RpcFaultError) void this.kill(error.message);
      else void this.#lost(error.message);
    });
    const { clock } = this.#spec;
    this.#watches = [
      clock.every(MEMORY_INTERVAL_MS, () => this.#weigh()),
      clock.every(PING_INTERVAL_MS, () => this.#ping()),
    ];
  }

  async #end(): Promise<ProcessEndedError> {
    const { code, signal } = await this.#child.status;
    await atMost(this.#spec.clock, STDERR_GRACE_MS, this.#stderrRead);
    for (const watch of this.#watches) watch.cancel();
    this.#peer?.close("the process has ended");
    const last = this.#error === "" ? "" : ` (${this.#error})`;
    return new ProcessEndedError(
      this.#reason ?? `its process ended with ${signal ?? `exit code ${code}`}${last}`,
    );
  }

  async #weigh(): Promise<void> {
    const { memoryMib } = this.#spec.limits;
    const rssMib = await residentMib(this.pid);
    if (rssMib > memoryMib) {
      await this.kill(`it used ${rssMib} MiB of memory, limit_memory allows ${memoryMib}`);
    }
  }

  async #ping(): Promise<void> {
    try {
      const asked = this.#spec.clock.now();
      await this.within(HANG_TIMEOUT_MS, "a ping", this.call("ping"));
      this.#lagMs = this.#spec.clock.now() - asked;
    } catch (e) {
      await this.kill(`it hangs: ${e instanceof Error ? e.message : e}`);
    }
  }
}

/** Resident memory of a process; 0 when it is gone. */
export async function residentMib(pid: number): Promise<number> {
  try {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / KIB);
  } catch {
    return 0;
  }
}
