/** One connection at the edge: a socket, a queue and timers around the pure protocol. */

import type { Clock, Timer } from "../time/clock.ts";
import type { EntityAddr } from "../types/entity_addr.ts";
import type { RawMessage } from "../types/raw_message.ts";
import { type UTime, utimeOfMs } from "../types/utime.ts";
import type { AuthVerdict, Verifier } from "./authenticator.ts";
import type { ByteBudget } from "./byte_budget.ts";
import type { PeerFacts } from "./handshake.ts";
import type { Role } from "./opening.ts";
import { Protocol, type ProtocolEvent } from "./protocol.ts";

/** A connection that is not open by then is closed. Upstream: ms_connection_ready_timeout */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** An open connection without a byte for so long is closed. Upstream: ms_connection_idle_timeout */
export const IDLE_TIMEOUT_MS = 900_000;
/** How often is looked for those. */
export const IDLE_LOOK_MS = 15_000;
/** Bytes that may wait for a peer that reads slowly; one message of any size always may. */
export const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** Control frames (answers to keepalives) that may wait for a peer that asks and does not read; then it is not read from. */
const MAX_UNREAD_ANSWERS = 64 * 1024;
/** Small frames are joined into one write of about this size. */
const WRITE_BYTES = 256 * 1024;

/** What a connection needs of its socket; Deno.Conn has it. */
export interface ByteStream {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** What the owner of connections is told. Calls come in order; nothing comes after `closed`. */
export interface ConnectionHandler {
  open?(connection: Connection, peer: PeerFacts): void;
  /** Throwing closes the connection. The next bytes are read when a returned promise settles. */
  message(connection: Connection, raw: RawMessage): void | Promise<void>;
  keepaliveAck?(connection: Connection, stamp: UTime): void;
  /** Asked when bytes have come: they are looked at, and more are read, when the promise settles. */
  pause?(): Promise<void> | undefined;
  closed?(connection: Connection, reason: Error): void;
}

/** Why a connection that we closed ourselves is closed. */
export class ConnectionClosedError extends Error {
  override readonly name = "ConnectionClosedError";
}

/** A connection in either role, from its first byte to its last. */
export class Connection {
  /** The socket's other end: type msgr2, nonce 0. */
  readonly socketAddr: EntityAddr;
  readonly #stream: ByteStream;
  readonly #clock: Clock;
  readonly #handler: ConnectionHandler;
  /** Until the session is open. */
  #verifier: Verifier | undefined;
  readonly #budget: ByteBudget | undefined;
  readonly #protocol: Protocol;
  readonly #role: Role["kind"];
  readonly #queue: RawMessage[] = [];
  #queuedBytes = 0;
  #held = 0;
  #peer: PeerFacts | undefined;
  #closed = false;
  #flushing = false;
  /** Of what is being written now. */
  #written: Promise<void> | undefined;
  #lastReceived: number;
  /** Of the handshake; then, of a connection that we have dialled, the one that looks whether it is idle. */
  #timer: Timer | undefined;
  #verdict: Promise<AuthVerdict> | undefined;
  #handled: Promise<void>[] = [];

  constructor(
    stream: ByteStream,
    socketAddr: EntityAddr,
    role: Role,
    clock: Clock,
    handler: ConnectionHandler,
    verifier?: Verifier,
    budget?: ByteBudget,
  ) {
    this.#stream = stream;
    this.socketAddr = socketAddr;
    this.#clock = clock;
    this.#handler = handler;
    this.#verifier = verifier;
    this.#budget = budget;
    this.#lastReceived = clock.now();
    this.#role = role.kind;
    this.#protocol = new Protocol(role, (event) => this.#on(event));
    this.#timer = clock.after(HANDSHAKE_TIMEOUT_MS, () => {
      this.#end(
        new Error(
          `Cannot open a session: the peer was silent in state "${this.state}" for ${
            HANDSHAKE_TIMEOUT_MS / 1000
          } s`,
        ),
      );
    });
  }

  /** What the peer told and proved; undefined before the session is open. */
  get peer(): PeerFacts | undefined {
    return this.#peer;
  }

  get isOpen(): boolean {
    return this.#peer !== undefined && !this.#closed;
  }

  /** What it waits for: for error texts, and to see whether a handshake goes on. */
  get state(): string {
    return this.#protocol.state;
  }

  /** Monotonic milliseconds of the last byte received. */
  get lastReceived(): number {
    return this.#lastReceived;
  }

  /** Bytes of messages that wait to be written. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Runs the connection until it ends. Never rejects. */
  async run(): Promise<void> {
    try {
      this.#flush();
      while (!this.#closed) {
        const space = this.#protocol.space();
        this.#count(this.#protocol.held);
        const n = await this.#stream.read(space);
        if (n === null) throw new ConnectionClosedError("the peer closed the connection");
        this.#lastReceived = this.#clock.now();
        const pause = this.#handler.pause?.();
        if (pause !== undefined) await pause;
        const work = this.#protocol.filled(n);
        if (work !== undefined) await work;
        while (this.#verdict !== undefined) await this.#judge(this.#verdict);
        this.#flush();
        if (this.#protocol.outputBytes > MAX_UNREAD_ANSWERS) await this.#written;
        if (this.#handled.length > 0) await Promise.all(this.#handled.splice(0));
      }
    } catch (e) {
      this.#flush();
      this.#end(e instanceof Error ? e : new Error(String(e)));
    }
  }

  /** Queues a message: higher priorities first, in order among equals. False when the connection is gone. */
  send(raw: RawMessage): boolean {
    if (!this.isOpen) return false;
    const size = raw.front.length + raw.middle.length + raw.data.length;
    if (this.#queuedBytes > 0 && this.#queuedBytes + size > MAX_QUEUED_BYTES) {
      this.#end(new Error(`Cannot send: the peer reads too slowly, ${this.#queuedBytes} bytes wait for it`));
      return false;
    }
    let at = this.#queue.length;
    while (at > 0 && this.#queue[at - 1]!.priority < raw.priority) at--;
    this.#queue.splice(at, 0, raw);
    this.#queuedBytes += size;
    this.#flush();
    return true;
  }

  /** Sends KEEPALIVE2 with our wall clock. */
  keepalive(): void {
    if (!this.isOpen) return;
    this.#protocol.keepalive(utimeOfMs(this.#clock.wall()));
    this.#flush();
  }

  /** Closes an open connection that has been silent for IDLE_TIMEOUT_MS. */
  closeIfIdle(): void {
    if (!this.isOpen || this.#clock.now() - this.#lastReceived < IDLE_TIMEOUT_MS) return;
    this.close(`nothing was received for ${IDLE_TIMEOUT_MS / 1000} s`);
  }

  /** Closes at once; what is queued is lost, as on every lossy connection. */
  close(reason: string): void {
    this.#end(new ConnectionClosedError(reason));
  }

  #count(held: number): void {
    const delta = held - this.#held;
    this.#held = held;
    if (delta !== 0) this.#budget?.change(delta);
  }

  async #judge(verdict: Promise<AuthVerdict>): Promise<void> {
    this.#verdict = undefined;
    const work = this.#protocol.verdict(await verdict);
    if (work !== undefined) await work;
  }

  #on(event: ProtocolEvent): void {
    if (this.#closed) return;
    switch (event.kind) {
      case "verify": {
        const { request, more, peerType } = event;
        if (this.#verifier === undefined) throw new Error("Cannot verify: this connection has no verifier");
        this.#verdict = Promise.resolve(
          more ? this.#verifier.more(request.payload) : this.#verifier.request(request, peerType),
        );
        return;
      }
      case "open":
        this.#peer = event.peer;
        this.#verifier = undefined;
        this.#timer?.cancel();
        // Those that were accepted are so many that the acceptor has one timer for all.
        this.#timer = this.#role === "client"
          ? this.#clock.every(IDLE_LOOK_MS, () => this.closeIfIdle())
          : undefined;
        return this.#handler.open?.(this, event.peer);
      case "message": {
        const done = this.#handler.message(this, event.raw);
        if (done !== undefined) this.#handled.push(done);
        return;
      }
      case "keepalive_ack":
        return this.#handler.keepaliveAck?.(this, event.stamp);
    }
  }

  #flush(): void {
    if (this.#flushing || this.#closed) return;
    this.#flushing = true;
    const written = this.#writeAll().catch((e) => this.#end(e instanceof Error ? e : new Error(String(e))));
    if (this.#flushing) this.#written = written;
  }

  async #writeAll(): Promise<void> {
    for (let bytes = this.#batch(); bytes !== undefined && !this.#closed; bytes = this.#batch()) {
      for (let at = 0; at < bytes.length;) at += await this.#stream.write(bytes.subarray(at));
    }
    // In the same step as the empty batch: what is queued from now on finds nobody writing.
    this.#flushing = false;
    this.#written = undefined;
  }

  /** The next bytes to write: control frames first, then messages until the batch is big enough. */
  #batch(): Uint8Array | undefined {
    const parts = this.#protocol.output();
    let size = parts.reduce((sum, p) => sum + p.length, 0);
    while (size < WRITE_BYTES && this.#queue.length > 0 && this.#protocol.open) {
      const raw = this.#queue.shift()!;
      this.#queuedBytes -= raw.front.length + raw.middle.length + raw.data.length;
      this.#protocol.message(raw);
      for (const p of this.#protocol.output()) {
        parts.push(p);
        size += p.length;
      }
    }
    if (parts.length <= 1) return parts[0];
    const joined = new Uint8Array(size);
    let at = 0;
    for (const p of parts) {
      joined.set(p, at);
      at += p.length;
    }
    return joined;
  }

  #end(reason: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#count(0);
    try {
      this.#stream.close();
    } catch {
      // The socket is gone already.
    }
    this.#handler.closed?.(this, reason);
  }
}
