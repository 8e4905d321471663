/** Daemons in memory: DaemonSessions dials them, and tests say how each of them behaves. */

import type { RawMessage } from "../../mgr/messages/message.ts";
import { type ByteStream, Connection, type ConnectionHandler } from "../../mgr/msgr/connection.ts";
import type { Messenger } from "../../mgr/msgr/messenger.ts";
import type { Dial } from "../../mgr/rados/daemon_sessions.ts";
import type { EntityAddr } from "../../mgr/types/entity_addr.ts";
import { type EntityNum, formatEntityNum } from "../../mgr/types/entity_name.ts";
import { bytePipe } from "./byte_pipe.ts";
import type { FakeClock } from "./fake_clock.ts";
import { authenticator, trusting } from "./trusting_auth.ts";

/** All daemons, by name: "osd.3". They run unless they are `down`. */
export class FakeDaemons {
  readonly down = new Set<string>();
  /** Each try to dial: "osd.3 at 6803". */
  readonly dialled: string[] = [];
  readonly received: { readonly name: string; readonly raw: RawMessage }[] = [];
  readonly #sessions = new Map<string, Connection>();
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  readonly dial: Dial = (peer, addr, handler, signal) => {
    const name = formatEntityNum(peer);
    this.dialled.push(`${name} at ${addr.port}`);
    if (this.down.has(name)) return Promise.reject(new Error("Connection refused"));
    const [ours, theirs] = bytePipe();
    this.#serve(peer, addr, theirs);
    const parameters = {
      entityType: 8,
      target: addr,
      targetType: peer.type,
      authenticator,
      nonce: 1,
      globalSeq: 1n,
    };
    const connection = new Connection(ours, addr, { kind: "client", parameters }, this.#clock, handler);
    connection.run();
    signal.throwIfAborted();
    return Promise.resolve(connection);
  };

  /** For those who dial by address: `peerAt` says who is there. */
  messenger(peerAt: (addr: EntityAddr) => EntityNum): Pick<Messenger, "connect"> {
    return {
      connect: ({ addr }, handler, signal = new AbortController().signal) =>
        this.dial(peerAt(addr), addr, handler, signal),
    };
  }

  /** On the newest session with that daemon. */
  send(name: string, raw: RawMessage): void {
    this.#sessions.get(name)!.send(raw);
  }

  /** The daemon closes its session. */
  drop(name: string): void {
    this.#sessions.get(name)!.close("the daemon is gone");
  }

  has(name: string): boolean {
    return this.#sessions.has(name);
  }

  #serve(peer: EntityNum, addr: EntityAddr, stream: ByteStream): void {
    const name = formatEntityNum(peer);
    const parameters = {
      entityType: peer.type,
      addrs: () => [addr],
      socketAddr: { ...addr, port: 40_000 },
      gid: () => peer.num,
      globalSeq: 1n,
    };
    const handler: ConnectionHandler = {
      open: (connection) => void this.#sessions.set(name, connection),
      message: (_, raw) => void this.received.push({ name, raw }),
      closed: (connection) => {
        if (this.#sessions.get(name) === connection) this.#sessions.delete(name);
      },
    };
    const role = { kind: "server", parameters } as const;
    new Connection(stream, parameters.socketAddr, role, this.#clock, handler, trusting).run();
  }
}
