/** Adds up what the PGs of an OSD have done while it led them: counters of a daemon never fall. */

import type { Work } from "./client_load.ts";

/** Totals since the OSD started. */
export interface Totals extends Work {
  /** Milliseconds of all reads, and of all writes. */
  readonly readMs: number;
  readonly writeMs: number;
  readonly recovered: number;
  readonly recoveredBytes: number;
}

/** What one PG has done up to now. */
export interface PgWork extends Work {
  readonly recovered: number;
  readonly recoveredBytes: number;
}

const NOTHING: Totals = {
  reads: 0,
  readBytes: 0,
  writes: 0,
  writeBytes: 0,
  readMs: 0,
  writeMs: 0,
  recovered: 0,
  recoveredBytes: 0,
};

/** Writes take so much longer than reads. */
const WRITE_FACTOR = 2;

/** A meter for one OSD. */
export class WorkMeter<Pg extends object> {
  #totals: Totals = NOTHING;
  #before: ReadonlyMap<Pg, PgWork> = new Map();

  get totals(): Totals {
    return this.#totals;
  }

  /** The PGs that the OSD leads now; one that is new to it counts from now on. */
  take(now: ReadonlyMap<Pg, PgWork>, latencyMs: number): Totals {
    const grown = (name: keyof PgWork): number =>
      [...now].reduce((sum, [pg, work]) => {
        const before = this.#before.get(pg);
        return before === undefined ? sum : sum + Math.max(0, work[name] - before[name]);
      }, 0);
    const { reads, writes, ...rest } = this.#totals;
    const [newReads, newWrites] = [grown("reads"), grown("writes")];
    this.#totals = {
      reads: reads + newReads,
      readBytes: rest.readBytes + grown("readBytes"),
      writes: writes + newWrites,
      writeBytes: rest.writeBytes + grown("writeBytes"),
      readMs: rest.readMs + newReads * latencyMs,
      writeMs: rest.writeMs + newWrites * latencyMs * WRITE_FACTOR,
      recovered: rest.recovered + grown("recovered"),
      recoveredBytes: rest.recoveredBytes + grown("recoveredBytes"),
    };
    this.#before = now;
    return this.#totals;
  }
}
