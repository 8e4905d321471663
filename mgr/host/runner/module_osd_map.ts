/** The OSDMap as modules see it: the SDK's interfaces over our own map, mapping and dumps. Upstream: mgr/PyOSDMap.cc */

import type {
  CRUSHMap,
  CrushMapData,
  CrushRuleData,
  JsonObject,
  OSDMap,
  OsdMapData,
  OSDMapIncremental,
  OsdMapPool,
  PgToOsds,
} from "@ganglion/sdk";
import { withExactTypes } from "@ganglion/sdk";
import { newIncremental, withCompatWeightSet, withReweights, withUpmaps } from "../../crush/incremental.ts";
import { OsdMapper } from "../../crush/osd_mapper.ts";
import { poolRawUsedRate, poolsByTake } from "../../crush/pools.ts";
import { itemWeight, rootsOf, takesOf, takesOfRule, takeWeights } from "../../crush/tree.ts";
import { calcPgUpmaps } from "../../crush/upmap.ts";
import { dumpCrushMap } from "../../types/crush_dump.ts";
import type { CrushMap } from "../../types/crush_map.ts";
import type { OsdMap } from "../../types/osd_map.ts";
import { applyIncremental } from "../../types/osd_map_apply.ts";
import type { OsdMapIncremental } from "../../types/osd_map_incremental.ts";
import { dumpIncremental } from "../../types/osd_map_incremental_dump.ts";
import { formatPgId } from "../../types/pg_id.ts";
import { releaseName } from "../../types/release_name.ts";
import { partsOf } from "./osd_map_parts.ts";

const NOWHERE: PgToOsds = { up: [], up_primary: -1, acting: [], acting_primary: -1 };
/** Upstream: the default of calc_pg_upmaps in mgr_module.py */
const MAX_ITERATIONS = 10;

/** One epoch. What is worked out is kept, for maps do not change. */
export class ModuleOsdMap implements OSDMap {
  readonly #map: OsdMap;
  readonly #mapper: OsdMapper;

  constructor(map: OsdMap) {
    this.#map = map;
    this.#mapper = new OsdMapper(map);
  }

  getEpoch(): number {
    return this.#map.epoch;
  }

  getCrushVersion(): number {
    return this.#map.crushVersion;
  }

  dump(): OsdMapData {
    return partsOf(this.#map).osdMap();
  }

  getPools(): Map<number, OsdMapPool> {
    return new Map(partsOf(this.#map).part("pools").map((pool) => [pool.pool, pool]));
  }

  getPoolsByName(): Map<string, OsdMapPool> {
    return new Map(partsOf(this.#map).part("pools").map((pool) => [pool.pool_name, pool]));
  }

  getPoolsByTake(take: number): number[] {
    return poolsByTake(this.#map, take);
  }

  getEcProfile(name: string): Record<string, string> | undefined {
    const profile = this.#map.erasureCodeProfiles.get(name);
    return profile && Object.fromEntries(profile);
  }

  getRequireOsdRelease(): string {
    return releaseName(this.#map.requireOsdRelease);
  }

  poolRawUsedRate(pool: number): number {
    return poolRawUsedRate(this.#map, pool);
  }

  pgToUpActingOsds(pool: number, seed: number): PgToOsds {
    const mapping = this.#mapper.map({ pool, seed });
    if (mapping === undefined) return NOWHERE;
    const { up, upPrimary, acting, actingPrimary } = mapping;
    return { up, up_primary: upPrimary, acting, acting_primary: actingPrimary };
  }

  mapPoolPgsUp(pool: number): Map<string, readonly number[]> {
    const mapper = this.#mapper.pool(pool);
    if (mapper === undefined) throw new Error(`Cannot map the PGs of pool ${pool}: there is no such pool`);
    const seeds = Array.from({ length: mapper.pool.pgNum }, (_, seed) => seed);
    return new Map(seeds.map((seed) => [formatPgId({ pool, seed }), mapper.map(seed).up]));
  }

  getCrush(): ModuleCrushMap {
    return new ModuleCrushMap(this.#map.crush);
  }

  newIncremental(): ModuleIncremental {
    return new ModuleIncremental(newIncremental(this.#map));
  }

  applyIncremental(incremental: OSDMapIncremental): ModuleOsdMap {
    return new ModuleOsdMap(applyIncremental(this.#map, own(incremental).value));
  }

  calcPgUpmaps(
    incremental: OSDMapIncremental,
    maxDeviation: number,
    maxIterations = MAX_ITERATIONS,
    pools: readonly string[] = [],
  ): number {
    const options = {
      maxDeviation,
      maxChanges: maxIterations,
      pools: pools.map((name) => this.#poolId(name)),
    };
    const changes = calcPgUpmaps(this.#map, options);
    const target = own(incremental);
    target.value = withUpmaps(target.value, changes);
    return changes.count;
  }

  #poolId(name: string): number {
    const id = this.#map.poolId(name);
    if (id === undefined) throw new Error(`Cannot balance pool '${name}': there is no such pool`);
    return id;
  }
}

/** Changes in the making. */
export class ModuleIncremental implements OSDMapIncremental {
  /** What the map takes. */
  value: OsdMapIncremental;

  constructor(value: OsdMapIncremental) {
    this.value = value;
  }

  getEpoch(): number {
    return this.value.epoch;
  }

  dump(): JsonObject {
    return withExactTypes(dumpIncremental(this.value, "python")) as JsonObject;
  }

  setOsdReweights(weights: Readonly<Record<number, number>>): void {
    this.value = withReweights(this.value, byNumber(weights));
  }

  setCrushCompatWeightSetWeights(weights: Readonly<Record<number, number>>): void {
    this.value = withCompatWeightSet(this.value, byNumber(weights));
  }
}

/** An incremental must be one of ours: a module cannot make one by itself. */
function own(incremental: OSDMapIncremental): ModuleIncremental {
  if (incremental instanceof ModuleIncremental) return incremental;
  throw new TypeError("Cannot use the incremental: make one with newIncremental()");
}

function byNumber(weights: Readonly<Record<number, number>>): Map<number, number> {
  return new Map(
    Object.entries(weights).map(([id, weight]) => {
      if (!/^-?\d+$/.test(id)) throw new TypeError(`Cannot set a weight: '${id}' is no id`);
      return [Number(id), weight];
    }),
  );
}

/** The CRUSH map of one epoch. */
export class ModuleCrushMap implements CRUSHMap {
  readonly #crush: CrushMap;
  #dump: CrushMapData | undefined;

  constructor(crush: CrushMap) {
    this.#crush = crush;
  }

  dump(): CrushMapData {
    return this.#dump ??= dumpCrushMap(this.#crush);
  }

  getItemWeight(id: number): number | undefined {
    return itemWeight(this.#crush, id);
  }

  getItemName(id: number): string | undefined {
    return this.#crush.itemNames.get(id);
  }

  findTakes(): number[] {
    return takesOf(this.#crush);
  }

  findRoots(): number[] {
    return rootsOf(this.#crush);
  }

  getTakeWeightOsdMap(root: number): Map<number, number> {
    return takeWeights(this.#crush, root);
  }

  getOsdsUnder(root: number): number[] {
    return [...takeWeights(this.#crush, root).keys()];
  }

  getRule(name: string): CrushRuleData | undefined {
    return this.dump().rules.find((rule) => rule.rule_name === name);
  }

  getRuleById(id: number): CrushRuleData | undefined {
    return this.dump().rules.find((rule) => rule.rule_id === id);
  }

  getRuleRoot(name: string): number | undefined {
    const rule = this.getRule(name);
    return rule && takesOfRule(this.#crush, rule.rule_id)[0];
  }

  deviceClassCounts(): Map<string | undefined, number> {
    const counts = new Map<string | undefined, number>();
    for (const { class: name } of this.dump().devices) counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
  }
}
