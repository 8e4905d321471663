/** Which upmaps a new map makes void or useless. Upstream: OSDMap::check_pg_upmaps, CrushWrapper::verify_upmap */

import { OsdMapper } from "../../../mgr/crush/osd_mapper.ts";
import { pathsBelow, ruleWeights } from "../../../mgr/crush/tree.ts";
import type { CrushMap } from "../../../mgr/types/crush_map.ts";
import { RuleOp } from "../../../mgr/types/crush_rule.ts";
import { FULL_WEIGHT, type OsdMap } from "../../../mgr/types/osd_map.ts";
import type { UpmapItem } from "../../../mgr/types/osd_map_layouts.ts";
import type { PgId } from "../../../mgr/types/pg_id.ts";

/** Type of devices. */
const DEVICE = 0;
const CHOOSE: ReadonlySet<number> = new Set([RuleOp.chooseFirstn, RuleOp.chooseIndep]);
const CHOOSELEAF: ReadonlySet<number> = new Set([RuleOp.chooseleafFirstn, RuleOp.chooseleafIndep]);

/** What is wrong with the upmaps of a map. */
export interface UpmapFaults {
  /** PGs that lose all their upmaps. */
  readonly cancelled: readonly PgId[];
  /** PGs that keep some of their items. */
  readonly reduced: readonly (readonly [PgId, readonly UpmapItem[]])[];
}

/** Looks at every PG with an upmap. */
export function checkUpmaps(map: OsdMap): UpmapFaults {
  const mapper = new OsdMapper(map);
  const cancelled: PgId[] = [];
  const reduced: [PgId, readonly UpmapItem[]][] = [];
  for (const pg of upmapped(map)) {
    const items = map.pgUpmapItems.get(pg.pool)?.get(pg.seed) ?? [];
    const kept = isValid(map, mapper, pg) ? usefulItems(map, mapper, pg, items) : undefined;
    if (kept === undefined) cancelled.push(pg);
    else if (kept.length < items.length) reduced.push([pg, kept]);
  }
  return { cancelled, reduced };
}

function upmapped({ pgUpmap, pgUpmapItems }: OsdMap): PgId[] {
  const of = (table: OsdMap["pgUpmap"] | OsdMap["pgUpmapItems"]): PgId[] =>
    [...table].flatMap(([pool, pgs]) => [...pgs.keys()].map((seed) => ({ pool, seed })));
  const known = (pg: PgId): boolean => pgUpmap.get(pg.pool)?.has(pg.seed) === true;
  return [...of(pgUpmap), ...of(pgUpmapItems).filter((pg) => !known(pg))];
}

/** Whether the PG is there and its OSDs are those that the rule allows and that are in. */
function isValid(map: OsdMap, mapper: OsdMapper, { pool: id, seed }: PgId): boolean {
  const pool = map.pools.get(id);
  if (pool === undefined || seed >= pool.pgNumPending) return false;
  const osds = mapper.pool(id)!.rawUpmap(seed);
  if (!keepsRule(map.crush, pool.crushRule, pool.size, osds)) return false;
  const weights = ruleWeights(map.crush, pool.crushRule);
  if (osds.some((osd) => (weights.get(osd) ?? 0) * (map.osdWeight[osd] ?? 0) / FULL_WEIGHT === 0)) {
    return false;
  }
  const whole = map.pgUpmap.get(id)?.get(seed);
  if (whole === undefined) return true;
  return whole.length === pool.size && String(whole) !== String(mapper.pool(id)!.raw(seed));
}

/** Items whose source CRUSH still chooses and whose target is in; undefined when there are items and none is left. */
function usefulItems(
  map: OsdMap,
  mapper: OsdMapper,
  { pool, seed }: PgId,
  items: readonly UpmapItem[],
): readonly UpmapItem[] | undefined {
  const raw = mapper.pool(pool)!.raw(seed);
  const kept = items.filter(({ from, to }) => raw.includes(from) && map.osdWeight[to] !== 0);
  return kept.length === 0 && items.length > 0 ? undefined : kept;
}

/** Whether a PG on these OSDs keeps the failure domains apart that the rule keeps apart. */
export function keepsRule(crush: CrushMap, rule: number, size: number, osds: readonly number[]): boolean {
  let root = 0;
  let cursor = 0;
  let chosen = 1;
  for (const { op, arg1, arg2 } of crush.rules[rule]?.steps ?? []) {
    if (op === RuleOp.take) root = arg1;
    const count = arg1 <= 0 ? arg1 + size : arg1;
    if (CHOOSE.has(op) || CHOOSELEAF.has(op)) {
      chosen *= count;
      const parents = osds.map((osd) => parentOf(crush, root, osd, arg2)).filter((id) => id !== undefined);
      const distinct = new Set(parents).size;
      if (arg2 !== DEVICE && distinct > count) return false;
      if (arg2 !== DEVICE && CHOOSELEAF.has(op) && distinct < parents.length) return false;
    }
    if (op === RuleOp.emit) {
      const below = root < 0 ? pathsBelow(crush, root) : undefined;
      const emitted = osds.slice(cursor, cursor + chosen);
      if (below !== undefined && emitted.some((osd) => !below.has(osd))) return false;
      cursor += emitted.length;
      [root, chosen] = [0, 1];
    }
  }
  return true;
}

function parentOf(crush: CrushMap, root: number, osd: number, type: number): number | undefined {
  return pathsBelow(crush, root).get(osd)?.find((bucket) => bucket.type === type)?.id;
}
