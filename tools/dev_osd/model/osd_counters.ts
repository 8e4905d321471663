/** The performance counters of one OSD, from what its PGs have done. */

import { type CounterValue, counterValues } from "./counters.ts";
import { type OsdFigures, spaceOf } from "./reports.ts";
import type { SimPg } from "./sim_pg.ts";
import type { SimWorld } from "./sim_world.ts";
import { type PgWork, WorkMeter } from "./work_meter.ts";

/** Counts as long as the OSD runs. */
export class OsdCounters {
  readonly #world: SimWorld;
  readonly #meter = new WorkMeter<SimPg>();

  constructor(world: SimWorld) {
    this.#world = world;
  }

  /** Values now, by path. */
  values(figures: OsdFigures, inProgress: number): ReadonlyMap<string, CounterValue> {
    const { id, latencyMs } = figures;
    const work = new Map(this.#world.ledBy(id).map((pg) => [pg, this.#workOf(pg)]));
    const { whole } = spaceOf(figures, this.#world);
    return counterValues({
      ...this.#meter.take(work, latencyMs),
      pgs: this.#world.servedBy(id).length,
      deviceBytes: whole.total,
      usedBytes: whole.total - whole.available,
      inProgress,
    });
  }

  #workOf(pg: SimPg): PgWork {
    const { work, objects, bytes } = this.#world.content(pg);
    const recovered = pg.recoveredObjects;
    return {
      ...work,
      recovered,
      recoveredBytes: objects === 0 ? 0 : Math.floor(recovered * bytes / objects),
    };
  }
}
