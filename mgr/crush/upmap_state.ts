/** How full OSDs are with placement groups, while upmaps are being calculated. */

import type { OsdMap } from "../types/osd_map.ts";
import type { UpmapItem } from "../types/osd_map_layouts.ts";
import { applyUpmapItems, PoolMapper } from "./osd_mapper.ts";
import { NO_ITEM } from "./rule_input.ts";
import { ruleWeights } from "./tree.ts";
import { UpmapRule } from "./upmap_rule.ts";

/** One placement group. */
export interface UpmapPg {
  readonly pool: number;
  readonly seed: number;
  readonly rule: UpmapRule;
  /** What CRUSH says. */
  readonly raw: readonly number[];
  /** What the map said at first. */
  readonly original: readonly UpmapItem[];
  items: readonly UpmapItem[];
  up: readonly number[];
}

/** A change of one PG that moves it from one OSD to another. */
export interface Move {
  readonly pg: UpmapPg;
  readonly from: number;
  readonly to: number;
  readonly items: readonly UpmapItem[];
  readonly up: readonly number[];
}

/** The PGs of the pools that are to be balanced, and how many each OSD should have. */
export class UpmapState {
  readonly pgsOf = new Map<number, Set<UpmapPg>>();
  readonly #map: OsdMap;
  readonly #target = new Map<number, number>();

  constructor(map: OsdMap, pools: Iterable<number>) {
    this.#map = map;
    let total = 0;
    let weight = 0;
    for (const id of pools) {
      const pool = map.pools.get(id);
      if (pool === undefined) continue;
      this.#addPgs(id, new PoolMapper(map, id, pool));
      total += pool.size * pool.pgNum;
      weight += this.#addWeights(pool.crushRule);
    }
    for (const [osd, share] of this.#target) this.#target.set(osd, (share / weight) * total);
  }

  /** OSDs that have a weight, from the fullest to the emptiest. */
  byDeviation(): number[] {
    const all = [...this.#target.keys()].map((osd) => [osd, this.deviation(osd)] as const);
    return all.sort(([a, x], [b, y]) => y - x || a - b).map(([osd]) => osd);
  }

  /** How many PGs the OSD has too much. */
  deviation(osd: number): number {
    return (this.pgsOf.get(osd)?.size ?? 0) - (this.#target.get(osd) ?? 0);
  }

  /** Whether PGs may be moved to it. */
  isTarget(osd: number): boolean {
    return this.#target.has(osd) && this.#map.isUp(osd);
  }

  /** The change that moves the PG, if the map can say it and the rule allows it. */
  move(pg: UpmapPg, from: number, to: number): Move | undefined {
    const at = pg.up.indexOf(from);
    if (at < 0 || pg.up.includes(to) || !this.isTarget(to) || !pg.rule.allows(pg.up, at, to)) {
      return undefined;
    }
    const items = itemsOf(pg.items, from, to);
    const up = pg.up.with(at, to);
    return sameOsds(this.#upOf(pg, items), up) ? { pg, from, to, items, up } : undefined;
  }

  /** Makes the change. */
  apply({ pg, from, to, items, up }: Move): void {
    pg.items = items;
    pg.up = up;
    this.pgsOf.get(from)?.delete(pg);
    this.#of(to).add(pg);
  }

  #of(osd: number): Set<UpmapPg> {
    let pgs = this.pgsOf.get(osd);
    if (pgs === undefined) this.pgsOf.set(osd, pgs = new Set());
    return pgs;
  }

  #addPgs(pool: number, mapper: PoolMapper): void {
    const rule = new UpmapRule(this.#map.crush, mapper.pool.crushRule);
    const whole = this.#map.pgUpmap.get(pool);
    const items = this.#map.pgUpmapItems.get(pool);
    for (let seed = 0; seed < mapper.pool.pgNum; seed++) {
      const raw = mapper.raw(seed);
      const original = items?.get(seed) ?? [];
      const up = mapper.up(seed);
      const pg = { pool, seed, rule, raw, original, items: original, up };
      // A PG that somebody mapped as a whole is left alone, but fills OSDs.
      const counted = whole?.has(seed) ? { ...pg, up: [] } : pg;
      for (const osd of up) if (osd !== NO_ITEM) this.#of(osd).add(counted);
    }
  }

  /** Reweighted shares of the OSDs that a rule chooses; answers their sum. */
  #addWeights(rule: number): number {
    let sum = 0;
    for (const [osd, share] of ruleWeights(this.#map.crush, rule)) {
      const weight = share * (this.#map.osdWeight[osd] ?? 0);
      if (!(weight > 0)) continue;
      this.#target.set(osd, (this.#target.get(osd) ?? 0) + weight);
      sum += weight;
    }
    return sum;
  }

  #upOf(pg: UpmapPg, items: readonly UpmapItem[]): number[] {
    const osds = [...pg.raw];
    applyUpmapItems(this.#map, osds, items);
    return osds;
  }
}

/** An item that led to `from` leads to `to`, or falls away when that is where it came from. */
function itemsOf(items: readonly UpmapItem[], from: number, to: number): readonly UpmapItem[] {
  const at = items.findIndex((item) => item.to === from);
  if (at < 0) return [...items, { from, to }];
  if (items[at]!.from === to) return items.toSpliced(at, 1);
  return items.with(at, { from: items[at]!.from, to });
}

/** OSDs that are down are in the one list and not in the other. */
function sameOsds(raw: readonly number[], up: readonly number[]): boolean {
  return up.every((osd) => osd === NO_ITEM || raw.includes(osd));
}
