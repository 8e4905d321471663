/** OSDMaps in which everything stands that moves PGs: reweights, affinities, upmaps, temporary mappings, choose_args. */

import { encodeAll, Packed } from "../../mgr/encoding/mod.ts";
import { CrushMap } from "../../mgr/types/crush_map.ts";
import { FULL_WEIGHT, OsdMap } from "../../mgr/types/osd_map.ts";
import { applyIncremental } from "../../mgr/types/osd_map_apply.ts";
import { blankIncremental, type OsdMapIncremental } from "../../mgr/types/osd_map_incremental.ts";
import { BLANK_POOL, PgPool } from "../../mgr/types/pg_pool.ts";
import type { Random } from "./random.ts";

const FSID = "82e38c3a-4cdb-458e-a50f-e613b7b0eee2";
const STAMP = { sec: 1_800_000_000, nsec: 0 };

/** OSDs that no bucket holds. */
const SPARE_OSDS = 2;

/** How much there is of everything. */
export interface MapShape {
  readonly crush: CrushMap;
  readonly pools: number;
  readonly pgNum: number;
  /** Share of OSDs that are down, out, missing or reweighted, and of PGs that are mapped otherwise. */
  readonly disorder: number;
}

/** The next epoch with these changes. */
export function nextEpoch(map: OsdMap, changes: Partial<OsdMapIncremental>): OsdMap {
  return applyIncremental(map, { ...blankIncremental(FSID, map.epoch + 1, STAMP), ...changes });
}

function randomOsds(random: Random, count: number, disorder: number): Partial<OsdMapIncremental> {
  const ids = Array.from({ length: count }, (_, id) => id);
  const present = ids.filter(() => !random.chance(disorder / 4));
  const weight = (): number => random.chance(disorder) ? random.below(FULL_WEIGHT) : FULL_WEIGHT;
  const affinities = random.chance(0.5) ? ids.filter(() => random.chance(disorder)) : [];
  const up = present.filter(() => !random.chance(disorder / 3));
  return {
    newWeight: new Map(present.map((id) => [id, weight()])),
    newPrimaryAffinity: new Map(affinities.map((id) => [id, random.below(FULL_WEIGHT + 1)])),
    newUpClient: new Map(up.map((id) => [id, []])),
  };
}

function randomPool(random: Random, { crush, pgNum }: MapShape): PgPool {
  const rule = random.below(crush.rules.length);
  const pgs = Math.max(1, pgNum - random.below(pgNum / 2));
  return {
    ...BLANK_POOL,
    crushRule: rule,
    type: crush.rules[rule]!.type,
    size: 1 + random.below(5),
    pgNum: pgs,
    pgpNum: random.chance(0.3) ? Math.ceil(pgs / 2) : pgs,
    pgNumTarget: pgs,
    pgpNumTarget: pgs,
    pgNumPending: pgs,
    flags: random.chance(0.8) ? 1n : 0n,
  };
}

type Table<V> = Map<number, Map<number, V>>;

function randomTable<V>(
  random: Random,
  pools: ReadonlyMap<number, PgPool>,
  chance: number,
  value: (pool: PgPool) => V,
): Table<V> {
  const row = (pool: PgPool): Map<number, V> => {
    const seeds = Array.from({ length: pool.pgNum }, (_, seed) => seed).filter(() => random.chance(chance));
    return new Map(seeds.map((seed) => [seed, value(pool)]));
  };
  return new Map([...pools].map(([id, pool]) => [id, row(pool)]));
}

function randomMappings(
  random: Random,
  pools: ReadonlyMap<number, PgPool>,
  osds: number,
  disorder: number,
): Partial<OsdMapIncremental> {
  const some = ({ size }: PgPool): number[] => random.distinct(Math.min(size, osds), osds);
  const item = () => ({ from: random.below(osds), to: random.below(osds) });
  return {
    newPgTemp: randomTable(random, pools, disorder / 8, some),
    newPrimaryTemp: randomTable(random, pools, disorder / 8, () => random.below(osds)),
    newPgUpmap: randomTable(random, pools, disorder / 8, some),
    newPgUpmapItems: randomTable(random, pools, disorder, () => [item(), item(), item()]),
  };
}

/** A map of that shape. */
export function randomOsdMap(random: Random, shape: MapShape): OsdMap {
  const { crush, disorder } = shape;
  const maxOsd = crush.maxDevices + SPARE_OSDS;
  const pools = new Map(Array.from({ length: shape.pools }, (_, i) => [i + 1, randomPool(random, shape)]));
  const base = nextEpoch(OsdMap.blank(), {
    newMaxOsd: maxOsd,
    newRequireOsdRelease: 16,
    crush: encodeAll(CrushMap.encode, crush),
    newPools: new Map([...pools].map(([id, pool]) => [id, Packed.of(PgPool, pool)])),
    newPoolNames: new Map([...pools.keys()].map((id) => [id, `pool${id}`])),
    newPoolMax: shape.pools,
  });
  const withOsds = nextEpoch(base, {
    ...randomOsds(random, maxOsd, disorder),
    ...randomMappings(random, pools, maxOsd, disorder),
  });
  const out = Array.from({ length: maxOsd }, (_, id) => id)
    .filter((id) => withOsds.exists(id) && random.chance(disorder / 4));
  return nextEpoch(withOsds, { newWeight: new Map(out.map((id) => [id, 0])) });
}
