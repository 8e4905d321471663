/** What a call of a module costs: round trips between two processes over a unix socket. Run with `deno bench -A`. */

import { fileURLToPath } from "node:url";
import type { AskedSide, EchoSide } from "../../tests/fakes/rpc_echo_process.ts";
import { MAX_HOST_ENVELOPE_BYTES } from "./contract.ts";
import { RpcPeer } from "./rpc.ts";

const ECHO = fileURLToPath(import.meta.resolve("../../tests/fakes/rpc_echo_process.ts"));
const DATA = {
  small: new Uint8Array(1000),
  middle: new Uint8Array(100_000),
  big: new Uint8Array(5_000_000),
} as const;

async function startEcho(): Promise<RpcPeer<AskedSide, EchoSide>> {
  const directory = await Deno.makeTempDir({ prefix: "ganglion-" });
  const socket = `${directory}/s`;
  using listener = Deno.listen({ transport: "unix", path: socket });
  const child = new Deno.Command(Deno.execPath(), { args: ["run", "-A", ECHO, socket] }).spawn();
  const connection = await listener.accept();
  child.unref();
  await Deno.remove(directory, { recursive: true });
  const side: AskedSide = { get: (name) => Promise.resolve(DATA[name as keyof typeof DATA]) };
  return new RpcPeer<AskedSide, EchoSide>(connection, side, {
    maxSentEnvelopeBytes: MAX_HOST_ENVELOPE_BYTES,
    maxReceivedEnvelopeBytes: MAX_HOST_ENVELOPE_BYTES,
  });
}

const peer = await startEcho();
const call = { id: 1, prefix: "hello", args: { person_name: "Bob" }, inbuf: new Uint8Array(0) };

Deno.bench({
  name: "command(), there and back",
  group: "calls",
  fn: async () => void await peer.call("command", call),
});
Deno.bench({
  name: "64 command() at once",
  group: "calls",
  fn: async () => void await Promise.all(Array.from({ length: 64 }, () => peer.call("command", call))),
});
for (const [name, { length }] of Object.entries(DATA)) {
  Deno.bench({
    name: `module gets ${length} bytes`,
    group: "data",
    fn: async () => void await peer.call("ask", name, 1),
  });
}
