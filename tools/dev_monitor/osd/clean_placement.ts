/** What a monitor takes out of each new OSDMap by itself: upmaps that are void, temporary mappings that nobody needs. */

import { OsdMapper } from "../../../mgr/crush/osd_mapper.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import type { PgTable } from "../../../mgr/types/osd_map_layouts.ts";
import type { PgId } from "../../../mgr/types/pg_id.ts";
import type { OsdFields } from "../state/osd_part.ts";
import { checkUpmaps } from "./upmap_check.ts";

/** The fields of an increment with what has to go as well. `next` is the map that they make. */
export function cleanPlacement(next: OsdMap, fields: OsdFields): OsdFields {
  return { ...fields, ...cleanUpmaps(next, fields), ...cleanTemps(next, fields) };
}

/** Upstream: OSDMap::clean_pg_upmaps */
function cleanUpmaps(next: OsdMap, fields: OsdFields): OsdFields {
  const { cancelled, reduced } = checkUpmaps(next);
  if (cancelled.length === 0 && reduced.length === 0) return {};
  const { newPgUpmap = new Map(), newPgUpmapItems = new Map() } = fields;
  const items = without(newPgUpmapItems, cancelled);
  return {
    newPgUpmap: without(newPgUpmap, cancelled),
    newPgUpmapItems: reduced.reduce((table, [pg, kept]) => withPg(table, pg, kept), items),
    oldPgUpmap: [...fields.oldPgUpmap ?? [], ...cancelled.filter((pg) => has(next.pgUpmap, pg))],
    oldPgUpmapItems: [
      ...fields.oldPgUpmapItems ?? [],
      ...cancelled.filter((pg) => has(next.pgUpmapItems, pg)),
    ],
  };
}

/** Upstream: OSDMap::clean_temps */
function cleanTemps(
  next: OsdMap,
  { newPgTemp = new Map(), newPrimaryTemp = new Map() }: OsdFields,
): OsdFields {
  const mapper = new OsdMapper(next);
  const temps = pgsOf(next.pgTemp).filter((pg) => !needsTemp(next, mapper, pg));
  const primaries = pgsOf(next.primaryTemp).filter((pg) => !needsPrimary(next, mapper, pg));
  return {
    ...(temps.length === 0 ? {} : { newPgTemp: temps.reduce((t, pg) => withPg(t, pg, []), newPgTemp) }),
    ...(primaries.length === 0
      ? {}
      : { newPrimaryTemp: primaries.reduce((t, pg) => withPg(t, pg, -1), newPrimaryTemp) }),
  };
}

/** Some of its OSDs is up, and they are not those that serve the PG anyway. */
function needsTemp(map: OsdMap, mapper: OsdMapper, { pool: id, seed }: PgId): boolean {
  const pool = map.pools.get(id);
  const osds = map.pgTemp.get(id)!.get(seed)!;
  if (pool === undefined || seed >= pool.pgNum || osds.length > pool.size) return false;
  return osds.some((osd) => map.isUp(osd)) && String(mapper.map({ pool: id, seed })!.up) !== String(osds);
}

function needsPrimary(map: OsdMap, mapper: OsdMapper, pg: PgId): boolean {
  const mapping = mapper.map(pg);
  const osd = map.primaryTemp.get(pg.pool)!.get(pg.seed)!;
  return mapping !== undefined && map.isUp(osd) && mapping.actingPrimary !== mapping.upPrimary;
}

const pgsOf = (table: PgTable<unknown>): PgId[] =>
  [...table].flatMap(([pool, pgs]) => [...pgs.keys()].map((seed) => ({ pool, seed })));

const has = (table: PgTable<unknown>, { pool, seed }: PgId): boolean => table.get(pool)?.has(seed) === true;

function without<V>(table: PgTable<V>, pgs: readonly PgId[]): PgTable<V> {
  const gone = (pool: number, seed: number): boolean =>
    pgs.some((pg) => pg.pool === pool && pg.seed === seed);
  return new Map(
    [...table].map(([pool, of]) => [pool, new Map([...of].filter(([seed]) => !gone(pool, seed)))]),
  );
}

function withPg<V>(table: PgTable<V>, { pool, seed }: PgId, value: V): PgTable<V> {
  return new Map(table).set(pool, new Map(table.get(pool)).set(seed, value));
}
