/** Opens and accepts connections. */

import type { Clock } from "../time/clock.ts";
import type { EntityAddr, EntityAddrVec } from "../types/entity_addr.ts";
import { Acceptor, type ListenOptions } from "./acceptor.ts";
import type { Authenticator } from "./authenticator.ts";
import { Connection, type ConnectionHandler } from "./connection.ts";

/** Time that a TCP connection may take to be set up. */
const TCP_TIMEOUT_MS = 5_000;

/** Whom to dial, and as whom. */
export interface DialOptions {
  readonly addr: EntityAddr;
  readonly peerType: number;
  readonly authenticator: Authenticator;
  /** Undefined: the global_id that the handshake gives. */
  readonly gid?: bigint;
  /** The ip of our address; undefined: the one under which the peer sees us. */
  readonly ip?: string;
  /** Where we listen: the address of a daemon toward those that it dials. */
  readonly addrs?: EntityAddrVec;
}

/** All connections of one entity of this process: those it opens and those it accepts share type and nonce. */
export class Messenger {
  readonly #entityType: number;
  readonly #clock: Clock;
  readonly #nonce: number;
  #globalSeq = 0n;

  /** `nonce` stands in the address of connections that we open. */
  constructor(entityType: number, nonce: number, clock: Clock) {
    this.#entityType = entityType;
    this.#nonce = nonce;
    this.#clock = clock;
  }

  get nonce(): number {
    return this.#nonce;
  }

  /** Dials. Rejects when TCP fails; what fails later is told to the handler's `closed`. */
  async connect(options: DialOptions, handler: ConnectionHandler, signal?: AbortSignal): Promise<Connection> {
    const { addr } = options;
    const stop = new AbortController();
    const timer = this.#clock.after(TCP_TIMEOUT_MS, () => stop.abort(new Error("no answer")));
    const onAbort = (): void => stop.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      signal?.throwIfAborted();
      const tcp = await Deno.connect({ hostname: addr.ip, port: addr.port, signal: stop.signal });
      tcp.setNoDelay(true);
      const role = {
        kind: "client",
        parameters: {
          entityType: this.#entityType,
          target: addr,
          targetType: options.peerType,
          authenticator: options.authenticator,
          nonce: this.#nonce,
          globalSeq: ++this.#globalSeq,
          ...(options.gid === undefined ? {} : { gid: options.gid }),
          ...(options.ip === undefined ? {} : { ip: options.ip }),
          ...(options.addrs === undefined ? {} : { addrs: options.addrs }),
        },
      } as const;
      const connection = new Connection(tcp, addr, role, this.#clock, handler);
      connection.run();
      return connection;
    } finally {
      timer.cancel();
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Listens. Throws when no port of the range is free or the address is not of this machine. */
  listen(options: ListenOptions, handler: ConnectionHandler): Acceptor {
    return new Acceptor(options, this.#entityType, this.#clock, handler);
  }
}
