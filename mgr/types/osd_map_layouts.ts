/** How the lists and maps inside an OSDMap look on the wire, in which order their keys stand, what they decode to. */

import {
  type Codec,
  type Decoder,
  I32,
  I32List,
  I64N,
  type Item,
  type MapLayout,
  mapOf,
  Str,
  StrMap,
  U32,
} from "../encoding/mod.ts";
import { compareAddr, EntityAddr, EntityAddrVec, skipAddrVec } from "./entity_addr.ts";
import { IntervalSet } from "./interval_set.ts";
import { PgId } from "./pg_id.ts";
import { PgPool } from "./pg_pool.ts";
import { UTime } from "./utime.ts";
import { Uuid } from "./uuid.ts";

/** Values by pool and seed, both ascending: what upstream keeps in map<pg_t, V>. */
export type PgTable<V> = ReadonlyMap<number, ReadonlyMap<number, V>>;

/** One OSD of a PG is replaced by another. */
export interface UpmapItem {
  readonly from: number;
  readonly to: number;
}

/** An address (or range of addresses) that nobody may use until then. */
export interface BlocklistEntry {
  readonly addr: EntityAddr;
  readonly expires: UTime;
}

/** Addresses of an OSD. */
export const Addrs: Item<EntityAddrVec> = { ...EntityAddrVec, skip: skipAddrVec };

/** Identity of an OSD's disk. */
export const OsdUuid: Item<Uuid> = { ...Uuid, skip: (d) => d.skip(16) };

/** vector<s32> */
export const OsdList: Item<readonly number[]> = { ...I32List, skip: (d) => d.skip(d.u32() * 4) };

const Pair: Codec<UpmapItem> = {
  decode: (d) => ({ from: d.i32(), to: d.i32() }),
  encode: (e, v) => void e.i32(v.from).i32(v.to),
};

/** vector<pair<s32, s32>> */
export const UpmapItems: Item<readonly UpmapItem[]> = {
  decode: (d) => d.list(Pair.decode, 8),
  encode: (e, v) => void e.list(v, Pair.encode),
  skip: (d) => d.skip(d.u32() * 8),
};

const Word: Item<number> = { ...U32, skip: (d) => d.skip(4) };
/** s32 */
export const Osd: Item<number> = { ...I32, skip: (d) => d.skip(4) };
const Text: Item<string> = { ...Str, skip: (d) => d.skip(d.u32()) };
const Texts: Item<ReadonlyMap<string, string>> = { ...StrMap, skip: (d) => void d.stringMap() };
const Snaps: Item<IntervalSet> = { ...IntervalSet, skip: (d) => d.skip(d.u32() * 16) };
const Time: Item<UTime> = { ...UTime, skip: (d) => d.skip(8) };
const RawPool: Item<Uint8Array> = {
  decode: (d) => d.span(PgPool.skip),
  encode: (e, v) => void e.raw(v),
  skip: PgPool.skip,
};

/** The order of pg_t's. */
export function comparePgId(a: PgId, b: PgId): number {
  return a.pool - b.pool || a.seed - b.seed;
}

const compareNumbers = (a: number, b: number): number => a - b;
const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** map<pg_t, V> as a PgTable. */
export function pgTableOf<V>(value: Codec<V>): Codec<PgTable<V>> {
  return {
    decode(d) {
      const table = new Map<number, Map<number, V>>();
      for (let left = d.count(17); left > 0; left--) {
        const { pool, seed } = PgId.decode(d);
        let row = table.get(pool);
        if (row === undefined) table.set(pool, row = new Map());
        row.set(seed, value.decode(d));
      }
      return table;
    },
    encode(e, table) {
      e.u32(pgTableSize(table));
      for (const [pool, row] of table) {
        for (const [seed, v] of row) {
          PgId.encode(e, { pool, seed });
          value.encode(e, v);
        }
      }
    },
  };
}

/** How many PGs the table has. */
export function pgTableSize(table: PgTable<unknown>): number {
  return [...table.values()].reduce((sum, row) => sum + row.size, 0);
}

/** Its entries in order. */
export function* pgTableEntries<V>(table: PgTable<V>): Generator<[PgId, V]> {
  for (const [pool, row] of table) {
    for (const [seed, v] of row) yield [{ pool, seed }, v];
  }
}

const pgLayout = <V>(value: Item<V>): MapLayout<PgId, V, PgTable<V>> => ({
  key: PgId,
  value,
  compare: comparePgId,
  decode: pgTableOf(value).decode,
});

const mapLayout = <K, V>(
  key: Codec<K>,
  value: Item<V>,
  compare: (a: K, b: K) => number,
): MapLayout<K, V, ReadonlyMap<K, V>> => ({ key, value, compare, decode: mapOf(key, value).decode });

/** map<i64, pg_pool_t>; changes are encoded pools, so that they stay what they are to the byte. */
export const POOLS: MapLayout<number, Uint8Array, ReadonlyMap<number, PgPool>> = {
  key: I64N,
  value: RawPool,
  compare: compareNumbers,
  decode: mapOf(I64N, PgPool).decode,
};
/** map<i64, string> */
export const POOL_NAMES = mapLayout(I64N, Text, compareNumbers);
/** map<pg_t, vector<s32>> */
export const PG_OSDS = pgLayout(OsdList);
/** map<pg_t, s32> */
export const PG_OSD = pgLayout(Osd);
/** map<pg_t, vector<pair<s32, s32>>> */
export const PG_UPMAP_ITEMS = pgLayout(UpmapItems);
/** map<string, map<string, string>> */
export const PROFILES = mapLayout(Str, Texts, compareTexts);
/** map<i64, interval_set<snapid_t>> */
export const POOL_SNAPS = mapLayout(I64N, Snaps, compareNumbers);
/** map<s32, u32> */
export const NODE_FLAGS = mapLayout(I32, Word, compareNumbers);

const decodeEntry = (d: Decoder): BlocklistEntry => ({
  addr: EntityAddr.decode(d),
  expires: UTime.decode(d),
});

/** map<entity_addr_t, utime_t> */
export const BLOCKLIST: MapLayout<EntityAddr, UTime, readonly BlocklistEntry[]> = {
  key: EntityAddr,
  value: Time,
  compare: compareAddr,
  decode: (d) => d.list(decodeEntry, 8),
};
