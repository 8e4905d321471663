/** The other end of rpc in a process of its own: answers commands and asks for data. Run with the path of its socket. */

import { type CommandAnswer, type CommandCall, MAX_HOST_ENVELOPE_BYTES } from "../../mgr/host/contract.ts";
import { RpcPeer } from "../../mgr/host/rpc.ts";

/** What the echo offers. */
export interface EchoSide {
  command(call: CommandCall): Promise<CommandAnswer>;
  /** Calls `get` of the other side so often, one after another, and answers the milliseconds of each. */
  ask(name: string, times: number): Promise<number>;
}

/** What the echo calls. */
export interface AskedSide {
  get(name: string): Promise<Uint8Array>;
}

if (import.meta.main) {
  const connection = await Deno.connect({ transport: "unix", path: Deno.args[0]! });
  const side: EchoSide = {
    command: ({ prefix }) => Promise.resolve([0, new TextEncoder().encode(prefix), ""]),
    async ask(name, times) {
      const begin = performance.now();
      for (let i = 0; i < times; i++) await peer.call("get", name);
      return (performance.now() - begin) / times;
    },
  };
  const peer = new RpcPeer<EchoSide, AskedSide>(connection, side, {
    maxSentEnvelopeBytes: MAX_HOST_ENVELOPE_BYTES,
    maxReceivedEnvelopeBytes: MAX_HOST_ENVELOPE_BYTES,
  });
  await peer.closed;
  Deno.exit(0);
}
