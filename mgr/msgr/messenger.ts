/** Opens and accepts connections. */

import { getLogger } from "@logtape/logtape";
import type { Clock } from "../time/clock.ts";
import { andMore, RateLimit } from "../time/rate_limit.ts";
import { AddrType, type EntityAddr, type EntityAddrVec } from "../types/entity_addr.ts";
import type { Authenticator, Verifier } from "./authenticator.ts";
import { ByteBudget } from "./byte_budget.ts";
import { Connection, type ConnectionHandler } from "./connection.ts";

const log = getLogger(["ganglion", "ms"]);

/** Open connections of all peers: a cluster of 10,000 OSDs and its clients fit; more is an attack or a leak. */
export const MAX_CONNECTIONS = 40_000;
/** Connections whose peer has not proved who it is; each is closed after 10 s. Thousands of OSDs come at once. */
export const MAX_HANDSHAKES = 2_000;
/** What all peers together may have sent of messages that are not complete: room for every connection, and some big ones. */
const MAX_HELD_BYTES = 1024 * 1024 * 1024;
/** When there are so many, a handshake older than this makes room: real ones take milliseconds. */
const STALE_HANDSHAKE_MS = 1_000;
/** Lines about refused connections: any stranger can cause them. */
const LOG_LINES = 5;
const LOG_PERIOD_MS = 60_000;
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

/** How to listen. */
export interface ListenOptions {
  readonly ip: string;
  /** The first free port of this range is taken; both ends belong to it. */
  readonly portMin: number;
  readonly portMax: number;
  /** A fresh verifier for each connection. */
  readonly verifier: () => Verifier;
  readonly gid: () => bigint;
  /** MAX_CONNECTIONS, MAX_HANDSHAKES and MAX_HELD_BYTES by default. */
  readonly maxConnections?: number;
  readonly maxHandshakes?: number;
  readonly maxHeldBytes?: number;
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

/** A listening socket and the connections that came through it. */
export class Acceptor {
  readonly #options: ListenOptions;
  readonly #entityType: number;
  readonly #clock: Clock;
  readonly #handler: ConnectionHandler;
  readonly #listener: Deno.TcpListener;
  readonly #connections = new Set<Connection>();
  /** Those of which the peer has not proved who it is, with the time when they came; the oldest first. */
  readonly #handshakes = new Map<Connection, number>();
  readonly #logLimit: RateLimit;
  readonly #budget: ByteBudget;
  #nonce = 0;
  #globalSeq = 0n;
  #closed = false;

  constructor(options: ListenOptions, entityType: number, clock: Clock, handler: ConnectionHandler) {
    this.#options = options;
    this.#entityType = entityType;
    this.#clock = clock;
    this.#handler = handler;
    this.#logLimit = new RateLimit(clock, LOG_LINES, LOG_PERIOD_MS);
    this.#budget = new ByteBudget(options.maxHeldBytes ?? MAX_HELD_BYTES);
    this.#listener = listenInRange(options);
    this.#accept();
  }

  /** What peers must name as their target: our address with the present nonce. */
  get addrs(): EntityAddrVec {
    const { port } = this.#listener.addr;
    return [{ type: AddrType.msgr2, nonce: this.#nonce, ip: this.#options.ip, port }];
  }

  /** Connections whose session is open or being opened. */
  get size(): number {
    return this.#connections.size;
  }

  /** Another incarnation: peers of the former one are dropped, new ones must name the new nonce. */
  renew(nonce: number, reason: string): void {
    this.#nonce = nonce;
    for (const connection of [...this.#connections]) connection.close(reason);
  }

  /** Stops listening and drops everybody. */
  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
    for (const connection of [...this.#connections]) connection.close(reason);
  }

  async #accept(): Promise<void> {
    while (!this.#closed) {
      try {
        this.#add(await this.#listener.accept());
      } catch (e) {
        if (this.#closed) return;
        log.warn(`Cannot accept a connection: ${e instanceof Error ? e.message : e}`);
        // Out of file descriptors, most likely: without a pause this loop would take all of a core.
        await new Promise<void>((resolve) => this.#clock.after(100, resolve));
      }
    }
  }

  #add(tcp: Deno.TcpConn): void {
    if (!this.#hasRoom()) return this.#refuse(tcp);
    try {
      tcp.setNoDelay(true);
    } catch {
      // The peer is gone again.
      return tcp.close();
    }
    const { hostname: ip, port } = tcp.remoteAddr as Deno.NetAddr;
    const socketAddr = { type: AddrType.msgr2, nonce: 0, ip, port };
    const parameters = {
      entityType: this.#entityType,
      addrs: () => this.addrs,
      socketAddr,
      gid: this.#options.gid,
      globalSeq: ++this.#globalSeq,
    };
    const role = { kind: "server", parameters } as const;
    const connection = new Connection(
      tcp,
      socketAddr,
      role,
      this.#clock,
      this.#tracked(),
      this.#options.verifier(),
      this.#budget,
    );
    this.#handshakes.set(connection, this.#clock.now());
    this.#connections.add(connection);
    connection.run();
  }

  #hasRoom(): boolean {
    const { maxConnections = MAX_CONNECTIONS, maxHandshakes = MAX_HANDSHAKES } = this.#options;
    if (this.#connections.size >= maxConnections) return false;
    if (this.#handshakes.size < maxHandshakes) return true;
    const [[oldest, since] = []] = this.#handshakes;
    if (oldest === undefined || this.#clock.now() - since! < STALE_HANDSHAKE_MS) return false;
    oldest.close("others wait, and this peer has not proved who it is");
    return true;
  }

  #refuse(tcp: Deno.TcpConn): void {
    tcp.close();
    const [open, unproved] = [this.#connections.size, this.#handshakes.size];
    this.#logLimit.take((dropped) => {
      const which = `${open} are open, ${unproved} of them not yet authenticated`;
      log.warn(`Refused a connection: ${which}${andMore(dropped)}`);
    });
  }

  /** The owner's handler, and our own bookkeeping around it. */
  #tracked(): ConnectionHandler {
    const handler = this.#handler;
    return {
      open: (c, peer) => {
        this.#handshakes.delete(c);
        handler.open?.(c, peer);
      },
      message: (c, raw) => handler.message(c, raw),
      keepaliveAck: (c, stamp) => handler.keepaliveAck?.(c, stamp),
      pause: () => handler.pause?.(),
      closed: (c, reason) => {
        this.#handshakes.delete(c);
        this.#connections.delete(c);
        if (c.peer === undefined) log.debug(`${c.socketAddr.ip}:${c.socketAddr.port}: ${reason.message}`);
        else handler.closed?.(c, reason);
      },
    };
  }
}

function listenInRange({ ip, portMin, portMax }: ListenOptions): Deno.TcpListener {
  for (let port = portMin; port <= portMax; port++) {
    try {
      return Deno.listen({ hostname: ip, port, tcpBacklog: 512 });
    } catch (e) {
      if (!(e instanceof Deno.errors.AddrInUse)) {
        throw new Error(`Cannot listen on ${ip}: ${e instanceof Error ? e.message : e}`);
      }
    }
  }
  throw new Error(`Cannot listen on ${ip}: no free port in ${portMin}..${portMax}`);
}
