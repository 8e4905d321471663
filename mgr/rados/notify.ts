/** One notify until all who watch have answered. Upstream: Objecter::linger_notify */

import { type MWatchNotify, WatchEvent } from "../messages/watch_notify.ts";
import type { Clock, Timer } from "../time/clock.ts";
import type { Linger } from "./lingers.ts";
import { OpFlag } from "./op_codes.ts";
import type { OpRequest } from "./open_op.ts";
import type { Target } from "./placement.ts";
import { Errno, OutcomeUnknownError, RadosError } from "./rados_error.ts";
import { notify, type NotifyResult, readNotifyResult } from "./watch_steps.ts";

/** The OSD ends a notify in time; an OSD that takes over begins again. */
const GRACE_MS = 60_000;

/** What a notify needs of its client. */
export interface NotifyLink {
  readonly clock: Clock;
  /** Answers with the number of the notify. */
  submit(request: OpRequest): Promise<bigint>;
  /** It is over. */
  forget(cookie: bigint): void;
}

/** Whom to notify of what. */
export interface NotifyOptions {
  readonly target: Target;
  /** "notify object 'a' of pool 'p'" */
  readonly action: string;
  /** How long those who watch may take. */
  readonly timeoutSeconds: number;
  readonly payload: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

/** A notify that is under way. */
export class Notify implements Linger {
  readonly access = OpFlag.read;
  readonly cookie: bigint;
  readonly #link: NotifyLink;
  readonly #o: NotifyOptions;
  readonly #done = Promise.withResolvers<NotifyResult>();
  readonly #timer: Timer;
  readonly #onAbort = (): void => this.end(this.#o.signal!.reason);
  #id: bigint | undefined;
  /** The end came before the answer that says which notify is ours. */
  #early: MWatchNotify | undefined;
  #current = new AbortController();

  constructor(cookie: bigint, link: NotifyLink, options: NotifyOptions) {
    this.cookie = cookie;
    this.#link = link;
    this.#o = options;
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
    const seconds = options.timeoutSeconds + GRACE_MS / 1000;
    this.#timer = link.clock.after(seconds * 1000, () => {
      this.end(new RadosError(options.action, Errno.timedOut, `not complete in ${seconds} s`));
    });
  }

  get target(): Target {
    return this.#o.target;
  }

  /** Sends it. Resolves with all answers, also when some are missing; rejects with RadosError. */
  begin(): Promise<NotifyResult> {
    this.restart();
    return this.#done.promise;
  }

  restart(): void {
    this.#current.abort(new Error("the notify is sent anew"));
    const current = this.#current = new AbortController();
    this.#id = this.#early = undefined;
    const { target, action, timeoutSeconds, payload } = this.#o;
    const steps = [notify(this.cookie, timeoutSeconds, payload).osdOp];
    this.#link.submit({ target, steps, action, once: true, signal: current.signal }).then(
      (id) => current === this.#current && this.#begun(id),
      // What was lost with its OSD is sent anew.
      (e: Error) => current === this.#current && !(e instanceof OutcomeUnknownError) && this.end(e),
    );
  }

  event(message: MWatchNotify): void {
    if (message.opcode !== WatchEvent.notifyComplete) return;
    if (this.#id === undefined) this.#early = message;
    else if (message.notifyId === this.#id) this.#complete(message);
  }

  #begun(id: bigint): void {
    this.#id = id;
    if (this.#early !== undefined) this.event(this.#early);
  }

  #complete({ returnCode, answers }: MWatchNotify): void {
    if (returnCode !== 0 && returnCode !== Errno.timedOut) {
      return this.end(new RadosError(this.#o.action, returnCode));
    }
    this.#done.resolve(readNotifyResult(answers));
    this.#stop();
  }

  end(error: Error): void {
    this.#done.reject(error);
    this.#stop();
  }

  #stop(): void {
    this.#timer.cancel();
    this.#o.signal?.removeEventListener("abort", this.#onAbort);
    this.#link.forget(this.cookie);
    this.#current.abort(new Error("the notify is over"));
  }
}
