/** The manager's session with the monitors: writes wait while there is none. */

import { TimedOutError } from "../errors.ts";

/** A write has so much patience. */
export const WRITE_TIMEOUT_MS = 60_000;

/** There is a session in the beginning. */
export class MonitorSession {
  #back = Promise.withResolvers<void>();
  #connected = true;

  constructor() {
    this.#back.resolve();
  }

  get connected(): boolean {
    return this.#connected;
  }

  set connected(connected: boolean) {
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (connected) this.#back.resolve();
    else this.#back = Promise.withResolvers();
  }

  /** Resolves when there is a session. Rejects after a minute with the manager's words. */
  async reached(what: string): Promise<void> {
    if (this.#connected) return;
    const late = Promise.withResolvers<never>();
    const text = `Cannot complete ${what}: no answer of the monitors in ${WRITE_TIMEOUT_MS / 1000} s`;
    const timer = setTimeout(() => late.reject(new TimedOutError(text)), WRITE_TIMEOUT_MS);
    try {
      await Promise.race([this.#back.promise, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
