/** Operations on objects until they are answered: sent, sent again, held, given up. Upstream: osdc/Objecter.cc */

import { getLogger } from "@logtape/logtape";
import { OsdMapper } from "../crush/osd_mapper.ts";
import { pack, type RawMessage, unpack } from "../messages/message.ts";
import { BackoffOp, MOSDBackoff } from "../messages/osd_backoff.ts";
import { MOSDOp, NO_REQID } from "../messages/osd_op.ts";
import { MOSDOpReply } from "../messages/osd_op_reply.ts";
import { SUPPORTED_FEATURES } from "../msgr/features.ts";
import type { Clock } from "../time/clock.ts";
import { NO_SNAP } from "../types/hobject.ts";
import type { OsdMap } from "../types/osd_map.ts";
import { utimeOfMs } from "../types/utime.ts";
import { accessFlags, OpFlag } from "./op_codes.ts";
import { OpenOp, type OpRequest } from "./open_op.ts";
import { OsdQueue } from "./osd_queue.ts";
import { hobjectOf, holdReason, type MapView, NO_OSD, place, refusesEverything } from "./placement.ts";
import { Errno, OutcomeUnknownError, RadosError } from "./rados_error.ts";

const log = getLogger(["ganglion", "objecter"]);

/** More open operations are refused: somebody asks faster than the cluster answers. */
export const MAX_OPEN_OPS = 16_384;

/** Upstream: osd_client_op_priority */
const OP_PRIORITY = 63;

/** The way to the OSDs and the monitors. */
export interface ObjecterLink {
  /** Dials; `opened` or `lost` follows, if it was not open already. */
  want(osd: number): void;
  /** False when there is no open session. */
  send(osd: number, raw: RawMessage): boolean;
  /** The newest epoch that there is. */
  newestEpoch(): Promise<number>;
  /** Why nothing may be changed now, or undefined. Asked at each sending. */
  refusal(): string | undefined;
  /** OSDs refuse us for good. */
  blocklisted(): void;
}

/** All operations of one client. Holds no sockets; what it is told comes in any order. */
export class Objecter {
  readonly #link: ObjecterLink;
  readonly #clock: Clock;
  readonly #ops = new Map<bigint, OpenOp>();
  readonly #queues = new Map<number, OsdQueue>();
  #view: MapView | undefined;
  #lastTid = 0n;
  #started = false;
  #end: Error | undefined;
  /** A question for the newest epoch is on its way. */
  #asking = false;

  constructor(link: ObjecterLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  /** The newest map that we have. */
  get view(): MapView | undefined {
    return this.#view;
  }

  /** Operations without an answer. */
  get size(): number {
    return this.#ops.size;
  }

  /** From now on operations are sent. */
  start(): void {
    this.#started = true;
    this.#flushAll();
  }

  /** Everything that is open and everything to come fails so. */
  close(error: Error): void {
    this.#end ??= error;
    for (const op of [...this.#ops.values()]) op.settle(error);
  }

  /** Resolves when the steps are done; rejects with RadosError for what the OSD says, OutcomeUnknownError, or the signal's reason. */
  submit(request: OpRequest): Promise<MOSDOpReply> {
    const refused = this.#end ?? this.#refusal(request);
    if (refused !== undefined) return Promise.reject(refused);
    const { promise, resolve, reject } = Promise.withResolvers<MOSDOpReply>();
    const op = this.#open(request, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
    this.#retarget(op, false);
    if (op.queue !== undefined) this.#flush(op.queue, "flushNewest");
    return promise;
  }

  /** A newer map. */
  osdMap(map: OsdMap): void {
    const skipped = this.#view !== undefined && map.epoch !== this.#view.map.epoch + 1;
    this.#view = { map, mapper: new OsdMapper(map) };
    for (const op of [...this.#ops.values()]) this.#retarget(op, skipped);
    this.#flushAll();
  }

  /** A session with that OSD is open. */
  opened(osd: number): void {
    const queue = this.#queues.get(osd);
    if (queue !== undefined) this.#flush(queue);
  }

  /** The session with that OSD is lost, or it could not be reached. */
  lost(osd: number, reason: string): void {
    const queue = this.#queues.get(osd);
    if (queue === undefined) return;
    queue.backoffs.clear();
    for (const op of queue.ops()) if (op.sent && op.request.once) this.#giveUp(op, reason);
    queue.requeue(() => true);
    if (queue.size > 0) this.#link.want(osd);
  }

  /** MOSDOpReply. Throws DecodeError. */
  reply(osd: number, raw: RawMessage): void {
    const op = this.#ops.get(raw.tid);
    if (op === undefined || op.queue?.osd !== osd) return;
    const reply = unpack(MOSDOpReply, raw);
    // An answer to an earlier sending says nothing about this one.
    if (reply.retryAttempt !== op.attempts - 1) return;
    if (reply.redirect !== undefined) return this.#redirect(op, reply.redirect);
    if (reply.result === Errno.blocklisted) this.#link.blocklisted();
    op.settle(reply.result < 0 ? new RadosError(op.request.action, reply.result) : reply);
  }

  /** MOSDBackoff. Throws DecodeError. */
  backoff(osd: number, raw: RawMessage): void {
    const message = unpack(MOSDBackoff, raw);
    const queue = this.#queueOf(osd);
    if (message.op === BackoffOp.block) {
      queue.backoffs.add(message);
      // The OSD drops what it has of them.
      queue.requeue((op) => this.#blocked(op, queue));
      const mapEpoch = this.#view?.map.epoch ?? message.mapEpoch;
      this.#link.send(osd, pack(MOSDBackoff, { ...message, op: BackoffOp.ackBlock, mapEpoch }));
    } else if (message.op === BackoffOp.unblock) {
      queue.backoffs.remove(message);
      this.#flush(queue);
    }
  }

  #refusal({ action, signal }: OpRequest): Error | undefined {
    if (signal?.aborted) return reasonOf(signal);
    if (this.#ops.size < MAX_OPEN_OPS) return undefined;
    return new RadosError(action, Errno.busy, `${MAX_OPEN_OPS} operations are unanswered`);
  }

  #open(request: OpRequest, done: (answer: MOSDOpReply | Error) => void): OpenOp {
    const { steps, signal, timeoutMs = 0 } = request;
    const flags = OpFlag.ondisk | OpFlag.knownRedir | OpFlag.supportsPoolEio | (request.flags ?? 0) |
      accessFlags(steps.map(({ op }) => op));
    const timer = timeoutMs > 0 ? this.#clock.after(timeoutMs, () => this.#expired(op)) : undefined;
    const onAbort = (): void => op.settle(reasonOf(signal!));
    const op = new OpenOp(++this.#lastTid, request, flags, utimeOfMs(this.#clock.wall()), (answer) => {
      if (!this.#ops.delete(op.tid)) return;
      timer?.cancel();
      signal?.removeEventListener("abort", onAbort);
      const { queue } = op;
      queue?.remove(op);
      done(answer);
      if (queue !== undefined) this.#flush(queue, "flushRest");
    });
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#ops.set(op.tid, op);
    return op;
  }

  /** Finds out where the operation belongs now; it waits there to be sent when that has changed. */
  #retarget(op: OpenOp, force: boolean): void {
    if (this.#view === undefined) return;
    const placement = place(this.#view, op.target, op.flags);
    if (placement === undefined) return this.#poolMissing(op);
    if (refusesEverything(placement.pool)) return op.settle(new RadosError(op.request.action, Errno.io));
    const moved = force || op.placement?.interval !== placement.interval;
    op.placement = placement;
    if (!moved) return;
    if (op.attempts > 0 && op.request.once) {
      return this.#giveUp(op, "the object is served by another OSD now");
    }
    op.queue?.remove(op);
    if (placement.primary !== NO_OSD) this.#queueOf(placement.primary).add(op);
  }

  #queueOf(osd: number): OsdQueue {
    let queue = this.#queues.get(osd);
    if (queue === undefined) this.#queues.set(osd, queue = new OsdQueue(osd));
    return queue;
  }

  /** A pool that was there is gone; one that we do not know may be younger than our map. */
  #poolMissing(op: OpenOp): void {
    if (op.placement !== undefined) {
      op.settle(new RadosError(op.request.action, Errno.noEntry, "the pool is gone"));
    } else this.#askNewest();
  }

  async #askNewest(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      this.#judgePools(await this.#link.newestEpoch());
    } catch (e) {
      log.warn(`Cannot learn whether a pool exists: ${e instanceof Error ? e.message : e}`);
    } finally {
      this.#asking = false;
    }
  }

  /** Operations whose pool is in no map up to `newest` fail; with an older map of ours they wait. */
  #judgePools(newest: number): void {
    if (this.#view === undefined || this.#view.map.epoch < newest) return;
    const { pools } = this.#view.map;
    for (const op of [...this.#ops.values()]) {
      if (op.placement !== undefined || pools.has(op.target.locator.pool)) continue;
      op.settle(new RadosError(op.request.action, Errno.noEntry, "there is no such pool"));
    }
  }

  #flushAll(): void {
    for (const queue of [...this.#queues.values()]) this.#flush(queue);
  }

  #flush(queue: OsdQueue, how: "flush" | "flushNewest" | "flushRest" = "flush"): void {
    if (!this.#started || queue.waiting === 0 || this.#end !== undefined) return;
    this.#link.want(queue.osd);
    const held = (op: OpenOp): boolean => this.#held(op, queue) !== undefined;
    const send = (op: OpenOp): boolean => this.#send(op, queue.osd);
    queue[how](held, send);
  }

  #held(op: OpenOp, queue: OsdQueue): string | undefined {
    const { pool } = op.placement!;
    const reason = op.request.unheld ? undefined : holdReason(this.#view!.map, pool, op.flags);
    if (reason !== undefined) return reason;
    return this.#blocked(op, queue) ? `osd.${queue.osd} has put its PG off` : undefined;
  }

  #blocked(op: OpenOp, { backoffs }: OsdQueue): boolean {
    const { placement } = op;
    return placement !== undefined && backoffs.blocks(placement.pgid, () => hobjectOf(op.target, placement));
  }

  /** False when the session is not open. */
  #send(op: OpenOp, osd: number): boolean {
    const refusal = op.flags & OpFlag.write ? this.#link.refusal() : undefined;
    if (refusal !== undefined) {
      this.#giveUp(op, refusal);
      return true;
    }
    const sent = this.#link.send(osd, pack(MOSDOp, this.#message(op), op.tid, OP_PRIORITY));
    if (sent) op.attempts++;
    return sent;
  }

  #message(op: OpenOp): MOSDOp {
    const { pgid, hash, locator } = op.placement!;
    return {
      pgid,
      hash,
      osdmapEpoch: this.#view!.map.epoch,
      flags: op.attempts > 0 ? op.flags | OpFlag.retry : op.flags,
      reqid: NO_REQID,
      clientInc: 0,
      mtime: op.mtime,
      locator,
      oid: op.target.oid,
      ops: op.request.steps,
      snapid: NO_SNAP,
      snapSeq: 0n,
      snaps: [],
      retryAttempt: op.attempts,
      features: SUPPORTED_FEATURES,
    };
  }

  /** As a new operation, with a tid of its own. */
  #redirect(op: OpenOp, { locator, object }: NonNullable<MOSDOpReply["redirect"]>): void {
    this.#ops.delete(op.tid);
    op.queue?.remove(op);
    op.tid = ++this.#lastTid;
    this.#ops.set(op.tid, op);
    op.target = { oid: object === "" ? op.target.oid : object, locator };
    op.flags |= OpFlag.redirected | OpFlag.ignoreCache | OpFlag.ignoreOverlay;
    op.attempts = 0;
    op.placement = undefined;
    this.#retarget(op, true);
    if (op.queue !== undefined) this.#flush(op.queue);
  }

  /** It will not be sent (again). */
  #giveUp(op: OpenOp, reason: string): void {
    const { action } = op.request;
    op.settle(
      op.attempts > 0
        ? new OutcomeUnknownError(`Cannot ${action}, nor tell whether it was done: ${reason}`)
        : new Error(`Cannot ${action}: ${reason}`),
    );
  }

  #expired(op: OpenOp): void {
    const seconds = op.request.timeoutMs! / 1000;
    op.settle(
      new RadosError(op.request.action, Errno.timedOut, `no answer in ${seconds} s: ${this.#state(op)}`),
    );
  }

  /** What the operation waits for. */
  #state(op: OpenOp): string {
    if (this.#view === undefined) return "there is no OSDMap yet";
    if (!this.#started) return "the client has not been let in yet";
    if (op.placement === undefined) return "its pool is in no OSDMap that we have";
    if (op.queue === undefined) return "no OSD serves its PG";
    if (op.sent) return `osd.${op.queue.osd} has it`;
    return this.#held(op, op.queue) ?? `it waits for osd.${op.queue.osd}`;
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error("aborted");
}
