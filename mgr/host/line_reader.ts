/** Output of a process as lines, of bounded length. */

/** A longer line is cut: a process that prints without end must not fill our memory. */
export const MAX_LINE_CHARS = 8 * 1024;

/** Reads one stream to its end. */
export class LineReader {
  readonly #line: (line: string) => void;
  #rest = "";

  constructor(line: (line: string) => void) {
    this.#line = line;
  }

  /** Never rejects. */
  async read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    try {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) this.#take(text);
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
}
