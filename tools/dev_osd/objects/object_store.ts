/** All objects of all pools: what the disks of a real cluster hold. Every simulated OSD sees all of it. */

import { stableMod } from "../../../mgr/crush/placement.ts";
import { compareHObjects, type HObject, NO_SNAP } from "../../../mgr/types/hobject.ts";
import { type ObjectId, SimObject } from "./sim_object.ts";

/** Figures of the objects of one PG. */
export interface ObjectFigures {
  objects: number;
  bytes: number;
  omapObjects: number;
  omapKeys: number;
  omapBytes: number;
}

const NO_FIGURES: ObjectFigures = { objects: 0, bytes: 0, omapObjects: 0, omapKeys: 0, omapBytes: 0 };

/** NUL is in no name. */
const keyOf = ({ nspace, oid, key }: ObjectId): string => `${nspace}\0${oid}\0${key}`;

/** Objects by pool. */
export class ObjectStore {
  readonly #pools = new Map<number, Map<string, SimObject>>();
  /** Versions of the PGs' writes, one count for all. */
  #version = 0;
  #figures = new Map<number, { pgNum: number; version: number; bySeed: Map<number, ObjectFigures> }>();

  get(pool: number, id: ObjectId): SimObject | undefined {
    return this.#pools.get(pool)?.get(keyOf(id));
  }

  /** The object, made if need be. */
  make(pool: number, id: ObjectId): SimObject {
    const objects = this.#pools.get(pool) ?? new Map<string, SimObject>();
    this.#pools.set(pool, objects);
    let object = objects.get(keyOf(id));
    if (object === undefined) objects.set(keyOf(id), object = new SimObject(id));
    return object;
  }

  remove(pool: number, id: ObjectId): void {
    this.#pools.get(pool)?.delete(keyOf(id));
  }

  /** The number of the next write. */
  nextVersion(): number {
    return ++this.#version;
  }

  /** Pools that are gone take their objects with them. */
  keepPools(pools: ReadonlyMap<number, unknown>): void {
    for (const pool of [...this.#pools.keys()]) if (!pools.has(pool)) this.#pools.delete(pool);
  }

  /** Objects of a PG in the order of a listing. */
  list(pool: number, seed: number, pgNum: number): SimObject[] {
    return [...this.#pools.get(pool)?.values() ?? []]
      .filter(({ id }) => stableMod(id.hash, pgNum) === seed)
      .sort((a, b) => compareHObjects(placeOf(pool, a.id), placeOf(pool, b.id)));
  }

  /** Counted once for each state of the store. */
  figures(pool: number, seed: number, pgNum: number): ObjectFigures {
    let known = this.#figures.get(pool);
    if (known?.pgNum !== pgNum || known.version !== this.#version) {
      known = { pgNum, version: this.#version, bySeed: this.#count(pool, pgNum) };
      this.#figures.set(pool, known);
    }
    return known.bySeed.get(seed) ?? NO_FIGURES;
  }

  #count(pool: number, pgNum: number): Map<number, ObjectFigures> {
    const bySeed = new Map<number, ObjectFigures>();
    for (const object of this.#pools.get(pool)?.values() ?? []) {
      const seed = stableMod(object.id.hash, pgNum);
      const figures = bySeed.get(seed) ?? { ...NO_FIGURES };
      bySeed.set(seed, figures);
      figures.objects++;
      figures.bytes += object.size;
      if (object.omap.size === 0) continue;
      figures.omapObjects++;
      figures.omapKeys += object.omap.size;
      figures.omapBytes += object.omapBytes;
    }
    return bySeed;
  }
}

/** Where a listing has the object. */
export function placeOf(pool: number, { nspace, oid, key, hash }: ObjectId): HObject {
  return { key, oid, snap: NO_SNAP, hash, max: false, nspace, pool };
}
