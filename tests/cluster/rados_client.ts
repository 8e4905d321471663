/** A persistent librados client: commands without the 0.3 s that each start of the `ceph` CLI takes. */

import { fileURLToPath } from "node:url";

/** The answer of a command; `code` is 0 or a negative errno. */
export interface CommandAnswer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `mon`, the active manager, or one OSD. */
export type CommandTarget = "mon" | "mgr" | `osd.${number}`;

/** A command as Ceph takes it: `prefix` and arguments. */
export interface CommandWords {
  readonly prefix: string;
  readonly [argument: string]: unknown;
}

/** Round trips in milliseconds, in order. */
export interface BenchAnswer {
  readonly ms: readonly number[];
  readonly code: number;
}

const SCRIPT = fileURLToPath(import.meta.resolve("./rados_client.py"));
/** Debian's: python3-rados is installed for no other. */
const PYTHON = "/usr/bin/python3";

/** One process of rados_client.py. Requests are answered in their order, one at a time. */
export class RadosClient implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines: AsyncIterator<string>;
  #last: Promise<unknown>;

  private constructor(conf: string) {
    this.#child = new Deno.Command(PYTHON, {
      args: [SCRIPT, conf],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#lines = lines(this.#child.stdout);
    this.#last = this.#answer();
  }

  /** Connects as client.admin. Rejects when that takes more than 30 s. */
  static async connect(conf: string): Promise<RadosClient> {
    const client = new RadosClient(conf);
    await client.#last;
    return client;
  }

  /** Sends one command and waits for its answer, at most `timeout` seconds. */
  command(target: CommandTarget, command: CommandWords, input = "", timeout = 30): Promise<CommandAnswer> {
    return this.#ask<CommandAnswer>({ target, command, input, timeout });
  }

  /** Measures `count` sequential round trips; stops at the first answer that is not 0. */
  bench(target: CommandTarget, command: CommandWords, count: number): Promise<BenchAnswer> {
    return this.#ask<BenchAnswer>({ bench: { target, command, count } });
  }

  /** Writes that many small objects, the same names each time. Rejects when the pool takes none. */
  async write(pool: string, count: number): Promise<void> {
    const { code, err } = await this.#ask<CommandAnswer>({ write: { pool, count } });
    if (code !== 0) throw new Error(`Cannot write to pool ${pool}: ${err}`);
  }

  /** Becomes the daemon `id` of a service, with metadata and a status. */
  async register(
    service: string,
    id: string,
    metadata: Readonly<Record<string, string>>,
    status: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.#ask({ register: { service, id, metadata, status } });
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await this.#child.status;
    clearTimeout(timer);
    await this.#lines.return?.();
  }

  #ask<T>(request: unknown): Promise<T> {
    const bytes = new TextEncoder().encode(JSON.stringify(request) + "\n");
    const result = this.#last.then(async () => {
      await this.#writer.write(bytes);
      return await this.#answer() as T;
    });
    this.#last = result.catch(() => {});
    return result;
  }

  async #answer(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("Cannot ask Ceph: the librados client ended");
    return JSON.parse(value);
  }
}

async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
  return undefined;
}
