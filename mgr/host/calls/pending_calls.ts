/** Calls of one process that take their time: counted, and ended by their deadline, by the module, or with the process. */

import type { Clock } from "../../time/clock.ts";
import { TimedOutError } from "../../time/timed_out.ts";

/** More are refused: each holds its arguments in our memory. */
export const MAX_WAITING_CALLS = 512;
/** Bytes that the arguments of these calls have; one call of any size may always run. */
export const MAX_WAITING_BYTES = 128 * 1024 * 1024;
/** A module that waits longer has forgotten it. */
export const MAX_TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** One call. */
export interface PendingCall {
  /** The module's name for it: `cancel` has it. */
  readonly id: number;
  /** For errors: "call hello.greet". */
  readonly action: string;
  readonly bytes: number;
  /** Undefined: whoever carries it out keeps the time. */
  readonly timeoutMs?: number;
}

/** Of one process; close it with the process. */
export class PendingCalls {
  readonly #clock: Clock;
  readonly #calls = new Map<number, AbortController>();
  readonly #ended = new AbortController();
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborts when the process has ended. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** How many there are. */
  get size(): number {
    return this.#calls.size;
  }

  /** Carries it out; `work` has a signal that aborts with the reason why nobody waits any more. */
  async run<T>(call: PendingCall, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { id, bytes, action, timeoutMs } = call;
    this.#check(call);
    const stop = new AbortController();
    const aborted = Promise.withResolvers<never>();
    stop.signal.addEventListener("abort", () => aborted.reject(stop.signal.reason), { once: true });
    const timer = timeoutMs === undefined ? undefined : this.#clock.after(timeoutMs, () => {
      stop.abort(new TimedOutError(`Cannot ${action}: no answer in ${timeoutMs / 1000} s`));
    });
    this.#calls.set(id, stop);
    this.#bytes += bytes;
    try {
      return await Promise.race([work(stop.signal), aborted.promise]);
    } finally {
      timer?.cancel();
      this.#bytes -= bytes;
      this.#calls.delete(id);
    }
  }

  /** The module waits no longer. */
  cancel(id: number): void {
    this.#calls.get(id)?.abort(new Error("the module waits no longer"));
  }

  /** The process has ended. */
  close(): void {
    const reason = new Error("the module has ended");
    for (const call of [...this.#calls.values()]) call.abort(reason);
    this.#ended.abort(reason);
  }

  #check({ id, action, bytes }: PendingCall): void {
    this.ended.throwIfAborted();
    const refuse = (why: string): never => {
      throw new Error(`Cannot ${action}: ${why}`);
    };
    if (this.#calls.has(id)) refuse(`call ${id} is not over yet`);
    if (this.#calls.size >= MAX_WAITING_CALLS) {
      refuse(`${MAX_WAITING_CALLS} calls of this module are unanswered`);
    }
    if (bytes > 0 && this.#bytes > 0 && this.#bytes + bytes > MAX_WAITING_BYTES) {
      refuse(`unanswered calls of this module hold ${this.#bytes} bytes, ${MAX_WAITING_BYTES} are allowed`);
    }
  }
}
