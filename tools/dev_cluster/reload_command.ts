/** `ceph module reload NAME` of a development cluster, from within its own program. */

import type { CliIo } from "../ceph/io.ts";
import { main } from "../ceph/main.ts";
import { print, printError } from "../print.ts";

/** Says in one line what came of it; what is broken is said with the directory that its places are in. */
export async function reloadModule(conf: string, module: string, directoryOf: () => string): Promise<void> {
  const answer = new CapturedIo();
  const code = await main(["-c", conf, "module", "reload", module], answer);
  if (code === 0) print(answer.stdout.trim());
  else printError(`${directoryOf()}: ${answer.stderr.trim()}`);
}

/** A program without a terminal, whose words are kept. */
class CapturedIo implements CliIo {
  stdout = "";
  stderr = "";
  readonly inIsTerminal = false;
  readonly outIsTerminal = false;
  readonly interrupted = new AbortController().signal;
  readonly #decoder = new TextDecoder();
  // The cluster is that of -c, whatever the environment says.
  readonly env = (name: string): string | undefined =>
    name.startsWith("CEPH_") ? undefined : Deno.env.get(name);

  out(data: string | Uint8Array): void {
    this.stdout += typeof data === "string" ? data : this.#decoder.decode(data);
  }

  err(text: string): void {
    this.stderr += text;
  }

  readInput(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array());
  }

  readLine(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  size(): { columns: number; rows: number } {
    return { columns: 80, rows: 25 };
  }
}
