/** What modules' processes get of the statistics: the small parts ready made, the large ones as OSDs sent them. */

import { encodeAll } from "./encoding/mod.ts";
import {
  packIds,
  packItems,
  packProgress,
  type StatItem,
  type StatPage,
  type StatPart,
  type StatQuery,
} from "./host/stat_page.ts";
import { dumpBasic, dumpPoolStats } from "./state/pg_map_dump.ts";
import type { PgMap } from "./state/pg_map.ts";
import type { PgRecord } from "./state/pg_record.ts";
import { type StatSnapshot, StatSnapshots } from "./state/stat_snapshots.ts";
import { cephJson } from "./types/ceph_json.ts";
import { isSameStatfs, StoreStatfs } from "./types/store_statfs.ts";

/** What the small parts are. The process that reads it puts the large ones in. */
export interface StatHead {
  /** Pools with the number of their placement groups. */
  readonly pools: readonly (readonly [id: number, pgs: number])[];
  /** Of "pg_dump": what is no list of placement groups or OSDs. */
  readonly basic: ReturnType<typeof dumpBasic>;
  readonly pool_stats: ReturnType<typeof dumpPoolStats>["pool_stats"];
}

/** For one PgMap. */
export class StatFeed {
  readonly #snapshots: StatSnapshots<string>;

  /** `now` counts monotonic milliseconds. */
  constructor(map: PgMap, now: () => number) {
    this.#snapshots = new StatSnapshots(map, now, (snapshot) => cephJson(headOf(map, snapshot)));
  }

  /** The newest moment; `json` is a StatHead. */
  head(): { readonly version: number; readonly json: string } {
    const { snapshot, head } = this.#snapshots.newest();
    return { version: snapshot.version, json: head };
  }

  /** The version of the newest moment; undefined when something has changed since. */
  get current(): number | undefined {
    return this.#snapshots.current?.version;
  }

  /** Undefined when that version is not kept any more: ask for the head again. */
  page(query: StatQuery): StatPage | undefined {
    const snapshot = this.#snapshots.find(query.version);
    if (snapshot === undefined) return undefined;
    const former = query.have === 0 ? undefined : this.#snapshots.find(query.have);
    return {
      ...PARTS[query.part].changed(snapshot, former, query),
      ids: query.from === 0 ? newIds(snapshot, former, query) : null,
    };
  }
}

interface Part {
  /** All ids, ascending. */
  ids(snapshot: StatSnapshot, pool: number): Iterable<number>;
  /** Whether both moments have the same ids. */
  hasSameIds(a: StatSnapshot, b: StatSnapshot, pool: number): boolean;
  /** A page of what is not the same as it was, ascending. */
  changed(
    snapshot: StatSnapshot,
    former: StatSnapshot | undefined,
    query: StatQuery,
  ): Pick<StatPage, "items" | "next">;
}

function* changedPgs(
  snapshot: StatSnapshot,
  former: StatSnapshot | undefined,
  { pool, from, to }: StatQuery,
): Generator<PgRecord> {
  const old = former?.pgs.get(pool);
  const records = snapshot.pgs.get(pool) ?? [];
  const end = Math.min(records.length, to ?? Infinity);
  for (let seed = from; seed < end; seed++) {
    const record = records[seed]!;
    if (record !== old?.[seed]) yield record;
  }
}

const isWithin = ({ from, to }: StatQuery, id: number): boolean => id >= from && (to === null || id < to);

function* rawPgs(records: Iterable<PgRecord>): Generator<StatItem> {
  for (const { seed, raw } of records) yield [seed, raw];
}

function* changedOsds(
  { osds }: StatSnapshot,
  former: StatSnapshot | undefined,
  query: StatQuery,
): Generator<StatItem> {
  for (const [osd, record] of osds) {
    if (isWithin(query, osd) && record !== former?.osds.get(osd)) yield [osd, record.raw];
  }
}

function* changedStatfs(
  snapshot: StatSnapshot,
  former: StatSnapshot | undefined,
  query: StatQuery,
): Generator<StatItem> {
  const old = former?.statfs(query.pool);
  for (const [osd, value] of snapshot.statfs(query.pool)) {
    const former = old?.get(osd);
    if (!isWithin(query, osd) || former !== undefined && isSameStatfs(former, value)) continue;
    yield [osd, encodeAll(StoreStatfs.encode, value)];
  }
}

/** Seeds are all the numbers below how many there are. */
const seeds: Pick<Part, "ids" | "hasSameIds"> = {
  ids: ({ pgs }, pool) => (pgs.get(pool) ?? []).keys(),
  hasSameIds: (a, b, pool) => a.pgs.get(pool)?.length === b.pgs.get(pool)?.length,
};

const keys = (ids: Part["ids"]): Pick<Part, "ids" | "hasSameIds"> => ({
  ids,
  hasSameIds: (a, b, pool) => areEqual(ids(a, pool), ids(b, pool)),
});

const PARTS: Readonly<Record<StatPart, Part>> = {
  pgs: { ...seeds, changed: (...args) => packItems(rawPgs(changedPgs(...args))) },
  progress: { ...seeds, changed: (...args) => packProgress(changedPgs(...args)) },
  osds: { ...keys(({ osds }) => osds.keys()), changed: (...args) => packItems(changedOsds(...args)) },
  statfs: {
    ...keys((snapshot, pool) => snapshot.statfs(pool).keys()),
    changed: (...args) => packItems(changedStatfs(...args)),
  },
};

/** Null when they are what they were. */
function newIds(
  snapshot: StatSnapshot,
  former: StatSnapshot | undefined,
  { part, pool }: StatQuery,
): Uint8Array | null {
  const { ids, hasSameIds } = PARTS[part];
  const isSame = former !== undefined && hasSameIds(snapshot, former, pool);
  return isSame ? null : packIds(ids(snapshot, pool));
}

function areEqual(a: Iterable<number>, b: Iterable<number>): boolean {
  const others = b[Symbol.iterator]();
  for (const id of a) if (others.next().value !== id) return false;
  return others.next().done === true;
}

function headOf(map: PgMap, { pgs }: StatSnapshot): StatHead {
  const pools = [...pgs].map(([id, records]) => [id, records.length] as const);
  return { pools, basic: dumpBasic(map), ...dumpPoolStats(map) };
}
