/** What is on all simulated disks together: placement groups, real objects, and what pretended clients do. */

import { OsdMapper } from "../../../mgr/crush/osd_mapper.ts";
import type { Clock } from "../../../mgr/time/clock.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import { OsdMapFlag } from "../../../mgr/types/osd_map_bits.ts";
import type { PgId } from "../../../mgr/types/pg_id.ts";
import { isErasure, type PgPool } from "../../../mgr/types/pg_pool.ts";
import { ObjectStore } from "../objects/object_store.ts";
import type { Outcome } from "../objects/operation.ts";
import { Watches } from "../objects/watches.ts";
import { type ClientLoad, NO_LOAD, objectsOf, type Work, workOf } from "./client_load.ts";
import { type PgRules, SimPg } from "./sim_pg.ts";

/** Upstream: osd_pg_log_dups_tracked */
const KEPT_ANSWERS = 3000;

/** What one PG holds, and what was done to it. */
export interface PgContent {
  readonly objects: number;
  readonly bytes: number;
  readonly omapObjects: number;
  readonly omapKeys: number;
  readonly omapBytes: number;
  readonly work: Work;
}

/** Real operations of a PG, beside the pretended ones. */
interface RealWork {
  reads: number;
  readBytes: number;
  writes: number;
  writeBytes: number;
}

/** Shared by all OSDs of a cluster. */
export class SimWorld {
  readonly store = new ObjectStore();
  readonly watches: Watches;
  /** Writes that are done, by client and number: they may be sent again, also to another OSD. */
  readonly answered: ReadonlyMap<string, Outcome>;
  readonly #answered = new Map<string, Outcome>();
  readonly #clock: Clock;
  readonly #startedAt: number;
  /** By name of the pool. */
  readonly #loads: ReadonlyMap<string, ClientLoad>;
  readonly #pgs = new Map<number, SimPg[]>();
  readonly #work = new Map<SimPg, RealWork>();
  #map: OsdMap | undefined;

  constructor(clock: Clock, loads: ReadonlyMap<string, ClientLoad>) {
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#loads = loads;
    this.watches = new Watches(clock);
    this.answered = this.#answered;
  }

  /** Some OSD has a newer map. */
  osdMap(map: OsdMap): void {
    if (this.#map !== undefined && map.epoch <= this.#map.epoch) return;
    this.#map = map;
    for (const pool of [...this.#pgs.keys()]) if (!map.pools.has(pool)) this.#pgs.delete(pool);
    this.store.keepPools(map.pools);
    const mapper = new OsdMapper(map);
    const nowMs = this.#clock.wall();
    for (const [id, pool] of map.pools) {
      for (const pg of this.#sized(id, pool, map.epoch, nowMs)) {
        const { objects } = this.content(pg);
        const rules = this.rules(pg);
        pg.remap(
          { mapping: mapper.map(pg.id)!, epoch: map.epoch, objects, rules, isUp: (osd) => map.isUp(osd) },
          nowMs,
        );
      }
    }
  }

  stop(): void {
    this.watches.stop();
  }

  pg({ pool, seed }: PgId): SimPg | undefined {
    return this.#pgs.get(pool)?.[seed];
  }

  pool(id: number): PgPool | undefined {
    return this.#map?.pools.get(id);
  }

  /** PGs of which that OSD is the acting primary. */
  ledBy(osd: number): SimPg[] {
    return this.#all().filter(({ mapping }) => mapping.actingPrimary === osd);
  }

  /** PGs that it serves or gets. */
  servedBy(osd: number): SimPg[] {
    return this.#all().filter(({ members }) => members.includes(osd));
  }

  /** What pool and map say of a PG. */
  rules({ id }: SimPg): PgRules {
    const pool = this.pool(id.pool)!;
    const has = (flag: number): boolean => ((this.#map?.flags ?? 0) & flag) !== 0;
    return {
      size: pool.size,
      minSize: pool.minSize,
      erasure: isErasure(pool),
      norecover: has(OsdMapFlag.norecover),
      nobackfill: has(OsdMapFlag.nobackfill),
      norebalance: has(OsdMapFlag.norebalance),
    };
  }

  /** Objects that were really written, and those of pretended clients. */
  content(pg: SimPg): PgContent {
    const { pool, seed } = pg.id;
    const pgNum = this.pool(pool)?.pgNum ?? 1;
    const load = this.#loads.get(this.#map?.poolNames.get(pool) ?? "") ?? NO_LOAD;
    const seconds = (this.#clock.now() - this.#startedAt) / 1000;
    const real = this.store.figures(pool, seed, pgNum);
    const pretended = objectsOf(load, seconds, seed, pgNum);
    const work = workOf(load, seconds, seed, pgNum);
    const done = this.#work.get(pg);
    return {
      ...real,
      objects: real.objects + pretended,
      bytes: real.bytes + pretended * load.objectBytes,
      work: done === undefined ? work : {
        reads: work.reads + done.reads,
        readBytes: work.readBytes + done.readBytes,
        writes: work.writes + done.writes,
        writeBytes: work.writeBytes + done.writeBytes,
      },
    };
  }

  keepAnswer(key: string, outcome: Outcome): void {
    this.#answered.set(key, outcome);
    const [oldest] = this.#answered.keys();
    if (this.#answered.size > KEPT_ANSWERS) this.#answered.delete(oldest!);
  }

  /** A real operation was done. */
  count(pg: SimPg, readBytes: number, writeBytes: number, wrote: boolean): void {
    const work = this.#work.get(pg) ?? { reads: 0, readBytes: 0, writes: 0, writeBytes: 0 };
    this.#work.set(pg, work);
    if (wrote) work.writes++;
    else work.reads++;
    work.readBytes += readBytes;
    work.writeBytes += writeBytes;
  }

  #all(): SimPg[] {
    return [...this.#pgs.values()].flat();
  }

  #sized(id: number, { pgNum }: PgPool, epoch: number, nowMs: number): SimPg[] {
    const pgs = this.#pgs.get(id) ?? [];
    this.#pgs.set(id, pgs);
    pgs.length = Math.min(pgs.length, pgNum);
    for (let seed = pgs.length; seed < pgNum; seed++) {
      pgs.push(new SimPg({ pool: id, seed }, epoch, nowMs));
    }
    return pgs;
  }
}
