/** One OSDMap and its CRUSH map, as statistics, health checks and reports want to see them. */

import { countOsds, type OsdCounts, type OsdMap } from "../types/osd_map.ts";
import { isErasure, type PgPool } from "../types/pg_pool.ts";
import type { UTime } from "../types/utime.ts";
import { type CrushFacts, crushFacts } from "./crush_facts.ts";
import type { DfLayout } from "./df.ts";
import type { HealthLayout } from "./health_input.ts";
import type { PgMapScope } from "./pg_map.ts";

/** Reads the OSDMap; only what has to be worked out is kept. */
export class OsdLayout implements PgMapScope, DfLayout, HealthLayout {
  readonly map: OsdMap;
  #counts: OsdCounts | undefined;

  constructor(map: OsdMap) {
    this.map = map;
  }

  get modified(): UTime {
    return this.map.modified;
  }
  get maxOsd(): number {
    return this.map.maxOsd;
  }
  get fullRatio(): number {
    return this.map.fullRatio;
  }
  get pools(): ReadonlyMap<number, PgPool> {
    return this.map.pools;
  }
  get poolNames(): ReadonlyMap<number, string> {
    return this.map.poolNames;
  }
  get numOsds(): number {
    return this.#count.exist;
  }
  get numIn(): number {
    return this.#count.in;
  }
  exists(osd: number): boolean {
    return this.map.exists(osd);
  }
  isUp(osd: number): boolean {
    return this.map.isUp(osd);
  }
  isIn(osd: number): boolean {
    return this.map.isIn(osd);
  }

  /** Ids of the OSDs that are up. */
  *upOsds(): Generator<number> {
    for (let osd = 0; osd < this.map.maxOsd; osd++) if (this.map.isUp(osd)) yield osd;
  }

  deviceClass(osd: number): string | undefined {
    return this.#crush.deviceClass(osd);
  }
  ruleWeights(rule: number): ReadonlyMap<number, number> | undefined {
    return this.#crush.ruleWeights(rule);
  }
  parents(osd: number): ReadonlyMap<string, string> {
    return this.#crush.parents(osd);
  }

  /** Upstream: OSDMap::pool_raw_used_rate */
  rawUsedRate(id: number): number {
    const pool = this.map.pools.get(id)!;
    if (!isErasure(pool)) return pool.size;
    const profile = this.map.erasureCodeProfiles.get(pool.erasureCodeProfile);
    const [k, m] = [Number(profile?.get("k")), Number(profile?.get("m"))];
    // A profile always has both; a pool without one still has a size.
    return k > 0 && m >= 0 ? (k + m) / k : pool.size;
  }

  get #crush(): CrushFacts {
    return crushFacts(this.map.crush);
  }
  get #count(): OsdCounts {
    return this.#counts ??= countOsds(this.map);
  }
}
