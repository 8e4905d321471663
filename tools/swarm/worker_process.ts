/** A process of the swarm as main.ts sees it. */

import { fileURLToPath } from "node:url";
import { lines } from "./lines.ts";
import { NO_TALLY, type Share, type Tally } from "./plan.ts";

const WORKER = fileURLToPath(import.meta.resolve("./worker.ts"));
const CONFIG = fileURLToPath(import.meta.resolve("../../deno.json"));

/** Than the manager: see network.ts. */
const NICER = "5";

/** Dispose of it: that ends the process. */
export class WorkerProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #output: Promise<void>;
  #tally: Tally = NO_TALLY;
  #ended = false;

  /** Begins to boot its OSDs. */
  constructor(share: Share) {
    this.#child = new Deno.Command("nice", {
      args: ["-n", NICER, Deno.execPath(), "run", "-A", "--config", CONFIG, WORKER],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#output = this.#read();
    this.#say(JSON.stringify(share));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What it said last. Throws when it has ended. */
  get tally(): Tally {
    if (this.#ended) throw new Error(`Cannot go on: process ${this.pid} of the swarm has ended`);
    return this.#tally;
  }

  /** From now on its OSDs and clients go to the active manager. */
  follow(): void {
    this.#say("follow");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#child.status;
    await this.#output;
  }

  #say(line: string): void {
    // A process that has ended is told by `tally`.
    this.#input.write(new TextEncoder().encode(`${line}\n`)).catch(() => {});
  }

  async #read(): Promise<void> {
    for await (const line of lines(this.#child.stdout)) this.#tally = JSON.parse(line);
    this.#ended = true;
  }
}
