/** A clock that moves only when a test says so. */

import type { Clock, Timer } from "../../mgr/time/clock.ts";

interface Entry {
  at: number;
  call: () => void;
  every: number | undefined;
}

/** Monotonic and wall time, moved by `advance`; `jumpWall` moves the wall clock alone. */
export class FakeClock implements Clock {
  #now = 0;
  #wallOffset: number;
  readonly #entries = new Set<Entry>();

  constructor(wallStart = Date.UTC(2026, 0, 1)) {
    this.#wallOffset = wallStart;
  }

  now(): number {
    return this.#now;
  }
  wall(): number {
    return this.#now + this.#wallOffset;
  }
  after(ms: number, call: () => void): Timer {
    return this.#add({ at: this.#now + ms, call, every: undefined });
  }
  every(ms: number, call: () => void): Timer {
    return this.#add({ at: this.#now + ms, call, every: ms });
  }
  #add(entry: Entry): Timer {
    this.#entries.add(entry);
    return { cancel: () => void this.#entries.delete(entry) };
  }
  /** Moves both clocks and runs what falls due, in order; promises settle between two calls. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const next = [...this.#entries].filter((e) => e.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#now = next.at;
      if (next.every === undefined) this.#entries.delete(next);
      else next.at += next.every;
      next.call();
    }
    this.#now = until;
    await settle();
  }
  /** Moves the wall clock without any time passing. */
  jumpWall(ms: number): void {
    this.#wallOffset += ms;
  }
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
}
