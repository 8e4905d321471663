/** Placement groups by OSD: how many it serves, and how many wait for it. */

import type { PgCount } from "../types/pg_map_digest.ts";
import type { PgBrief } from "../types/pg_brief.ts";
import { addTo } from "./pool_sum.ts";

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
  count(pg: PgBrief, sign: 1 | -1): void {
    const { acting, up } = pg;
    for (const osd of acting) this.#of(osd).acting += sign;
    up.forEach((osd, i) => {
      // Several holes count as one.
      if (!acting.includes(osd) && up.indexOf(osd) === i) this.#of(osd).upNotActing += sign;
    });
    if (pg.upPrimary >= 0) this.#of(pg.upPrimary).primary += sign;
    for (const osd of pg.blockedBy) addTo(this.#blockedBy, osd, sign);
  }

  #of(osd: number): PgCount {
    let count = this.#byOsd.get(osd);
    if (count === undefined) this.#byOsd.set(osd, count = { acting: 0, upNotActing: 0, primary: 0 });
    return count;
  }
}
