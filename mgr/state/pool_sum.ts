/** A pool's placement groups and their sums, kept by adding and taking away: nothing is summed up anew. */

import { intersection, type IntervalSet } from "../types/interval_set.ts";
import type { PgBrief } from "../types/pg_brief.ts";
import { addPg, addPoolStatfs, type PoolStat, zeroPoolStat } from "../types/pool_stat.ts";
import { isSameStatfs, type StoreStatfs } from "../types/store_statfs.ts";
import { type UTime, ZERO_TIME } from "../types/utime.ts";
import { type PgRecord, recordOf, renew, type ReportedPg, unknownRecords } from "./pg_record.ts";
import { StatDelta } from "./stat_delta.ts";
import { StatfsColumn } from "./statfs_column.ts";

/** An interval counts for at most twice mon_delta_reset_interval (10 s): after a pause the rates are fresh at once. */
const MAX_INTERVAL_MS = 2 * 10_000;

/** One pool of a PgMap. */
export class PoolSum {
  /** The index is the seed: a pool's PGs are known from the first to the last, unknown ones included. */
  readonly #records: PgRecord[] = [];
  readonly #statfs = new StatfsColumn();
  readonly #byState = new Map<number, number>();
  /** PGs by what snapshots they have purged; nearly all have the same. */
  readonly #purged = new Map<string, { readonly snaps: IntervalSet; pgs: number }>();
  readonly #delta = new StatDelta();
  #steppedAt: number | undefined;
  #stamp: UTime = ZERO_TIME;
  /** PGs and the space that the pool takes on each OSD. */
  readonly sum: PoolStat = zeroPoolStat();

  /** PGs that are known. */
  get size(): number {
    return this.#records.length;
  }

  /** PGs by state. */
  get byState(): ReadonlyMap<number, number> {
    return this.#byState;
  }

  /** Space by OSD, ascending: a copy. */
  get statfs(): ReadonlyMap<number, StoreStatfs> {
    return this.#statfs.all();
  }

  get delta(): StatDelta {
    return this.#delta;
  }

  /** When the last interval of the delta ended; undefined before the first one. */
  get steppedAt(): UTime | undefined {
    return this.#steppedAt === undefined ? undefined : this.#stamp;
  }

  get(seed: number): PgRecord | undefined {
    return this.#records[seed];
  }

  /** In the order of their seeds. */
  get records(): readonly PgRecord[] {
    return this.#records;
  }

  /** Puts a PG in the place of what was known of it, of which `old` is counted; a new one is the next of the pool. */
  put(pg: ReportedPg, old: PgBrief | undefined, era: number): void {
    if (old !== undefined) this.#count(old, -1);
    this.#count(pg.brief, 1);
    const record = this.#records[pg.seed];
    if (record?.era === era) renew(record, pg);
    else this.#records[pg.seed] = recordOf(pg, era, record);
  }

  /** Makes it `size` PGs, the new ones like `pg`, counted at once: a manager that takes over makes all of a cluster. */
  grow(size: number, pg: ReportedPg): void {
    const more = size - this.size;
    this.#count(pg.brief, more);
    for (const record of unknownRecords(pg, more)) this.#records.push(record);
  }

  /** Takes away the last PG, of which `brief` is counted. */
  removeLast(brief: PgBrief): void {
    this.#count(brief, -1);
    this.#records.pop();
  }

  #count(brief: PgBrief, times: number): void {
    addPg(this.sum, brief, times);
    addTo(this.#byState, brief.state, times);
    const key = snapsKey(brief.purgedSnaps);
    let same = this.#purged.get(key);
    if (same === undefined) this.#purged.set(key, same = { snaps: brief.purgedSnaps, pgs: 0 });
    same.pgs += times;
    if (same.pgs === 0) this.#purged.delete(key);
  }

  /** The pool's space on an OSD; undefined takes it away. */
  setStatfs(osd: number, statfs: StoreStatfs | undefined): void {
    const old = this.#statfs.get(osd);
    if (old !== undefined && statfs !== undefined && isSameStatfs(old, statfs)) return;
    if (old !== undefined) addPoolStatfs(this.sum, old, -1);
    if (statfs === undefined) return void this.#statfs.delete(osd);
    this.#statfs.set(osd, statfs);
    addPoolStatfs(this.sum, statfs, 1);
  }

  /** Ends an interval. `now` is monotonic milliseconds. Upstream: PGMap::update_one_pool_delta */
  step(now: number, stamp: UTime, intervals: number): void {
    const { begun } = this.#delta;
    const ms = this.#steppedAt === undefined ? MAX_INTERVAL_MS : now - this.#steppedAt;
    this.#delta.step(this.sum.stats, Math.min(ms, MAX_INTERVAL_MS), intervals);
    if (!begun) return;
    this.#steppedAt = now;
    this.#stamp = stamp;
  }

  /** Snapshots that every PG has purged; undefined while a PG is unknown. Upstream: PGMap::calc_purged_snaps */
  get purgedSnaps(): IntervalSet | undefined {
    if (this.#byState.has(0) || this.size === 0) return undefined;
    return [...this.#purged.values()].map(({ snaps }) => snaps).reduce(intersection);
  }
}

const snapsKey = (snaps: IntervalSet): string => (snaps.size === 0 ? "" : [...snaps].join(";"));

/** Counts, and forgets what is down to zero. */
export function addTo(counts: Map<number, number>, key: number, n: number): void {
  const sum = (counts.get(key) ?? 0) + n;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}
