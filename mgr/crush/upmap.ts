/** Balances placement groups by moving single ones with upmaps. Upstream: OSDMap::calc_pg_upmaps, whose results are random */

import type { OsdMap } from "../types/osd_map.ts";
import type { PgTable, UpmapItem } from "../types/osd_map_layouts.ts";
import type { PgId } from "../types/pg_id.ts";
import { type Move, type UpmapPg, UpmapState } from "./upmap_state.ts";

/** What is to be reached, and at which price. */
export interface UpmapOptions {
  /** OSDs may have so many PGs more or fewer than their share; at least 1. */
  readonly maxDeviation: number;
  /** Most moves. */
  readonly maxChanges: number;
  /** Pools to balance, together; all when there are none. */
  readonly pools?: readonly number[];
}

/** What to put into an increment. */
export interface UpmapChanges {
  readonly newPgUpmapItems: PgTable<readonly UpmapItem[]>;
  readonly oldPgUpmapItems: readonly PgId[];
  /** How many PGs change. */
  readonly count: number;
}

/**
 * Upmaps that bring every OSD within `maxDeviation` of its share, or as near as the rules and the number of changes allow.
 * Each move takes a PG from the fullest OSD that has one to spare to the emptiest one that may hold it, so the sum of the
 * squares falls with each. An upmap that is no longer needed is removed before another one is made.
 */
export function calcPgUpmaps(map: OsdMap, options: UpmapOptions): UpmapChanges {
  const maxDeviation = Math.max(1, options.maxDeviation);
  const pools = options.pools && options.pools.length > 0 ? options.pools : map.pools.keys();
  const state = new UpmapState(map, pools);
  const changed = new Set<UpmapPg>();
  for (let left = options.maxChanges; left > 0; left--) {
    const move = bestMove(state, maxDeviation);
    if (move === undefined) break;
    state.apply(move);
    changed.add(move.pg);
  }
  return changesOf(changed);
}

/** A move pays when the PG goes where at least one fewer is; below that two OSDs would swap their places. */
const MIN_GAIN = 1;

function bestMove(state: UpmapState, maxDeviation: number): Move | undefined {
  const osds = state.byDeviation();
  const targets = osds.toReversed().filter((osd) => state.isTarget(osd));
  for (const from of osds) {
    const deviation = state.deviation(from);
    const isFull = deviation > maxDeviation;
    const emptier = targets.filter((osd) => {
      const theirs = state.deviation(osd);
      return deviation - theirs > MIN_GAIN && (isFull || theirs < -maxDeviation);
    });
    if (emptier.length === 0) {
      if (!isFull && deviation <= 0) return undefined;
      continue;
    }
    const move = moveFrom(state, from, emptier);
    if (move !== undefined) return move;
  }
  return undefined;
}

/** To the emptiest OSD that may take one of the PGs; of those PGs one that loses an upmap by it. */
function moveFrom(state: UpmapState, from: number, targets: readonly number[]): Move | undefined {
  const pgs = [...state.pgsOf.get(from) ?? []];
  for (const to of targets) {
    let found: Move | undefined;
    for (const pg of pgs) {
      const move = state.move(pg, from, to);
      if (move === undefined) continue;
      if (move.items.length < pg.items.length) return move;
      found ??= move;
    }
    if (found !== undefined) return found;
  }
  return undefined;
}

function changesOf(changed: ReadonlySet<UpmapPg>): UpmapChanges {
  const table = new Map<number, Map<number, readonly UpmapItem[]>>();
  const removed: PgId[] = [];
  let count = 0;
  const inOrder = [...changed].sort((a, b) => a.pool - b.pool || a.seed - b.seed);
  for (const { pool, seed, items, original } of inOrder) {
    if (JSON.stringify(items) === JSON.stringify(original)) continue;
    count++;
    if (items.length === 0) removed.push({ pool, seed });
    else table.set(pool, (table.get(pool) ?? new Map()).set(seed, items));
  }
  return { newPgUpmapItems: table, oldPgUpmapItems: removed, count };
}
