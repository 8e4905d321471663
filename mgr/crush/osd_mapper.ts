/** From placement groups to OSDs: what CRUSH says, and what the OSDMap puts in its place. Upstream: OSDMap::_pg_to_up_acting_osds in osd/OSDMap.cc */

import type { ChooseArgMap } from "../types/crush_choose_args.ts";
import { FULL_WEIGHT, type OsdMap } from "../types/osd_map.ts";
import type { UpmapItem } from "../types/osd_map_layouts.ts";
import type { PgId } from "../types/pg_id.ts";
import { isErasure, type PgPool } from "../types/pg_pool.ts";
import { hash2 } from "./hash.ts";
import { chooseArgsOf, doRule } from "./mapper.ts";
import { placementSeed, stableMod } from "./placement.ts";
import { NO_ITEM } from "./rule_input.ts";

/** No OSD. */
export const NO_OSD = -1;

/** OSDs of one PG. In erasure coded pools the place is the shard, and NO_ITEM is a hole. */
export interface PgMapping {
  /** Where the PG should be. */
  readonly up: readonly number[];
  readonly upPrimary: number;
  /** Who serves it now. */
  readonly acting: readonly number[];
  readonly actingPrimary: number;
}

/** Maps the PGs of one pool in one epoch. */
export class PoolMapper {
  readonly pool: PgPool;
  readonly #map: OsdMap;
  readonly #id: number;
  readonly #args: ChooseArgMap | undefined;
  readonly #erasure: boolean;

  constructor(map: OsdMap, id: number, pool: PgPool) {
    this.pool = pool;
    this.#map = map;
    this.#id = id;
    this.#args = chooseArgsOf(map.crush, id);
    this.#erasure = isErasure(pool);
  }

  /** The OSDs that CRUSH finds and that exist. `seed` may be unfolded. Upstream: OSDMap::_pg_to_raw_osds */
  raw(seed: number): number[] {
    return this.#existing(this.#crush(placementSeed(this.pool, this.#id, seed)));
  }

  /** The raw OSDs after upmaps, whether they are up or not. Upstream: OSDMap::pg_to_raw_upmap */
  rawUpmap(seed: number): number[] {
    return this.#upmap(this.raw(seed), stableMod(seed, this.pool.pgNum));
  }

  /** Where the PG should be, before primaries are looked at. */
  up(seed: number): number[] {
    return this.#running(this.rawUpmap(seed));
  }

  /** Everything about a PG; `seed` may be unfolded. */
  map(seed: number): PgMapping {
    const pps = placementSeed(this.pool, this.#id, seed);
    const folded = stableMod(seed, this.pool.pgNum);
    const raw = this.#upmap(this.#existing(this.#crush(pps)), folded);
    const { osds: up, primary: upPrimary } = this.#withAffinity(this.#running(raw), pps);
    const temp = this.#map.pgTemp.get(this.#id)?.get(folded);
    const acting = temp === undefined ? [] : this.#running(temp);
    const primary = this.#map.primaryTemp.get(this.#id)?.get(folded) ?? firstOf(acting);
    if (acting.length > 0) return { up, upPrimary, acting, actingPrimary: primary };
    return { up, upPrimary, acting: up, actingPrimary: primary === NO_OSD ? upPrimary : primary };
  }

  #crush(pps: number): number[] {
    const { crush, osdWeight } = this.#map;
    const { crushRule, size } = this.pool;
    return doRule(crush, crushRule, { x: pps, max: size, weights: osdWeight, args: this.#args });
  }

  #existing(osds: number[]): number[] {
    return this.#keep(osds, (osd) => this.#map.exists(osd));
  }

  #running(osds: readonly number[]): number[] {
    return this.#keep(osds, (osd) => this.#map.isUp(osd));
  }

  /** Those that do not stay leave a hole where the place matters, and make room where not. */
  #keep(osds: readonly number[], stays: (osd: number) => boolean): number[] {
    if (this.#erasure) return osds.map((osd) => (stays(osd) ? osd : NO_ITEM));
    return osds.filter(stays);
  }

  #upmap(raw: number[], seed: number): number[] {
    const whole = this.#map.pgUpmap.get(this.#id)?.get(seed);
    // A target that is out makes all upmaps of the PG void.
    if (whole?.some((osd) => isOut(this.#map, osd))) return raw;
    const osds = whole ? [...whole] : raw;
    applyUpmapItems(this.#map, osds, this.#map.pgUpmapItems.get(this.#id)?.get(seed) ?? []);
    const primary = this.#map.pgUpmapPrimaries.get(this.#id)?.get(seed);
    if (primary !== undefined) this.#toFront(osds, primary);
    return osds;
  }

  #toFront(osds: number[], primary: number): void {
    const weight = this.#map.osdWeight[primary];
    const at = osds.indexOf(primary);
    if (weight === undefined || weight === 0 || at < 1) return;
    osds[at] = osds[0]!;
    osds[0] = primary;
  }

  /** The primary, which stands first where the place does not matter. Upstream: OSDMap::_apply_primary_affinity */
  #withAffinity(up: number[], pps: number): { osds: number[]; primary: number } {
    const first = firstOf(up);
    const { primaryAffinity } = this.#map;
    if (primaryAffinity.length === 0) return { osds: up, primary: first };
    if (up.every((osd) => this.#map.affinityOf(osd) === FULL_WEIGHT)) return { osds: up, primary: first };
    const at = this.#choosePrimary(up, pps);
    if (at < 0) return { osds: up, primary: first };
    const primary = up[at]!;
    if (this.#erasure || at === 0) return { osds: up, primary };
    return { osds: [primary, ...up.slice(0, at), ...up.slice(at + 1)], primary };
  }

  /** The first OSD that does not decline; if all do, the first one. */
  #choosePrimary(up: readonly number[], pps: number): number {
    const accepts = (osd: number): boolean => {
      const affinity = this.#map.affinityOf(osd);
      return osd !== NO_ITEM && (affinity >= FULL_WEIGHT || hash2(pps, osd) >>> 16 < affinity);
    };
    const at = up.findIndex(accepts);
    return at >= 0 ? at : up.findIndex((osd) => osd !== NO_ITEM);
  }
}

/** Upstream: OSDMap::is_out without the test whether the OSD exists */
function isOut(map: OsdMap, osd: number): boolean {
  return map.osdWeight[osd] === 0;
}

/** Replaces OSDs in place. An item whose new OSD is there already, or is out, does nothing. Upstream: OSDMap::_apply_upmap */
export function applyUpmapItems(map: OsdMap, osds: number[], items: readonly UpmapItem[]): void {
  for (const { from, to } of items) {
    const at = osds.indexOf(from);
    if (at >= 0 && !osds.includes(to) && !isOut(map, to)) osds[at] = to;
  }
}

function firstOf(osds: readonly number[]): number {
  return osds.find((osd) => osd !== NO_ITEM) ?? NO_OSD;
}

/** Maps the PGs of all pools in one epoch. */
export class OsdMapper {
  readonly #map: OsdMap;
  readonly #pools = new Map<number, PoolMapper>();

  constructor(map: OsdMap) {
    this.#map = map;
  }

  /** The mapper of a pool; undefined when there is no such pool. */
  pool(id: number): PoolMapper | undefined {
    let mapper = this.#pools.get(id);
    const pool = this.#map.pools.get(id);
    if (mapper === undefined && pool !== undefined) {
      mapper = new PoolMapper(this.#map, id, pool);
      this.#pools.set(id, mapper);
    }
    return mapper;
  }

  /** Undefined when the pool is not there. */
  map({ pool, seed }: PgId): PgMapping | undefined {
    return this.pool(pool)?.map(seed);
  }
}
