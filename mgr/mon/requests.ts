/** Questions to the monitors that wait for an answer: matched by a number, resent on a new session, never waiting for ever. */

import type { Clock, Timer } from "../time/clock.ts";
import { TimedOutError } from "../time/timed_out.ts";
import type { RawMessage } from "../types/raw_message.ts";

/** More than this many unanswered questions are refused: somebody asks faster than a quorum can answer. */
export const MAX_PENDING_REQUESTS = 4096;

/** The session or our right to act ended before the answer came; a write may or may not have been done. */
export class RequestLostError extends Error {
  override readonly name = "RequestLostError";
}

/** How a question is to be treated. */
export interface RequestOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** It changes something: resent on a new session only after `release()`, failed by `failWrites()`. */
  readonly write?: boolean;
}

interface Pending {
  readonly raw: RawMessage;
  readonly what: string;
  readonly write: boolean;
  readonly settle: (answer: RawMessage | Error) => void;
}

/** Pending questions of one kind. Numbers count up from 1 and are never used again. */
export class Requests {
  readonly #clock: Clock;
  readonly #send: (raw: RawMessage) => boolean;
  readonly #pending = new Map<bigint, Pending>();
  #held = new Set<bigint>();
  #holding = false;
  #last = 0n;

  /** `send` answers whether there is a session; what could not be sent waits for the next one. */
  constructor(clock: Clock, send: (raw: RawMessage) => boolean) {
    this.#clock = clock;
    this.#send = send;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Sends `make(number)` and waits for `answer(number, ..)`. `what` names it in errors. */
  ask(what: string, make: (id: bigint) => RawMessage, options: RequestOptions): Promise<RawMessage> {
    if (this.#pending.size >= MAX_PENDING_REQUESTS) {
      return Promise.reject(
        new Error(`Cannot send ${what}: ${MAX_PENDING_REQUESTS} requests to the monitors are unanswered`),
      );
    }
    options.signal?.throwIfAborted();
    const id = ++this.#last;
    const raw = make(id);
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(options.timeoutMs, () => {
        settle(
          new TimedOutError(
            `Cannot complete ${what}: no answer of the monitors in ${options.timeoutMs / 1000} s`,
          ),
        );
      });
      const settle = this.#settler(id, timer, options.signal, resolve, reject);
      const write = options.write ?? false;
      this.#pending.set(id, { raw, what, write, settle });
      if (write && this.#holding) this.#held.add(id);
      else this.#send(raw);
    });
  }

  #settler(
    id: bigint,
    timer: Timer,
    signal: AbortSignal | undefined,
    resolve: (raw: RawMessage) => void,
    reject: (reason: unknown) => void,
  ): (answer: RawMessage | Error) => void {
    const settle = (answer: RawMessage | Error): void => {
      if (!this.#pending.delete(id)) return;
      this.#held.delete(id);
      timer.cancel();
      signal?.removeEventListener("abort", onAbort);
      if (answer instanceof Error) reject(answer);
      else resolve(answer);
    };
    const onAbort = (): void =>
      settle(signal?.reason instanceof Error ? signal.reason : new Error("Aborted"));
    signal?.addEventListener("abort", onAbort, { once: true });
    return settle;
  }

  /** Takes an answer; false if nobody waits for it (any more). */
  answer(id: bigint, raw: RawMessage): boolean {
    const pending = this.#pending.get(id);
    pending?.settle(raw);
    return pending !== undefined;
  }

  /** A new session stands: reads go out again with their old numbers, writes wait for `releaseWrites`. */
  newSession(): void {
    this.#held = new Set();
    this.#holding = true;
    for (const [id, { raw, write }] of this.#pending) {
      if (write) this.#held.add(id);
      else this.#send(raw);
    }
  }

  /** The new session has shown that we may still act: held writes go out. They may be done twice. */
  releaseWrites(): void {
    const held = this.#held;
    this.#held = new Set();
    this.#holding = false;
    for (const id of held) this.#send(this.#pending.get(id)!.raw);
  }

  /** We may not act any more: unanswered writes fail, and nobody knows whether they were done. */
  failWrites(reason: string): void {
    for (const { write, what, settle } of [...this.#pending.values()]) {
      if (write) settle(new RequestLostError(`Cannot tell whether ${what} was done: ${reason}`));
    }
  }

  /** The end: everything fails. */
  close(reason: string): void {
    for (const { what, settle } of [...this.#pending.values()]) {
      settle(new RequestLostError(`Cannot complete ${what}: ${reason}`));
    }
  }
}
