/** A person at a terminal: what `deno task ..` says, in a directory of its own. */

import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(import.meta.resolve("../../"));
const START_MS = 30_000;
const STOP_MS = 10_000;

/** What a program said and how it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A person in a directory, with a development cluster in the foreground. */
export class Person implements AsyncDisposable {
  readonly directory: string;
  #running:
    | { readonly child: Deno.ChildProcess; readonly text: () => string; ended: Promise<Ended> }
    | undefined;

  readonly #env: Readonly<Record<string, string>>;

  /** `env` is set beside what is set here. */
  constructor(directory: string, env: Readonly<Record<string, string>> = {}) {
    this.directory = directory;
    this.#env = env;
  }

  /** `deno task mgr ...`, to its end. */
  async mgr(...words: readonly string[]): Promise<Ended> {
    return await this.#spawn("mgr.ts", words).ended;
  }

  /** `deno task ceph ...` */
  async ceph(...words: readonly string[]): Promise<Ended> {
    return await this.#spawn("ceph.ts", words).ended;
  }

  /** `deno task mgr ...`, until its screen is there. */
  async start(...words: readonly string[]): Promise<string> {
    this.#running = this.#spawn("mgr.ts", words);
    return await this.said("Ctrl-C stops everything");
  }

  /** `deno task ganglion ...` */
  async ganglion(...words: readonly string[]): Promise<Ended> {
    return await this.#spawn("ganglion.ts", words).ended;
  }

  /** `deno task new-module ...` */
  async newModule(...words: readonly string[]): Promise<Ended> {
    return await this.#spawn("new_module.ts", words).ended;
  }

  /** Waits until the running program has said something. */
  async said(text: string | RegExp): Promise<string> {
    const { text: said } = this.#running!;
    const deadline = performance.now() + START_MS;
    while (!(typeof text === "string" ? said().includes(text) : text.test(said()))) {
      if (performance.now() > deadline) throw new Error(`It does not say ${text}: ${said()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return said();
  }

  /** Asks until the answer is that. */
  async answered(stdout: string, ...words: readonly string[]): Promise<void> {
    const deadline = performance.now() + START_MS;
    while ((await this.ceph(...words)).stdout !== stdout) {
      if (performance.now() > deadline) throw new Error(`It does not answer ${stdout} to ${words.join(" ")}`);
    }
  }

  /** Ctrl-C. */
  async stop(): Promise<Ended> {
    const { child, ended } = this.#running!;
    this.#running = undefined;
    child.kill("SIGINT");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    const result = await ended;
    clearTimeout(timer);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#running) await this.stop();
  }

  #spawn(program: string, words: readonly string[]) {
    const { CEPH_CONF: _, CEPH_ARGS: _args, ...env } = Deno.env.toObject();
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}tools/${program}`, ...words],
      cwd: this.directory,
      // As `deno task` tells where it was called; the tests run by `deno task` themselves.
      env: { ...env, INIT_CWD: this.directory, ...this.#env },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let stdout = "";
    let stderr = "";
    const read = async (stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
    };
    const output = Promise.all([
      read(child.stdout, (text) => stdout += text),
      read(child.stderr, (text) => stderr += text),
    ]);
    const ended = (async (): Promise<Ended> => {
      const { code } = await child.status;
      await output;
      return { code, stdout, stderr };
    })();
    return { child, text: () => stdout + stderr, ended };
  }
}
