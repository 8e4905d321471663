/** Tells the operator, ever less often, that no monitor lets us in. */

import type { Clock, Timer } from "../time/clock.ts";
import { type EntityAddr, formatTypedAddr } from "../types/entity_addr.ts";

/** A monitor that restarts is back before that. */
export const FIRST_REPORT_MS = 5_000;
const MAX_PAUSE_MS = 600_000;
const MAX_SHOWN = 5;

/** What went wrong lately, by monitor; told while there is no session. */
export class SilenceReport {
  readonly #clock: Clock;
  readonly #tell: (text: string) => void;
  readonly #reasons = new Map<string, string>();
  #since: number;
  #pauseMs = FIRST_REPORT_MS;
  #timer: Timer | undefined;

  constructor(clock: Clock, tell: (text: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
    this.#since = clock.now();
  }

  /** From now on there is no session. */
  begin(): void {
    this.end();
    this.#since = this.#clock.now();
    this.#pauseMs = FIRST_REPORT_MS;
    this.#wait();
  }

  /** There is a session, or nobody looks for one. */
  end(): void {
    this.#timer?.cancel();
    this.#reasons.clear();
  }

  /** A monitor did not let us in. */
  failed(addr: EntityAddr, reason: Error): void {
    this.#reasons.set(formatTypedAddr(addr), reason.message);
  }

  #wait(): void {
    this.#timer = this.#clock.after(this.#pauseMs, () => {
      this.#tell(this.#text());
      this.#pauseMs = Math.min(this.#pauseMs * 2, MAX_PAUSE_MS);
      this.#wait();
    });
  }

  #text(): string {
    const seconds = Math.round((this.#clock.now() - this.#since) / 1000);
    const reasons = [...this.#reasons].map(([addr, reason]) => `${addr}: ${reason}`);
    const shown = reasons.slice(0, MAX_SHOWN).join("; ") || "no answer";
    const more = reasons.length > MAX_SHOWN ? ` (and ${reasons.length - MAX_SHOWN} more)` : "";
    return `Cannot reach a monitor for ${seconds} s, still trying: ${shown}${more}`;
  }
}
