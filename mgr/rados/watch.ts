/** One watched object: registered, pinged, registered again. Upstream: Objecter::linger_watch, _send_linger_ping */

import { getLogger } from "@logtape/logtape";
import { type MWatchNotify, WatchEvent } from "../messages/watch_notify.ts";
import type { Clock, Timer } from "../time/clock.ts";
import type { Linger } from "./lingers.ts";
import { OpFlag } from "./op_codes.ts";
import type { OpRequest } from "./open_op.ts";
import type { Target } from "./placement.ts";
import { Errno, OutcomeUnknownError, RadosError } from "./rados_error.ts";
import type { WriteStep } from "./step.ts";
import { notifyAck, watch, type WatchOp } from "./watch_steps.ts";

const log = getLogger(["ganglion", "objecter"]);

/** An OSD forgets a watch without pings after 30 s. Upstream: objecter_tick_interval */
const PING_INTERVAL_MS = 5_000;

/** Notifications that nobody has answered yet; further ones are dropped, and their senders run into their time-out. */
export const MAX_UNANSWERED = 256;

const NOTHING = new Uint8Array(0);

/** Somebody notified. */
export interface Notification {
  readonly notifyId: bigint;
  /** global_id of the client that notified. */
  readonly notifierGid: bigint;
  readonly payload: Uint8Array;
}

/** What the owner of a watch is told. */
export interface WatchHandler {
  /** What it returns goes to the notifier, who waits for it. */
  notified(notification: Notification): Uint8Array | void | Promise<Uint8Array | void>;
  /** The watch was lost for a while and stands again, or soon will: notifications may have been missed. */
  interrupted?(error: Error): void;
  /** The watch is over: the object is deleted, or we may not watch it any more. */
  ended?(error: Error): void;
}

/** What a watch needs of its client. */
export interface WatchLink {
  readonly clock: Clock;
  submit(request: OpRequest): Promise<unknown>;
  /** The watch is over. */
  forget(cookie: bigint): void;
}

/** What is watched. */
export interface WatchOptions {
  readonly target: Target;
  /** "object 'a' of pool 'p'" */
  readonly what: string;
  /** The OSD forgets us after so long without a ping; 0 = osd_client_watch_timeout. */
  readonly timeoutSeconds: number;
}

/** A watch from its first registration on. */
export class Watch implements Linger {
  readonly access = OpFlag.write;
  readonly cookie: bigint;
  readonly #link: WatchLink;
  readonly #o: WatchOptions;
  readonly #handler: WatchHandler;
  readonly #first = Promise.withResolvers<void>();
  /** The OSDs know of it. */
  #registered = false;
  #everRegistered = false;
  #gen = 0;
  /** Ends with each registration; an answer to an earlier one says nothing. */
  #current = new AbortController();
  #ping: Timer | undefined;
  #unanswered = 0;
  #over = false;

  constructor(cookie: bigint, link: WatchLink, options: WatchOptions, handler: WatchHandler) {
    this.cookie = cookie;
    this.#link = link;
    this.#o = options;
    this.#handler = handler;
  }

  get target(): Target {
    return this.#o.target;
  }

  /** Registers. Rejects when the object cannot be watched. */
  begin(): Promise<void> {
    this.#register();
    return this.#first.promise;
  }

  /** Ends the watch. */
  async close(): Promise<void> {
    if (this.#over) return;
    this.#stop();
    await this.#submit("stop watching", watch("unwatch", this.#id), undefined);
  }

  restart(): void {
    if (this.#over) return;
    if (this.#registered) this.#gen++;
    this.#register();
  }

  event(message: MWatchNotify): void {
    if (message.opcode === WatchEvent.notify) void this.#notified(message);
    else if (message.opcode === WatchEvent.disconnect) {
      this.#lost(new Error(`${this.#o.what} was disconnected`));
    }
  }

  end(error: Error): void {
    if (this.#over) return;
    this.#stop();
    if (this.#everRegistered) this.#handler.ended?.(error);
    else this.#first.reject(error);
  }

  get #id() {
    return { cookie: this.cookie, gen: this.#gen };
  }

  #stop(): void {
    this.#over = true;
    this.#renew();
    this.#link.forget(this.cookie);
  }

  /** What was under way for the former registration ends. */
  #renew(): AbortController {
    this.#ping?.cancel();
    this.#current.abort(new Error("the watch is registered anew"));
    return this.#current = new AbortController();
  }

  /** Always with a new operation: one sent again would be taken for done already by an OSD that takes over. */
  #register(): void {
    const current = this.#renew();
    const op: keyof typeof WatchOp = this.#registered ? "reconnect" : "watch";
    const step = watch(op, this.#id, this.#o.timeoutSeconds);
    this.#submit("watch", step, current.signal, { once: true }).then(
      () => current === this.#current && this.#onRegistered(),
      (e: Error) => current === this.#current && this.#onRefused(e),
    );
  }

  #onRegistered(): void {
    this.#registered = this.#everRegistered = true;
    this.#first.resolve();
    this.#ping = this.#link.clock.every(PING_INTERVAL_MS, () => this.#sendPing());
  }

  #onRefused(error: Error): void {
    // Its OSD was lost or does not serve it any more: `restart` comes for the same reason.
    if (error instanceof OutcomeUnknownError) return;
    if (this.#registered && isNotConnected(error)) this.#lost(error);
    else this.end(error);
  }

  #sendPing(): void {
    const { signal } = this.#current;
    const options = { once: true, unheld: true, timeoutMs: PING_INTERVAL_MS };
    this.#submit("watch", watch("ping", this.#id), signal, options).catch((e) => {
      if (!signal.aborted && isNotConnected(e)) this.#lost(e);
    });
  }

  /** The OSD has forgotten us: we begin again, and say so. */
  #lost(error: Error): void {
    if (this.#over) return;
    this.#registered = false;
    log.debug(`watch ${this.cookie}: ${error.message}`);
    this.#register();
    this.#handler.interrupted?.(error);
  }

  async #notified({ notifyId, notifierGid, payload }: MWatchNotify): Promise<void> {
    if (this.#unanswered >= MAX_UNANSWERED) {
      return log.warn(`Dropped a notification of ${this.#o.what}: ${MAX_UNANSWERED} are unanswered`);
    }
    this.#unanswered++;
    try {
      const reply = await this.#handler.notified({ notifyId, notifierGid, payload });
      await this.#submit("answer", notifyAck(notifyId, this.cookie, reply ?? NOTHING), undefined);
    } catch (e) {
      log.warn(`No answer to a notification of ${this.#o.what}: ${e instanceof Error ? e.message : e}`);
    } finally {
      this.#unanswered--;
    }
  }

  #submit(
    verb: string,
    { osdOp }: WriteStep,
    signal: AbortSignal | undefined,
    options: Pick<OpRequest, "once" | "unheld" | "timeoutMs"> = {},
  ): Promise<unknown> {
    const { target, what } = this.#o;
    return this.#link.submit({ target, steps: [osdOp], action: `${verb} ${what}`, signal, ...options });
  }
}

function isNotConnected(error: unknown): error is RadosError {
  return error instanceof RadosError && error.errno === Errno.notConnected;
}
