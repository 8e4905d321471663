/** python3-rados as the other side of a test: it runs the snippets that it is given. */

import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(import.meta.resolve("./rados_peer.py"));
/** Debian's: python3-rados is installed for no other. */
const PYTHON = "/usr/bin/python3";

/** One process with a connection of its own. Snippets run in their order, one at a time. */
export class RadosPeer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";
  #last: Promise<unknown>;

  private constructor(conf: string) {
    this.#child = new Deno.Command(PYTHON, {
      args: [SCRIPT, conf],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#last = this.#answer();
  }

  /** Connects as client.admin. */
  static async start(conf: string): Promise<RadosPeer> {
    const peer = new RadosPeer(conf);
    await peer.#last;
    return peer;
  }

  /** Runs a snippet; what it leaves in `result` is the answer. Rejects with the traceback. */
  run<T = unknown>(code: string): Promise<T> {
    const bytes = new TextEncoder().encode(JSON.stringify({ code }) + "\n");
    const result = this.#last.then(async () => {
      await this.#writer.write(bytes);
      return await this.#answer() as T;
    });
    this.#last = result.catch(() => {});
    return result;
  }

  /** Ends the process at once: what it had under way stays as it is. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await this.#child.status;
    clearTimeout(timer);
    await this.#reader.cancel().catch(() => {});
  }

  async #answer(): Promise<unknown> {
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("Cannot ask python3-rados: its process ended");
      this.#rest += value;
    }
    const at = this.#rest.indexOf("\n");
    const { result, error } = JSON.parse(this.#rest.slice(0, at));
    this.#rest = this.#rest.slice(at + 1);
    if (error !== undefined) throw new Error(error);
    return result;
  }
}
