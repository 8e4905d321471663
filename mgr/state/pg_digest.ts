/** The PGMapDigest: what the monitors are told of a PgMap. */

import { type Codec, decodeAll, encodeAll } from "../encoding/mod.ts";
import { inOneGo } from "../time/in_steps.ts";
import { addOsdStat, OsdStat, zeroOsdStat } from "../types/osd_stat.ts";
import type { PgCount, PGMapDigest, PoolDelta } from "../types/pg_map_digest.ts";
import { hasState } from "../types/pg_state.ts";
import { PoolStat, zeroPoolStat } from "../types/pool_stat.ts";
import { kib } from "../types/store_statfs.ts";
import { type UTime, utimeOfMs } from "../types/utime.ts";
import type { PgMap } from "./pg_map.ts";
import type { PoolSum } from "./pool_sum.ts";
import type { StatDelta } from "./stat_delta.ts";

/** What of the OSDMap and its CRUSH map says where data may be written. */
export interface SpaceLayout {
  /** full_ratio */
  readonly fullRatio: number;
  readonly pools: ReadonlyMap<number, { readonly crushRule: number }>;
  deviceClass(osd: number): string | undefined;
  /** The share of each OSD in what a rule places, a float32; undefined when there is no such rule. */
  ruleWeights(rule: number): ReadonlyMap<number, number> | undefined;
}

/** `pgMapDigestSteps` without a pause. */
export function pgMapDigest(map: PgMap, layout: SpaceLayout): PGMapDigest {
  return inOneGo(pgMapDigestSteps(map, layout));
}

/** Of the moment in which it begins; nothing in it moves any more. Upstream: PGMap::encode_digest in mon/PGMap.cc */
export function* pgMapDigestSteps(map: PgMap, layout: SpaceLayout): Generator<undefined, PGMapDigest> {
  const pools = byKey(map.pools);
  const numPgByState = new Map(map.byState);
  const osds = new Map(map.osds);
  const atOnce = {
    numPg: map.numPg,
    numPgActive: countStates(numPgByState, (state) => hasState(state, "active")),
    numPgUnknown: numPgByState.get(0) ?? 0,
    numOsd: osds.size,
    pgPoolSum: new Map(pools.map(([id, { sum }]) => [id, onWire(PoolStat, sum)])),
    pgSum: onWire(PoolStat, map.sum),
    numPgByState,
    numPgByOsd: copied(map.counts.byOsd),
    numPgByPool: new Map(pools.map(([id, { size }]) => [id, size])),
    osdLastSeq: [...map.lastSeq],
    perPoolSumDelta: poolDeltas(pools),
    perPoolSumDeltasStamps: new Map(stepped(pools).map(([id, { delta }]) => [id, utimeOfMs(delta.ms)])),
    pgSumDelta: onWire(PoolStat, deltaStat(map.delta)),
    stampDelta: utimeOfMs(map.delta.ms),
    purgedSnaps: purgedSnaps(pools),
  };
  yield;
  const sum = onWire(OsdStat, osdSum(osds.values()));
  yield;
  const byClass = [...osdSumByClass({ osds }, layout)].map(([name, sum]) =>
    [name, onWire(OsdStat, sum)] as const
  );
  yield;
  return {
    ...atOnce,
    osdSum: sum,
    availSpaceByRule: availSpaceByRule({ osds, pools: new Map(pools) }, layout),
    osdSumByClass: new Map(byClass),
  };
}

function copied(counts: ReadonlyMap<number, Readonly<PgCount>>): Map<number, PgCount> {
  const copy = new Map<number, PgCount>();
  counts.forEach((count, osd) => copy.set(osd, { ...count }));
  return copy;
}

const byKey = <K extends number | string, V>(map: ReadonlyMap<K, V>): [K, V][] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));

const stepped = (pools: readonly [number, PoolSum][]): readonly [number, PoolSum][] =>
  pools.filter(([, { steppedAt }]) => steppedAt !== undefined);

/** PGs whose state fits. */
export function countStates(byState: ReadonlyMap<number, number>, fits: (state: number) => boolean): number {
  let count = 0;
  for (const [state, n] of byState) if (fits(state)) count += n;
  return count;
}

/** Only the counters of objects have deltas. */
export function deltaStat({ sum }: StatDelta): PoolStat {
  return { ...zeroPoolStat(), stats: sum };
}

function poolDeltas(pools: readonly [number, PoolSum][]): Map<number, PoolDelta> {
  const delta = ({ delta, steppedAt }: PoolSum): PoolDelta => ({
    stat: onWire(PoolStat, deltaStat(delta)),
    stamp: steppedAt as UTime,
  });
  return new Map(stepped(pools).map(([id, pool]) => [id, delta(pool)]));
}

function purgedSnaps(pools: readonly [number, PoolSum][]): PGMapDigest["purgedSnaps"] {
  return new Map(
    pools.flatMap(([id, { purgedSnaps }]) => purgedSnaps === undefined ? [] : [[id, purgedSnaps]]),
  );
}

/** The sum over OSDs. */
export function osdSum(osds: Iterable<{ readonly stat: OsdStat }>): OsdStat {
  const total = zeroOsdStat();
  for (const { stat } of osds) addOsdStat(total, stat);
  return total;
}

/**
 * A sum as it will be read: latencies are whole milliseconds there, and what OSDs report beyond all reason wraps around
 * as it does upstream.
 */
function onWire<T>(codec: Codec<T>, sum: T): T {
  return decodeAll(encodeAll(codec.encode, sum), codec.decode);
}

/** Sums by device class, in the order of the classes' names. Upstream: PGMap::calc_osd_sum_by_class */
export function osdSumByClass(map: Pick<PgMap, "osds">, layout: SpaceLayout): Map<string, OsdStat> {
  const sums = new Map<string, OsdStat>();
  for (const [osd, { stat }] of map.osds) {
    const name = layout.deviceClass(osd);
    if (name === undefined) continue;
    let sum = sums.get(name);
    if (sum === undefined) sums.set(name, sum = zeroOsdStat());
    addOsdStat(sum, stat);
  }
  return new Map(byKey(sums));
}

/** Raw bytes that can be written, by each rule that a pool with PGs uses. Upstream: PGMap::get_rules_avail */
export function availSpaceByRule(
  map: Pick<PgMap, "osds" | "pools">,
  layout: SpaceLayout,
): Map<number, number> {
  const rules = [...layout.pools].filter(([id]) => map.pools.has(id)).map(([, { crushRule }]) => crushRule);
  return new Map(
    [...new Set(rules)].sort((a, b) => a - b).map((rule) => [rule, ruleAvail(map, layout, rule)]),
  );
}

/** No such rule. */
const ENOENT = -2;
/** The largest of a signed 64-bit number that a double can hold. */
const MAX_INT64 = 2 ** 63 - 1024;

/** What the OSD that is full first lets through; -1 while no OSD of the rule has reported. */
function ruleAvail(map: Pick<PgMap, "osds">, layout: SpaceLayout, rule: number): number {
  const weights = layout.ruleWeights(rule);
  if (weights === undefined) return ENOENT;
  if (weights.size === 0) return 0;
  const reserve = 1 - Math.fround(layout.fullRatio);
  let least = -1;
  for (const [osd, weight] of weights) {
    const statfs = map.osds.get(osd)?.stat.statfs;
    // A root without any weight makes shares that are no numbers.
    if (statfs === undefined || statfs.total === 0 || !(weight > 0)) continue;
    const avail = Math.max(0, kib(statfs.available) - kib(statfs.total) * reserve) * 1024;
    const share = Math.min(Math.trunc(avail / weight), MAX_INT64);
    if (least < 0 || share < least) least = share;
  }
  return least;
}
