/** A map of four OSDs whose placement groups stand where a test puts them. */

import { encodeAll, Packed } from "../../mgr/encoding/mod.ts";
import { CrushMap, OPTIMAL_TUNABLES } from "../../mgr/types/crush_map.ts";
import type { EntityAddr } from "../../mgr/types/entity_addr.ts";
import { FULL_WEIGHT, OsdMap } from "../../mgr/types/osd_map.ts";
import { BLANK_POOL, PgPool } from "../../mgr/types/pg_pool.ts";
import { Random } from "./random.ts";
import { randomCrush } from "./random_crush.ts";
import { nextEpoch } from "./random_osd_map.ts";

/** OSDs 0 to 3. */
export const OSDS: readonly number[] = [0, 1, 2, 3];
/** The pool that every map has; its name is `p`. */
export const POOL = 1;

const SHAPE = { alg: 5, tunables: OPTIMAL_TUNABLES, racks: 1, hostsPerRack: 4, osdsPerHost: 1 };

/** Where an OSD listens. */
export function osdAddr(osd: number): EntityAddr {
  return { type: 2, nonce: 100 + osd, ip: "127.0.0.1", port: 6800 + osd };
}

/** The next epoch with a pool made or changed. */
export function withPool(map: OsdMap, id: number, name: string, pool: Partial<PgPool> = {}): OsdMap {
  const known = map.pools.get(id) ?? { ...BLANK_POOL, size: 2, minSize: 1, pgNum: 1, pgpNum: 1, flags: 1n };
  return nextEpoch(map, {
    newPools: new Map([[id, Packed.of(PgPool, { ...known, ...pool })]]),
    newPoolNames: new Map([[id, name]]),
    newPoolMax: Math.max(id, map.poolMax),
  });
}

/** The next epoch with a PG served by these OSDs, the primary first. */
export function servedBy(map: OsdMap, osds: readonly number[], seed = 0, pool = POOL): OsdMap {
  return nextEpoch(map, { newPgTemp: new Map([[pool, new Map([[seed, osds]])]]) });
}

/** The next epoch, in which an OSD is down. */
export function downOsd(map: OsdMap, osd: number): OsdMap {
  return nextEpoch(map, { newState: new Map([[osd, 0]]) });
}

/** The next epoch, in which an OSD runs, at another address if it is told. */
export function upOsd(map: OsdMap, osd: number, addr = osdAddr(osd)): OsdMap {
  return nextEpoch(map, { newUpClient: new Map([[osd, [addr]]]), newHbBackUp: new Map([[osd, [addr]]]) });
}

/** Four OSDs that run, and pool `p`, whose one PG osd.0 serves. */
export function smallOsdMap(): OsdMap {
  const base = nextEpoch(OsdMap.blank(), {
    newMaxOsd: OSDS.length,
    newRequireOsdRelease: 16,
    crush: encodeAll(CrushMap.encode, randomCrush(new Random(1), SHAPE)),
  });
  const addrs = new Map(OSDS.map((osd) => [osd, [osdAddr(osd)]]));
  const running = nextEpoch(base, {
    newWeight: new Map(OSDS.map((osd) => [osd, FULL_WEIGHT])),
    newUpClient: addrs,
    newHbBackUp: addrs,
  });
  return servedBy(withPool(running, POOL, "p"), [0, 1]);
}
