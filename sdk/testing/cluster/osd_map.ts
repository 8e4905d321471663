/** The OSDMap of a cluster in its first epochs, and what changes it afterwards. */

import { encodeAll, Packed } from "../../../mgr/encoding/mod.ts";
import { CrushMap } from "../../../mgr/types/crush_map.ts";
import { AddrType, type EntityAddrVec } from "../../../mgr/types/entity_addr.ts";
import { FULL_WEIGHT, OsdMap } from "../../../mgr/types/osd_map.ts";
import { applyIncremental } from "../../../mgr/types/osd_map_apply.ts";
import { OsdMapFlag } from "../../../mgr/types/osd_map_bits.ts";
import { blankIncremental, type OsdMapIncremental } from "../../../mgr/types/osd_map_incremental.ts";
import { BLANK_POOL, PgPool, PoolType } from "../../../mgr/types/pg_pool.ts";
import { utimeOfMs, ZERO_TIME } from "../../../mgr/types/utime.ts";
import { crushOf, RULES } from "./crush.ts";
import { type ClusterPlan, hostOf, type PoolPlan } from "./setup.ts";

/** The same in all clusters: what a test prints is the same each time. */
export const FSID = "7e57c105-7e12-4000-8000-000000000000";
const PACIFIC = 16;
const LUMINOUS = 12;
/** What every OSD of 16.2.15 can. */
export const FEATURES = 4540138314316775423n;
const FLAGS = OsdMapFlag.sortbitwise | OsdMapFlag.recovery_deletes | OsdMapFlag.purged_snapdirs |
  OsdMapFlag.pglog_hardlimit;
const AUTOSCALE_ON = 2;
const STRIPE_UNIT = 4096;
const FIRST_NONCE = 1000;
/** Ports of one daemon: two for each of its four messengers. */
const PORTS = 8;

/** What a cluster changes in its map. */
export type Changes = Partial<OsdMapIncremental>;

/** The next epoch with these changes. */
export function nextEpoch(map: OsdMap, changes: Changes, wallMs: number): OsdMap {
  return applyIncremental(map, { ...blankIncremental(FSID, map.epoch + 1, utimeOfMs(wallMs)), ...changes });
}

/** `host3` is at 10.0.0.4. */
export function hostIp(host: number): string {
  const number = host + 1;
  return `10.${number >> 16 & 0xff}.${number >> 8 & 0xff}.${number & 0xff}`;
}

/** The addresses of an OSD's messenger: 0 public, 1 cluster, 2 and 3 heartbeats. `life` counts its starts. */
export function osdAddrs(osd: number, plan: ClusterPlan, messenger: number, life = 0): EntityAddrVec {
  const ip = hostIp(hostOf(osd, plan));
  const port = 6800 + (osd % 100) * PORTS + 2 * messenger;
  const nonce = FIRST_NONCE + osd + life * 100_000;
  return [AddrType.msgr2, AddrType.legacy].map((type, i) => ({ type, nonce, ip, port: port + i }));
}

/** These OSDs come up. */
export function cameUp(osds: readonly number[], plan: ClusterPlan, life: (osd: number) => number): Changes {
  const addrs = (messenger: number): Map<number, EntityAddrVec> =>
    new Map(osds.map((osd) => [osd, osdAddrs(osd, plan, messenger, life(osd))]));
  return { newUpClient: addrs(0), newUpCluster: addrs(1), newHbBackUp: addrs(2), newHbFrontUp: addrs(3) };
}

/** One value for each of them. */
export function each<V>(osds: readonly number[], value: V): Map<number, V> {
  return new Map(osds.map((osd) => [osd, value]));
}

/** A pool is made, or replaced. */
export function withPool(map: OsdMap, id: number, name: string, plan: PoolPlan, wallMs: number): Changes {
  const profile = profileName(plan);
  return {
    newPools: new Map([[id, Packed.of(PgPool, poolOf(plan, map.epoch + 1, wallMs))]]),
    newPoolNames: new Map([[id, name]]),
    newPoolMax: Math.max(id, map.poolMax),
    ...(profile === "" ? {} : { newErasureCodeProfiles: new Map([[profile, profileOf(plan)]]) }),
  };
}

function poolOf(plan: PoolPlan, epoch: number, wallMs: number): PgPool {
  const { pgNum, erasure, application } = plan;
  return {
    ...BLANK_POOL,
    type: erasure ? PoolType.erasure : PoolType.replicated,
    crushRule: erasure ? RULES.erasure : RULES.replicated,
    size: plan.size,
    minSize: plan.minSize,
    pgNum,
    pgpNum: pgNum,
    pgNumTarget: pgNum,
    pgpNumTarget: pgNum,
    pgNumPending: pgNum,
    lastChange: epoch,
    erasureCodeProfile: profileName(plan),
    stripeWidth: erasure ? erasure.k * STRIPE_UNIT : 0,
    applicationMetadata: new Map(application === "" ? [] : [[application, new Map<string, string>()]]),
    createTime: utimeOfMs(wallMs),
    pgAutoscaleMode: AUTOSCALE_ON,
  };
}

const profileName = ({ erasure }: PoolPlan): string => erasure ? `k${erasure.k}m${erasure.m}` : "";

function profileOf({ erasure }: PoolPlan): Map<string, string> {
  const { k, m } = erasure!;
  return new Map([["k", String(k)], ["m", String(m)], ["plugin", "jerasure"], ["technique", "reed_sol_van"]]);
}

/** A new cluster whose OSDs are up and in, with its pools. */
export function firstOsdMap(plan: ClusterPlan, wallMs: number): OsdMap {
  const osds = Array.from({ length: plan.osds }, (_, osd) => osd);
  const stamp = utimeOfMs(wallMs);
  const made = nextEpoch(OsdMap.blank(), {
    newMaxOsd: plan.osds,
    newFlags: FLAGS,
    newRequireOsdRelease: PACIFIC,
    newRequireMinCompatClient: LUMINOUS,
    newFullRatio: 0.95,
    newBackfillfullRatio: 0.9,
    newNearfullRatio: 0.85,
    crush: encodeAll(CrushMap.encode, crushOf(plan)),
  }, wallMs);
  const running = nextEpoch(made, {
    ...cameUp(osds, plan, () => 0),
    newWeight: each(osds, FULL_WEIGHT),
    newUuid: new Map(osds.map((osd) => [osd, uuidOf(osd)])),
    newXInfo: each(osds, {
      downStamp: ZERO_TIME,
      laggyProbability: 0,
      laggyInterval: 0,
      features: FEATURES,
      oldWeight: 0,
      lastPurgedSnapsScrub: stamp,
      deadEpoch: 0,
    }),
    newLastUpChange: stamp,
    newLastInChange: stamp,
  }, wallMs);
  let map = running;
  for (const [name, pool] of plan.pools) {
    map = nextEpoch(map, withPool(map, map.poolMax + 1, name, pool, wallMs), wallMs);
  }
  return map;
}

function uuidOf(osd: number): string {
  return `7e57c105-0000-4000-8000-${osd.toString(16).padStart(12, "0")}`;
}
