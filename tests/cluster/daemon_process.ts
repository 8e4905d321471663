/** One daemon of a test cluster as a child process: its output, its end, and what it leaves behind. */

import { readDirectory, readText } from "./proc_files.ts";

/** How a process ended. */
export interface Exit {
  readonly code: number;
  readonly signal: string | null;
}

/** Lines of output kept for error texts and waits. */
const MAX_LINES = 5000;
const KILL_AFTER_MS = 10_000;
const DESCENDANTS_GONE_MS = 2_000;

/** A child in the foreground. */
export class DaemonProcess {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  #exit: Exit | undefined;
  #stopping = false;
  readonly #child: Deno.ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiters = new Set<() => void>();
  readonly #output: Promise<unknown>;

  constructor(
    name: string,
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.name = name;
    this.#child = new Deno.Command(command, {
      args: [...args],
      env: { ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.pid = this.#child.pid;
    this.#output = Promise.all([this.#collect(this.#child.stdout), this.#collect(this.#child.stderr)]);
    this.exited = this.#child.status.then(({ code, signal }) => {
      this.#exit = { code, signal };
      this.#wake();
      return this.#exit;
    });
  }

  /** How it ended, or undefined while it runs. */
  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Ended, and nobody asked it to. */
  get diedUnasked(): boolean {
    return this.#exit !== undefined && !this.#stopping;
  }

  /** What it wrote to stdout and stderr: the newest lines. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Resolves with the first line, past ones included, that matches; rejects after `timeoutMs` and when it ends. */
  async line(pattern: RegExp, timeoutMs = 30_000): Promise<string> {
    const deadline = AbortSignal.timeout(timeoutMs);
    while (true) {
      const hit = this.#lines.find((line) => pattern.test(line));
      if (hit !== undefined) return hit;
      if (this.#exit) throw new Error(`Cannot wait for ${pattern}: ${this.describe()}`);
      if (deadline.aborted) {
        throw new Error(`Cannot wait for ${pattern}: not in ${timeoutMs} ms; ${this.describe()}`);
      }
      await this.#change(deadline);
    }
  }

  /** Sends a signal; SIGSTOP and SIGCONT do not count as asking it to end. */
  signal(signal: Deno.Signal): void {
    if (this.#exit) return;
    if (signal !== "SIGSTOP" && signal !== "SIGCONT") this.#stopping = true;
    this.#child.kill(signal);
  }

  /** SIGTERM (or `signal`), and SIGKILL when that does not end it in time. Throws when it leaves children behind. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<Exit> {
    const descendants = await descendantsOf(this.pid);
    this.signal(signal);
    const timer = setTimeout(() => this.signal("SIGKILL"), KILL_AFTER_MS);
    const exit = await this.exited;
    clearTimeout(timer);
    // First those that are left: they may hold our end of the output open.
    const left = await stillThere(descendants);
    await this.#output;
    if (left.length > 0) {
      throw new Error(`Cannot stop ${this.name} cleanly: processes ${left.join(", ")} are left`);
    }
    return exit;
  }

  /** One paragraph for error texts. */
  describe(tail = 30): string {
    const state = this.#exit ? `ended with ${this.#exit.signal ?? this.#exit.code}` : "running";
    return `${this.name} (pid ${this.pid}) is ${state}; last output:\n${this.#lines.slice(-tail).join("\n")}`;
  }

  async #collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      this.#lines.push(...lines);
      if (this.#lines.length > MAX_LINES) this.#lines.splice(0, this.#lines.length - MAX_LINES);
      this.#wake();
    }
    if (rest !== "") this.#lines.push(rest);
    this.#wake();
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiters.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiters.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}

/** A process with the time it was started, which tells it from a later one of the same id. */
interface Seen {
  readonly pid: number;
  readonly started: string;
}

/** All processes below `pid`, from /proc. */
export async function descendantsOf(pid: number): Promise<Seen[]> {
  const parents = new Map<number, { parent: number; started: string }>();
  for (const name of await readDirectory("/proc")) {
    const stat = /^\d+$/.test(name) ? await readStat(Number(name)) : undefined;
    if (stat) parents.set(Number(name), stat);
  }
  const below = new Set([pid]);
  for (let grown = true; grown;) {
    grown = false;
    for (const [child, { parent }] of parents) {
      if (below.has(parent) && !below.has(child)) grown = Boolean(below.add(child));
    }
  }
  below.delete(pid);
  return [...below].map((child) => ({ pid: child, started: parents.get(child)!.started }));
}

/** Parent and start time; undefined for a process that is gone or a zombie. */
async function readStat(pid: number): Promise<{ parent: number; started: string } | undefined> {
  const text = await readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? undefined : { parent: Number(fields[1]), started: fields[19]! };
}

/** Those that outlive their parent by more than they may; they are killed. */
async function stillThere(processes: readonly Seen[]): Promise<number[]> {
  const deadline = performance.now() + DESCENDANTS_GONE_MS;
  let left = processes;
  while (true) {
    const alive = await Promise.all(
      left.map(async ({ pid, started }) => (await readStat(pid))?.started === started),
    );
    left = left.filter((_, i) => alive[i]);
    if (left.length === 0) return [];
    if (performance.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const { pid } of left) Deno.kill(pid, "SIGKILL");
  return left.map(({ pid }) => pid);
}
