/** Output of a process as lines, of bounded length, and not faster than somebody could want to read it. */

import { type Clock, sleep } from "../time/clock.ts";

/** A longer line is cut: a process that prints without end must not fill our memory. */
export const MAX_LINE_CHARS = 8 * 1024;
/** Bytes that are read in a second. More stay in the pipe, and whoever writes them waits: we have other things to do. */
export const MAX_BYTES_PER_SECOND = 1024 * 1024;
const SECOND_MS = 1000;

/** Reads one stream to its end. */
export class LineReader {
  readonly #clock: Clock;
  readonly #line: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #since: number;
  #bytes = 0;

  constructor(clock: Clock, line: (line: string) => void) {
    this.#clock = clock;
    this.#line = line;
    this.#since = clock.now();
  }

  /** Never rejects. */
  async read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    try {
      for await (const bytes of stream) {
        this.#take(this.#decoder.decode(bytes, { stream: true }));
        await this.#pace(bytes.length);
      }
    } catch {
      // The process is gone.
    }
    if (this.#rest !== "") this.#line(this.#rest);
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!.slice(0, MAX_LINE_CHARS);
    for (const line of lines) this.#line(line.slice(0, MAX_LINE_CHARS));
  }

  async #pace(bytes: number): Promise<void> {
    const passed = this.#clock.now() - this.#since;
    if (passed >= SECOND_MS) {
      this.#since += passed;
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    if (this.#bytes > MAX_BYTES_PER_SECOND) await sleep(this.#clock, SECOND_MS - (passed % SECOND_MS));
  }
}
