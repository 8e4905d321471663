/** Workloads that run in `serve()` from one command until another. */

/** A workload that somebody has asked for. */
export interface Request<N extends string> {
  readonly workload: N;
  /** Aborts when it should end. */
  readonly signal: AbortSignal;
}

/** At most one workload runs; a new one takes the place of the former. */
export class Background<N extends string> {
  #running: (Request<N> & { readonly controller: AbortController }) | undefined;
  #started = Promise.withResolvers<void>();

  /** Asks for a workload; the one that runs ends. */
  start(workload: N): void {
    this.stop();
    const controller = new AbortController();
    this.#running = { workload, signal: controller.signal, controller };
    this.#started.resolve();
    this.#started = Promise.withResolvers();
  }

  /** Ends the workload that runs, and answers which it was; undefined when there was none. */
  stop(): N | undefined {
    const running = this.#running;
    this.#running = undefined;
    running?.controller.abort();
    return running?.workload;
  }

  /** Waits for a workload, and answers with it; undefined when `signal` aborts first. */
  async next(signal: AbortSignal): Promise<Request<N> | undefined> {
    const ended = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => ended.resolve(), { once: true });
    while (!signal.aborted) {
      if (this.#running !== undefined) return this.#running;
      await Promise.race([this.#started.promise, ended.promise]);
    }
    return undefined;
  }
}
