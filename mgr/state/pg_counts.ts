/** Placement groups by OSD: how many it serves, and how many wait for it. */

import type { PgCount } from "../types/pg_map_digest.ts";
import type { PgStat } from "../types/pg_stat.ts";

/** Upstream: num_pg_by_osd and blocked_by_sum of PGMap in mon/PGMap.h */
export class PgCounts {
  readonly #byOsd = new Map<number, PgCount>();
  readonly #blockedBy = new Map<number, number>();

  /** An OSD that had PGs once stays, with zeros. NO_OSD counts holes. */
  get byOsd(): ReadonlyMap<number, Readonly<PgCount>> {
    return this.#byOsd;
  }

  /** PGs that wait for an OSD. */
  get blockedBy(): ReadonlyMap<number, number> {
    return this.#blockedBy;
  }

  /** Counts a PG (1), or takes it out again (-1). */
  count(stat: PgStat, sign: 1 | -1): void {
    const acting = new Set(stat.acting);
    for (const osd of stat.acting) this.#of(osd).acting += sign;
    for (const osd of new Set(stat.up)) {
      if (!acting.has(osd)) this.#of(osd).upNotActing += sign;
    }
    if (stat.upPrimary >= 0) this.#of(stat.upPrimary).primary += sign;
    for (const osd of stat.blockedBy) {
      const blocked = (this.#blockedBy.get(osd) ?? 0) + sign;
      if (blocked === 0) this.#blockedBy.delete(osd);
      else this.#blockedBy.set(osd, blocked);
    }
  }

  #of(osd: number): PgCount {
    let count = this.#byOsd.get(osd);
    if (count === undefined) this.#byOsd.set(osd, count = { acting: 0, upNotActing: 0, primary: 0 });
    return count;
  }
}
