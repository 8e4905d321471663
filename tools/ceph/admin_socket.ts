/** Commands over the admin socket of a daemon of this machine. Upstream: ceph_daemon.py, common/admin_socket.cc */

import { commandJson } from "./command_json.ts";
import { fileErrorText } from "./errno.ts";
import { hintFor } from "./hint.ts";
import type { CliIo } from "./io.ts";
import { matchCommand } from "./match.ts";
import { parseDescriptions } from "./signature.ts";

/** An answer is no longer than what a daemon can dump: a `perf dump` has 1 MB. */
const MAX_ANSWER_BYTES = 1 << 30;

/** Sends the command to the socket at `path` and returns the answer. Throws an Error whose message is the stock CLI's. */
export async function adminCommand(
  path: string,
  words: readonly string[],
  format: string | undefined,
  io: Pick<CliIo, "err">,
): Promise<Uint8Array> {
  const fail = (what: string) => (e: unknown): never => {
    throw new Error(`exception${what}: ${fileErrorText(e, path).replace(/: '[^']*'$/, "")}`);
  };
  const table = await ask(path, `{"prefix": "get_command_descriptions"}`)
    .catch(fail(" getting command descriptions"));
  const descriptions = parseDescriptions(new TextDecoder().decode(table));
  const match = matchCommand(words, descriptions);
  if ("mismatch" in match) {
    for (const line of match.mismatch.lines) io.err(`${line}\n`);
    const hint = hintFor(words, descriptions, match.mismatch);
    if (hint !== undefined) io.err(`${hint}\n`);
    throw new Error("invalid command");
  }
  const fields = new Map(match.values);
  if (format !== undefined) fields.set("format", format);
  return await ask(path, commandJson(fields)).catch(fail(""));
}

/** JSON and a zero byte go there; a length, big-endian, and the answer come back. */
async function ask(path: string, json: string): Promise<Uint8Array> {
  using socket = await Deno.connect({ transport: "unix", path });
  const request = new TextEncoder().encode(`${json}\0`);
  for (let at = 0; at < request.length;) at += await socket.write(request.subarray(at));
  const head = await readExactly(socket, 4, "no data returned from admin socket");
  const length = new DataView(head.buffer).getUint32(0);
  if (length > MAX_ANSWER_BYTES) throw new Error(`the answer would be of ${length} bytes`);
  return await readExactly(socket, length, "the answer was cut off");
}

async function readExactly(
  socket: Deno.Conn,
  length: number,
  otherwise: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const n = await socket.read(bytes.subarray(at));
    if (n === null) throw new Error(otherwise);
    at += n;
  }
  return bytes;
}
