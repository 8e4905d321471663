/** Moments of the statistics, by reference: what has changed between two of them is found without looking into it. */

import type { StoreStatfs } from "../types/store_statfs.ts";
import type { OsdRecord } from "./osd_record.ts";
import type { PgMap } from "./pg_map.ts";
import type { PgRecord } from "./pg_record.ts";
import type { PoolSum } from "./pool_sum.ts";

/** Moments that are kept at most for who wants to know what has changed since. They share all that has not. */
export const MAX_SNAPSHOTS = 16;
/** Reports of a large cluster come all the time: not each one makes a moment of its own. */
export const MIN_AGE_MS = 200;

/** One moment. Nothing in it changes: new reports make new records. */
export class StatSnapshot {
  readonly version: number;
  /** By pool; the index is the seed. */
  readonly pgs: ReadonlyMap<number, readonly PgRecord[]>;
  /** By id, ascending. */
  readonly osds: ReadonlyMap<number, OsdRecord>;
  readonly #pools: ReadonlyMap<number, PoolSum>;
  readonly #statfs = new Map<number, ReadonlyMap<number, StoreStatfs>>();

  constructor(map: PgMap, version: number) {
    this.version = version;
    map.share();
    this.pgs = new Map([...map.pools].map(([id, { records }]) => [id, records.slice()]));
    this.osds = ascending(map.osds);
    this.#pools = new Map(map.pools);
  }

  /**
   * The space that a pool takes, by OSD, ascending: as it is when it is first asked for. Few want to know it, and all
   * pools on all OSDs would be far more than everything else.
   */
  statfs(pool: number): ReadonlyMap<number, StoreStatfs> {
    let statfs = this.#statfs.get(pool);
    if (statfs === undefined) {
      this.#statfs.set(pool, statfs = this.#pools.get(pool)?.statfs ?? new Map());
    }
    return statfs;
  }
}

/** A moment as it was taken, with something made of it. */
export interface Moment<H> {
  readonly snapshot: StatSnapshot;
  readonly head: H;
}

interface KeptMoment<H> extends Moment<H> {
  /** `changes` of the map: nearly all of them are reports. */
  readonly changes: number;
}

/** Versions of all tenures: nobody takes a moment of one for that of another. */
let lastVersion = 0;

/** The last moments of one PgMap. `head` is what is to be worked out at the very moment. */
export class StatSnapshots<H> {
  readonly #map: PgMap;
  readonly #now: () => number;
  readonly #head: (snapshot: StatSnapshot) => H;
  readonly #kept: KeptMoment<H>[] = [];
  #changes = -1;
  #takenAt = -Infinity;

  /** `now` counts monotonic milliseconds. */
  constructor(map: PgMap, now: () => number, head: (snapshot: StatSnapshot) => H) {
    this.#map = map;
    this.#now = now;
    this.#head = head;
  }

  /** The newest moment: a new one when something has changed since the last. */
  newest(): Moment<H> {
    const last = this.#kept.at(-1);
    const now = this.#now();
    if (last !== undefined && (this.#changes === this.#map.changes || now - this.#takenAt < MIN_AGE_MS)) {
      return last;
    }
    const snapshot = new StatSnapshot(this.#map, ++lastVersion);
    const { changes } = this.#map;
    const moment = { snapshot, head: this.#head(snapshot), changes };
    this.#changes = changes;
    this.#takenAt = now;
    this.#kept.push(moment);
    while (this.#kept.length > MAX_SNAPSHOTS || this.#keepsTooMuch()) this.#kept.shift();
    return moment;
  }

  /**
   * More reports have come since the oldest moment than there are OSDs: what is outdated takes more room than what is
   * not. When everything has changed, who has the moment before last gets all of it one way or the other.
   */
  #keepsTooMuch(): boolean {
    return this.#kept.length > 2 && this.#changes - this.#kept[0]!.changes > this.#map.osds.size;
  }

  /** The last moment, while nothing has changed since. */
  get current(): StatSnapshot | undefined {
    return this.#changes === this.#map.changes ? this.#kept.at(-1)?.snapshot : undefined;
  }

  /** A moment that is still kept. */
  find(version: number): StatSnapshot | undefined {
    return this.#kept.find(({ snapshot }) => snapshot.version === version)?.snapshot;
  }
}

/** The same by ascending id. Numbers alone are sorted without calling anybody: that is a matter of a millisecond. */
function ascending<V>(map: ReadonlyMap<number, V>): Map<number, V> {
  const ids = Float64Array.from(map.keys()).sort();
  const sorted = new Map<number, V>();
  for (const id of ids) sorted.set(id, map.get(id)!);
  return sorted;
}
