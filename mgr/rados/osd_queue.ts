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
    this.#unsent(op);
    const at = this.#waiting.indexOf(op);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** Sends what may go now, in order; stops when `send` cannot. */
  flush(held: (op: OpenOp) => boolean, send: (op: OpenOp) => boolean): void {
    for (let i = 0; i < this.#waiting.length;) {
      const op = this.#waiting[i]!;
      if (!this.#hasRoom(op)) return;
      if (held(op)) {
        i++;
        continue;
      }
      // Counted before it is sent: sending may end the connection, which puts everything back.
      this.#waiting.splice(i, 1);
      this.#onSent(op);
      if (send(op)) continue;
      this.requeue((other) => other === op);
      return;
    }
  }

  /** Operations that were sent and match must be sent again. */
  requeue(matches: (op: OpenOp) => boolean): void {
    for (const op of [...this.#sent].filter(matches)) {
      this.#unsent(op);
      this.add(op);
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

  #unsent(op: OpenOp): void {
    op.sent = false;
    if (this.#sent.delete(op)) this.#bytes -= op.bytes;
  }
}
