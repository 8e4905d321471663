/** Calls of a module to the host that it may give up: by a signal. */

import type { CallId } from "../contract.ts";
import type { CallHost } from "./host_calls.ts";

/** Names each call, and tells the host when nobody waits for it any more. */
export class Cancellable {
  readonly #host: CallHost;
  #last = 0;

  constructor(host: CallHost) {
    this.#host = host;
  }

  /** Calls the host; rejects with the signal's reason as soon as it aborts. */
  async run<T>(signal: AbortSignal | undefined, call: (id: CallId) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const id = ++this.#last;
    if (signal === undefined) return await call(id);
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => {
      void this.#host("cancel", id);
      aborted.reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([call(id), aborted.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}
