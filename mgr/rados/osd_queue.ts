/** What is on its way to one OSD: operations that wait, operations that were sent, and a window between them. Pure. */

import { Backoffs } from "./backoffs.ts";
import type { OpenOp } from "./open_op.ts";

/** Operations at one OSD. Upstream: objecter_inflight_ops */
export const MAX_IN_FLIGHT_OPS = 1024;

/**
 * Bytes of operations at one OSD; one operation of any size always may go. Less than a connection may have queued
 * (MAX_QUEUED_BYTES in msgr/connection.ts), so that an OSD which reads slowly does not cost us the connection.
 * Upstream: objecter_inflight_op_bytes
 */
export const MAX_IN_FLIGHT_BYTES = 48 * 1024 * 1024;

/** The operations whose PG one OSD serves. */
export class OsdQueue {
  readonly osd: number;
  readonly backoffs = new Backoffs();
  /** By tid, ascending. */
  #waiting: OpenOp[] = [];
  readonly #sent = new Set<OpenOp>();
  #bytes = 0;
  #flushing = false;
  /** All that waits is held: there is nothing to look for but what is new. */
  #allHeld = true;

  constructor(osd: number) {
    this.osd = osd;
  }

  get size(): number {
    return this.#waiting.length + this.#sent.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** The operation is to be sent to this OSD. */
  add(op: OpenOp): void {
    op.queue = this;
    op.sent = false;
    let at = this.#waiting.length;
    while (at > 0 && this.#waiting[at - 1]!.tid > op.tid) at--;
    this.#waiting.splice(at, 0, op);
  }

  /** The operation is answered, given up, or goes to another OSD. */
  remove(op: OpenOp): void {
    op.queue = undefined;
    if (this.#unsent(op)) return;
    const at = this.#waiting.indexOf(op);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** Sends what may go now, in order; stops when `send` cannot. */
  flush(held: (op: OpenOp) => boolean, send: (op: OpenOp) => boolean): void {
    this.#flushFrom(0, held, send);
  }

  /** As `flush`, after one operation was added and nothing else has changed. */
  flushNewest(held: (op: OpenOp) => boolean, send: (op: OpenOp) => boolean): void {
    if (this.#allHeld) this.#flushFrom(Math.max(0, this.#waiting.length - 1), held, send);
  }

  /** As `flush`, after room has come and nothing else has changed. */
  flushRest(held: (op: OpenOp) => boolean, send: (op: OpenOp) => boolean): void {
    if (!this.#allHeld) this.#flushFrom(0, held, send);
  }

  #flushFrom(at: number, held: (op: OpenOp) => boolean, send: (op: OpenOp) => boolean): void {
    // An operation that ends while it is sent asks for the next one: that is what the loop does anyway.
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      this.#allHeld = this.#sendFrom(at, held, send);
    } finally {
      this.#flushing = false;
    }
  }

  /** Whether the end was reached. */
  #sendFrom(at: number, held: (op: OpenOp) => boolean, send: (op: OpenOp) => boolean): boolean {
    for (let i = at; i < this.#waiting.length;) {
      const op = this.#waiting[i]!;
      if (!this.#hasRoom(op)) return false;
      if (held(op)) {
        i++;
        continue;
      }
      // Counted before it is sent: sending may end the connection, which puts everything back.
      this.#waiting.splice(i, 1);
      this.#onSent(op);
      if (send(op)) continue;
      this.requeue((other) => other === op);
      return false;
    }
    return true;
  }

  /** Operations that were sent and match must be sent again. */
  requeue(matches: (op: OpenOp) => boolean): void {
    for (const op of [...this.#sent].filter(matches)) {
      this.#unsent(op);
      this.add(op);
      this.#allHeld = false;
    }
  }

  /** All operations, in the order of their tids. */
  ops(): OpenOp[] {
    return [...this.#waiting, ...this.#sent].sort((a, b) => Number(a.tid - b.tid));
  }

  #hasRoom(op: OpenOp): boolean {
    if (this.#sent.size === 0) return true;
    return this.#sent.size < MAX_IN_FLIGHT_OPS && this.#bytes + op.bytes <= MAX_IN_FLIGHT_BYTES;
  }

  #onSent(op: OpenOp): void {
    op.sent = true;
    this.#sent.add(op);
    this.#bytes += op.bytes;
  }

  /** Whether it had been sent. */
  #unsent(op: OpenOp): boolean {
    op.sent = false;
    const had = this.#sent.delete(op);
    if (had) this.#bytes -= op.bytes;
    return had;
  }
}
