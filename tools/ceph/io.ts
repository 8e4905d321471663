/** What a command line program sees of its surroundings; tests give their own. */

/** Streams, environment, terminal. */
export interface CliIo {
  readonly env: (name: string) => string | undefined;
  /** Writes to stdout, all of it. */
  out(data: string | Uint8Array): void;
  /** Writes to stderr. */
  err(text: string): void;
  readInput(): Promise<Uint8Array>;
  /** One line of stdin after the prompt; undefined at its end, and when a person says `q`, `quit` or `exit`. */
  readLine(prompt: string): Promise<string | undefined>;
  readonly inIsTerminal: boolean;
  readonly outIsTerminal: boolean;
  /** Columns and rows of the terminal, 80 x 25 without one. */
  size(): { readonly columns: number; readonly rows: number };
  /** Ctrl-C. */
  readonly interrupted: AbortSignal;
}

const encoder = new TextEncoder();
const LEAVE: ReadonlySet<string> = new Set(["q", "Q", "quit", "exit"]);
const NO_TERMINAL = { columns: 80, rows: 25 };

/** The process's own. */
export function systemIo(): CliIo {
  const interrupt = new AbortController();
  Deno.addSignalListener("SIGINT", () => interrupt.abort(new Error("Interrupted")));
  return {
    env: (name) => Deno.env.get(name) || undefined,
    out: (data) => writeAll(Deno.stdout, typeof data === "string" ? encoder.encode(data) : data),
    err: (text) => writeAll(Deno.stderr, encoder.encode(text)),
    readInput: async () => new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer()),
    readLine: lineReader(),
    inIsTerminal: Deno.stdin.isTerminal(),
    outIsTerminal: Deno.stdout.isTerminal(),
    size: terminalSize,
    interrupted: interrupt.signal,
  };
}

/** A reader that went away (`ceph osd dump | head`) is no error. */
function writeAll(to: { writeSync(bytes: Uint8Array): number }, data: Uint8Array): void {
  try {
    for (let at = 0; at < data.length;) at += to.writeSync(data.subarray(at));
  } catch (e) {
    if (!(e instanceof Deno.errors.BrokenPipe)) throw e;
  }
}

function terminalSize(): { columns: number; rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 ? { columns, rows } : NO_TERMINAL;
  } catch {
    return NO_TERMINAL;
  }
}

/** At a terminal the line can be edited; otherwise lines are read without a prompt. */
function lineReader(): CliIo["readLine"] {
  let lines: AsyncIterator<string> | undefined;
  return async (text) => {
    if (Deno.stdin.isTerminal()) {
      const line = prompt(text) ?? "q";
      return LEAVE.has(line.trim()) ? undefined : line;
    }
    lines ??= linesOf(Deno.stdin.readable);
    const next = await lines.next();
    return next.done ? undefined : next.value;
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let left = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (left + text).split("\n");
    left = lines.pop()!;
    yield* lines;
  }
  if (left !== "") yield left;
}
