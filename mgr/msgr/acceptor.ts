/** Accepts connections. */

import { getLogger } from "@logtape/logtape";
import { type Clock, sleep, type Timer } from "../time/clock.ts";
import { AddrType, type EntityAddrVec } from "../types/entity_addr.ts";
import type { Verifier } from "./authenticator.ts";
import { ByteBudget } from "./byte_budget.ts";
import { Connection, type ConnectionHandler, IDLE_LOOK_MS } from "./connection.ts";
import { Handshakes } from "./handshakes.ts";

const log = getLogger(["ganglion", "ms"]);

/** Open connections of all peers: a cluster of 10,000 OSDs and its clients fit; more is an attack or a leak. */
export const MAX_CONNECTIONS = 40_000;
/**
 * Handshakes under way; others wait, for when thousands of OSDs come at once it is better to serve some after the others
 * in time than all together too late.
 */
export const MAX_HANDSHAKES = 512;
/** What all peers together may have sent of messages that are not complete: room for every connection, and some big ones. */
const MAX_HELD_BYTES = 1024 * 1024 * 1024;
/**
 * Connections that the system holds until our loop comes by: it sends further ones away, and they are seconds late then.
 * It may be set to hold fewer (net.core.somaxconn).
 */
const BACKLOG = 4096;
/** When there is no place or no file descriptor, that changes when somebody leaves. */
const RETRY_MS = 100;
/** Without trouble for so long, all is well again. */
const FULL_MS = 10_000;

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
  /** Told why nobody is let in any more, and undefined when that is over. */
  readonly onFull?: (why: string | undefined) => void;
}

/** A listening socket and the connections that came through it. */
export class Acceptor {
  readonly #options: ListenOptions;
  readonly #entityType: number;
  readonly #clock: Clock;
  /** The owner's, and our own bookkeeping around it. */
  readonly #handler: ConnectionHandler;
  readonly #listener: Deno.TcpListener;
  readonly #connections = new Set<Connection>();
  /** Those of which the peer has not proved who it is, and those who wait to become one of them. */
  readonly #handshakes: Handshakes<Connection, Deno.TcpConn>;
  readonly #budget: ByteBudget;
  readonly #idleLook: Timer;
  /** Nobody could be let in a moment ago. */
  #full: Timer | undefined;
  #nonce = 0;
  #globalSeq = 0n;
  #closed = false;

  constructor(options: ListenOptions, entityType: number, clock: Clock, handler: ConnectionHandler) {
    this.#options = options;
    this.#entityType = entityType;
    this.#clock = clock;
    this.#handler = this.#tracked(handler);
    this.#handshakes = new Handshakes(
      clock,
      options.maxHandshakes ?? MAX_HANDSHAKES,
      (tcp) => this.#add(tcp),
    );
    this.#budget = new ByteBudget(options.maxHeldBytes ?? MAX_HELD_BYTES);
    this.#listener = listenInRange(options);
    this.#idleLook = clock.every(IDLE_LOOK_MS, () => {
      for (const connection of this.#connections) connection.closeIfIdle();
    });
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
    this.#handshakes.dismiss();
    for (const connection of [...this.#connections]) connection.close(reason);
  }

  /** Stops listening and drops everybody. */
  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handshakes.dismiss();
    this.#full?.cancel();
    this.#idleLook.cancel();
    this.#listener.close();
    for (const connection of [...this.#connections]) connection.close(reason);
  }

  async #accept(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#place();
        const tcp = await this.#listener.accept();
        if (this.#closed) return tcp.close();
        this.#handshakes.come(tcp);
      } catch (e) {
        if (this.#closed) return;
        // Out of file descriptors, most likely.
        this.#setFull(e instanceof Error ? e.message : String(e));
        await sleep(this.#clock, RETRY_MS);
      }
    }
  }

  /** Resolves when fewer connections are open than may be. */
  async #place(): Promise<void> {
    const { maxConnections = MAX_CONNECTIONS } = this.#options;
    const open = (): number => this.#connections.size + this.#handshakes.waiting;
    while (!this.#closed && open() >= maxConnections) {
      this.#setFull(`${open()} are open, and that is the limit`);
      await sleep(this.#clock, RETRY_MS);
    }
  }

  #setFull(why: string): void {
    const { onFull } = this.#options;
    if (this.#full === undefined) {
      log.warn(`Cannot accept connections: ${why}`);
      onFull?.(why);
    }
    this.#full?.cancel();
    this.#full = this.#clock.after(FULL_MS, () => {
      this.#full = undefined;
      log.info("accepting connections again");
      onFull?.(undefined);
    });
  }

  #add(tcp: Deno.TcpConn): void {
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
      this.#handler,
      this.#options.verifier(),
      this.#budget,
    );
    this.#handshakes.add(connection);
    this.#connections.add(connection);
    connection.run();
  }

  #tracked(handler: ConnectionHandler): ConnectionHandler {
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
      return Deno.listen({ hostname: ip, port, tcpBacklog: BACKLOG });
    } catch (e) {
      if (!(e instanceof Deno.errors.AddrInUse)) {
        throw new Error(`Cannot listen on ${ip}: ${e instanceof Error ? e.message : e}`);
      }
    }
  }
  throw new Error(`Cannot listen on ${ip}: no free port in ${portMin}..${portMax}`);
}
