/** A big healthy cluster's OSDMap, for benchmarks: all OSDs up, with addresses; one pool for each 16,384 PGs. */

import { encodeAll, Packed } from "../../mgr/encoding/mod.ts";
import { BucketAlg } from "../../mgr/types/crush_bucket.ts";
import { CrushMap, OPTIMAL_TUNABLES } from "../../mgr/types/crush_map.ts";
import { AddrType, type EntityAddrVec } from "../../mgr/types/entity_addr.ts";
import { FULL_WEIGHT, OsdMap } from "../../mgr/types/osd_map.ts";
import type { UpmapItem } from "../../mgr/types/osd_map_layouts.ts";
import { BLANK_POOL, PgPool } from "../../mgr/types/pg_pool.ts";
import { Random } from "./random.ts";
import { randomCrush } from "./random_crush.ts";
import { nextEpoch } from "./random_osd_map.ts";

/** How big. */
export interface BigShape {
  /** 20 in each host, 10 hosts in each rack; the rest of the last rack is in the CRUSH map alone. */
  readonly osds: number;
  readonly pgs: number;
  /** PGs that have one. */
  readonly upmaps: number;
}

const OSDS_PER_HOST = 20;
const HOSTS_PER_RACK = 10;
const PGS_PER_POOL = 16_384;

/** Both addresses of an OSD. */
function addrsOf(osd: number, port: number): EntityAddrVec {
  const host = Math.floor(osd / OSDS_PER_HOST);
  const ip = `10.0.${host >> 8}.${host & 0xff}`;
  const at = 6800 + (osd % OSDS_PER_HOST) * 8 + port;
  return [AddrType.msgr2, AddrType.legacy].map((type, i) => ({ type, nonce: 1000 + osd, ip, port: at + i }));
}

function poolsOf(pgs: number): Map<number, PgPool> {
  const pools = new Map<number, PgPool>();
  for (let left = pgs; left > 0; left -= PGS_PER_POOL) {
    const pgNum = Math.min(left, PGS_PER_POOL);
    const counts = { pgNum, pgpNum: pgNum, pgNumTarget: pgNum, pgpNumTarget: pgNum, pgNumPending: pgNum };
    pools.set(pools.size + 1, { ...BLANK_POOL, ...counts });
  }
  return pools;
}

function upmapsOf(random: Random, { osds, upmaps }: BigShape): Map<number, Map<number, UpmapItem[]>> {
  const table = new Map<number, Map<number, UpmapItem[]>>();
  for (let i = 0; i < upmaps; i++) {
    const pool = 1 + Math.floor(i / PGS_PER_POOL);
    const item = { from: random.below(osds), to: random.below(osds) };
    if (!table.has(pool)) table.set(pool, new Map());
    table.get(pool)!.set(i % PGS_PER_POOL, [item]);
  }
  return table;
}

/** A map of that size. */
export function bigOsdMap(shape: BigShape): OsdMap {
  const random = new Random(shape.osds);
  const racks = Math.ceil(shape.osds / OSDS_PER_HOST / HOSTS_PER_RACK);
  const tree = { racks, hostsPerRack: HOSTS_PER_RACK, osdsPerHost: OSDS_PER_HOST };
  const crush = randomCrush(random, {
    alg: BucketAlg.straw2,
    tunables: OPTIMAL_TUNABLES,
    classes: true,
    ...tree,
  });
  const pools = poolsOf(shape.pgs);
  const ids = Array.from({ length: shape.osds }, (_, id) => id);
  const each = <V>(value: (osd: number) => V): Map<number, V> => new Map(ids.map((osd) => [osd, value(osd)]));
  const base = nextEpoch(OsdMap.blank(), {
    newMaxOsd: racks * HOSTS_PER_RACK * OSDS_PER_HOST,
    newRequireOsdRelease: 16,
    crush: encodeAll(CrushMap.encode, crush),
    newPools: new Map([...pools].map(([id, pool]) => [id, Packed.of(PgPool, pool)])),
    newPoolNames: new Map([...pools.keys()].map((id) => [id, `pool${id}`])),
    newPoolMax: pools.size,
  });
  return nextEpoch(base, {
    newWeight: each(() => FULL_WEIGHT),
    newUpClient: each((osd) => addrsOf(osd, 0)),
    newUpCluster: each((osd) => addrsOf(osd, 2)),
    newHbBackUp: each((osd) => addrsOf(osd, 4)),
    newHbFrontUp: each((osd) => addrsOf(osd, 6)),
    newUuid: each((osd) => `00000000-0000-4000-8000-${osd.toString(16).padStart(12, "0")}`),
    newUpThru: each(() => 2),
    newPgUpmapItems: upmapsOf(random, shape),
  });
}
