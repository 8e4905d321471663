/** The OSDMap as an object that answers questions: mapping, weights, upmaps. All of it runs in the module's process. */

import type { CrushMapData, CrushRuleData } from "./data/crush.ts";
import type { OsdMapData, OsdMapPool } from "./data/osd_map.ts";
import type { JsonObject } from "./data/mod.ts";

/** An OSD that is not there: a hole of an erasure coded PG. */
export const ITEM_NONE = 0x7fffffff;

/** Key of the weight set of all pools in a CRUSH map's `choose_args`. */
export const DEFAULT_CHOOSE_ARGS = "-1";

/** OSDs of one placement group. */
export interface PgToOsds {
  /** Where it should be; ITEM_NONE is a hole. */
  readonly up: readonly number[];
  /** -1 = none. */
  readonly up_primary: number;
  /** Who serves it now. */
  readonly acting: readonly number[];
  /** -1 = none. */
  readonly acting_primary: number;
}

/** One epoch of the OSDMap. It does not change. */
export interface OSDMap {
  /** Of this map. */
  getEpoch(): number;
  /** Counts the changes of the CRUSH map. */
  getCrushVersion(): number;
  /** The same as `get("osd_map")`. */
  dump(): OsdMapData;
  /** Pools by id. */
  getPools(): ReadonlyMap<number, OsdMapPool>;
  /** Pools by name. */
  getPoolsByName(): ReadonlyMap<string, OsdMapPool>;
  /** Pools whose rule begins at that bucket or OSD. */
  getPoolsByTake(take: number): readonly number[];
  /** The profile of that name; undefined when there is none. */
  getEcProfile(name: string): Readonly<Record<string, string>> | undefined;
  /** Name of the release that all OSDs must have. */
  getRequireOsdRelease(): string;
  /** Bytes on disk for a byte of data. Throws when there is no such pool. */
  poolRawUsedRate(pool: number): number;
  /** Where one PG is; all -1 and empty when there is no such pool. `seed` is folded into the pool's number of PGs. */
  pgToUpActingOsds(pool: number, seed: number): PgToOsds;
  /** Where all PGs of a pool should be, by id of the PG (`2.1f`). Throws when there is no such pool. */
  mapPoolPgsUp(pool: number): ReadonlyMap<string, readonly number[]>;
  /** Roots, weights, rules. */
  getCrush(): CRUSHMap;
  /** The next epoch, without changes. */
  newIncremental(): OSDMapIncremental;
  /** The map that an incremental makes of this one. Throws when it is not made for this map. */
  applyIncremental(incremental: OSDMapIncremental): OSDMap;
  /**
   * Puts upmaps into an incremental until no OSD is further than `maxDeviation` PGs from its share, and answers how many
   * PGs change. `pools` are names; all when it is left out. Throws for a name that is no pool's.
   */
  calcPgUpmaps(
    incremental: OSDMapIncremental,
    maxDeviation: number,
    maxIterations?: number,
    pools?: readonly string[],
  ): number;
}

/** Changes to an OSDMap, not sent to anybody. */
export interface OSDMapIncremental {
  /** Of the map that it makes. */
  getEpoch(): number;
  /** All changes, as Ceph's JSON shows them. */
  dump(): JsonObject;
  /** "Reweights" of OSDs; they are held between 0 and 1. */
  setOsdReweights(weights: Readonly<Record<number, number>>): void;
  /** Weights of the weight set of all pools. */
  setCrushCompatWeightSetWeights(weights: Readonly<Record<number, number>>): void;
}

/** The CRUSH map of an OSDMap. */
export interface CRUSHMap {
  /** The same as `get("osd_map_crush")`. */
  dump(): CrushMapData;
  /** Weight of a bucket or OSD; undefined when it is not there. */
  getItemWeight(id: number): number | undefined;
  /** Name of a bucket or OSD; undefined when it is not there. */
  getItemName(id: number): string | undefined;
  /** Where rules begin, shadow trees of device classes included. */
  findTakes(): readonly number[];
  /** Buckets that are in no other, shadow trees included. */
  findRoots(): readonly number[];
  /** The share of each OSD below a bucket. Throws when there is no such bucket. */
  getTakeWeightOsdMap(root: number): ReadonlyMap<number, number>;
  /** OSDs below a bucket. Throws when there is no such bucket. */
  getOsdsUnder(root: number): readonly number[];
  /** A rule by its name; undefined when there is none. */
  getRule(name: string): CrushRuleData | undefined;
  /** A rule by its id; undefined when there is none. */
  getRuleById(id: number): CrushRuleData | undefined;
  /** Where a rule begins first; undefined when there is no such rule. */
  getRuleRoot(name: string): number | undefined;
  /** How many OSDs each device class has; undefined is "none". */
  deviceClassCounts(): ReadonlyMap<string | undefined, number>;
}
