/** From `git clone` to the first answer of a module: what a person waits for who tries Ganglion, packages aside. */

import { TOP } from "../source_files.ts";

/** The first words of the screen that says that the cluster is up. */
const UP = "Ctrl-C stops everything";
const MAX_MS = 60_000;

/** Seconds. */
export interface FirstHello {
  readonly cloned: number;
  readonly up: number;
  readonly hello: number;
}

/** Clones this tree and runs `deno task mgr` and `deno task ceph hello` in the clone. Rejects when one of them fails. */
export async function measureFirstHello(): Promise<FirstHello> {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-first-" });
  const clone = `${directory}/ganglion`;
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  try {
    await run("git", ["clone", "-q", `file://${TOP}`, clone], directory);
    const cloned = seconds();
    const child = new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "mgr", "--dev"],
      cwd: clone,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    try {
      await untilSays(child.stdout, UP);
      const up = seconds();
      const answer = await run(Deno.execPath(), ["task", "-q", "ceph", "hello"], clone);
      if (answer !== "Hello, world!\n") throw new Error(`Cannot measure: ceph hello answered ${answer}`);
      return { cloned, up, hello: seconds() };
    } finally {
      child.kill("SIGINT");
      await child.status;
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...args], cwd }).output();
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  if (code !== 0) throw new Error(`Cannot run ${command} ${args.join(" ")}: ${decode(stderr)}`);
  return decode(stdout);
}

async function untilSays(stream: ReadableStream<Uint8Array>, words: string): Promise<void> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  const timer = setTimeout(() => void reader.cancel(), MAX_MS);
  let text = "";
  try {
    while (!text.includes(words)) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`Cannot measure: the cluster does not start: ${text}`);
      text += value;
    }
  } finally {
    clearTimeout(timer);
    reader.releaseLock();
  }
}
