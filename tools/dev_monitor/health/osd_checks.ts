/** What the map of OSDs says of their health. Upstream: OSDMap::check_health */

import { type HealthCheck, HealthSeverity } from "../../../mgr/types/health.ts";
import type { CrushMap } from "../../../mgr/types/crush_map.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import { hasPoolFlag, OsdMapFlag, OsdState, type PoolFlag } from "../../../mgr/types/osd_map_bits.ts";
import { Settings } from "../config/settings.ts";
import { subtreeOsds } from "../osd/tree.ts";
import type { Committed } from "../state/committed.ts";
import { existingOsds, isShadow, locationOf, typeNameOf } from "../state/osd_lookup.ts";

/** A check with its code. */
type Named = readonly [code: string, check: HealthCheck];

/** Upstream counts flags so, whatever their number. */
const FLAGS_COUNT = 5;

function check(
  severity: number,
  summary: string,
  detail: readonly string[],
  count = detail.length,
): HealthCheck {
  return { severity, summary, detail: [...detail], count };
}

/** By code. */
export function osdChecks(state: Committed): Map<string, HealthCheck> {
  const { map } = state.osd;
  if (map.epoch === 0) return new Map();
  return new Map([
    ...fullnessChecks(map),
    ...downChecks(map),
    ...flagChecks(map),
    ...poolChecks(map, new Settings(state)),
  ]);
}

/** Code, severity, bit, name in the summary and in the details. */
const FULLNESS = [
  ["OSD_FULL", HealthSeverity.error, OsdState.full, "full", "full"],
  ["OSD_BACKFILLFULL", HealthSeverity.warn, OsdState.backfillfull, "backfillfull", "backfill full"],
  ["OSD_NEARFULL", HealthSeverity.warn, OsdState.nearfull, "nearfull", "near full"],
] as const;

/** The map has a flag while an OSD is full, and its pools have one each. */
function fullnessChecks(map: OsdMap): Named[] {
  return FULLNESS.flatMap(([code, severity, bit, name, words]): Named[] => {
    const osds = existingOsds(map).filter((osd) => (map.osdState[osd]! & bit) !== 0);
    if (osds.length === 0) return [];
    const detail = osds.map((osd) => `osd.${osd} is ${words}`);
    return [[code, check(severity, `${osds.length} ${name} osd(s)`, detail)]];
  });
}

/** `root=default,host=a`: from the root down. */
function placeText(crush: CrushMap, item: number): string {
  return [...locationOf(crush, item)].reverse().map(([type, name]) => `${type}=${name}`).join(",");
}

/** Only OSDs that are in count; a bucket is down when all of them below it are. */
function downChecks(map: OsdMap): Named[] {
  const isDown = (osd: number): boolean => map.isIn(osd) && !map.isUp(osd);
  const down = existingOsds(map).filter(isDown);
  if (down.length === 0) return [];
  const detail = down.map((osd) => `osd.${osd} (${placeText(map.crush, osd)}) is down`);
  return [
    ["OSD_DOWN", check(HealthSeverity.warn, `${down.length} osds down`, detail)],
    ...subtreeChecks(map, isDown),
  ];
}

function subtreeChecks(map: OsdMap, isDown: (osd: number) => boolean): Named[] {
  const { crush } = map;
  const dead = crush.buckets.filter((bucket) => bucket !== undefined && !isShadow(crush, bucket.id))
    .map((bucket) => ({
      id: bucket!.id,
      osds: subtreeOsds(crush, bucket!.id).filter((osd) => map.isIn(osd)),
    }))
    .filter(({ osds }) => osds.length > 0 && osds.every(isDown));
  return [...Map.groupBy(dead, ({ id }) => typeNameOf(crush, id))].map(([type, buckets]): Named => {
    const osds = new Set(buckets.flatMap(({ osds }) => osds)).size;
    const words = `${buckets.length} ${type}${buckets.length > 1 ? "s" : ""} (${osds} osds) down`;
    const detail = buckets.map(({ id, osds }) => {
      const place = placeText(crush, id);
      const where = place === "" ? "" : ` (${place})`;
      return `${type} ${crush.itemNames.get(id)}${where} (${osds.length} osds) is down`;
    });
    return [`OSD_${type.toUpperCase()}_DOWN`, check(HealthSeverity.warn, words, detail)];
  });
}

/** Flags that warn, in the order of their bits; the rest belongs to healthy clusters. */
const WARN_FLAGS = [
  "pauserd",
  "pausewr",
  "pauserec",
  "noup",
  "nodown",
  "noin",
  "noout",
  "nobackfill",
  "norebalance",
  "norecover",
  "noscrub",
  "nodeep-scrub",
  "notieragent",
  "nosnaptrim",
] as const;

const OSD_FLAGS = ["noup", "nodown", "noin", "noout"] as const;

function flagChecks(map: OsdMap): Named[] {
  const set = WARN_FLAGS.filter((name) => (map.flags & OsdMapFlag[name]) !== 0);
  const summary = `${set.join(",")} flag(s) set`;
  const ofMap: Named[] = set.length === 0 ? [] : [
    ["OSDMAP_FLAGS", check(HealthSeverity.warn, summary, [], FLAGS_COUNT)],
  ];
  const nodes = [
    ...existingOsds(map).map((osd): [string, number] => [`osd.${osd}`, map.osdState[osd]!]),
    ...[...map.crushNodeFlags].map(([id, bits]): [string, number] => {
      return [`${typeNameOf(map.crush, id)} ${map.crush.itemNames.get(id)}`, bits];
    }),
    ...[...map.deviceClassFlags].map(([id, bits]): [string, number] => {
      return [`device class '${map.crush.classNames.get(id)}'`, bits];
    }),
  ];
  const detail = nodes.flatMap(([name, bits]) => {
    const names = OSD_FLAGS.filter((flag) => (bits & OsdState[flag]) !== 0);
    return names.length === 0 ? [] : [`${name} has flags ${names.join(",")}`];
  });
  if (detail.length === 0) return ofMap;
  const words =
    `${detail.length} OSDs or CRUSH {nodes, device-classes} have {NOUP,NODOWN,NOIN,NOOUT} flags set`;
  return [...ofMap, ["OSD_FLAGS", check(HealthSeverity.warn, words, detail)]];
}

/** Code, flag, severity and words of a pool that has no space. */
const POOL_FULLNESS: readonly (readonly [string, keyof typeof PoolFlag, number, string])[] = [
  ["POOL_FULL", "full", HealthSeverity.warn, "full"],
  ["POOL_BACKFILLFULL", "backfillfull", HealthSeverity.warn, "backfillfull"],
  ["POOL_NEARFULL", "nearfull", HealthSeverity.warn, "nearfull"],
];

function poolChecks(map: OsdMap, settings: Settings): Named[] {
  const pools = [...map.pools].map(([id, pool]) => ({ name: map.poolNames.get(id) ?? "", pool }));
  const full = POOL_FULLNESS.flatMap(([code, flag, severity, words]): Named[] => {
    const found = pools.filter(({ pool }) => hasPoolFlag(pool.flags, flag));
    if (found.length === 0) return [];
    const detail = found.map(({ name, pool }) => {
      const quota = flag !== "full"
        ? ""
        : hasPoolFlag(pool.flags, "full_quota")
        ? " (running out of quota)"
        : " (no space)";
      return `pool '${name}' is ${words}${quota}`;
    });
    return [[code, check(severity, `${found.length} pool(s) ${words}`, detail)]];
  });
  const single = settings.flag("mon_warn_on_pool_no_redundancy")
    ? pools.filter(({ pool }) => pool.size === 1).map(({ name }) =>
      `pool '${name}' has no replicas configured`
    )
    : [];
  const odd = settings.flag("mon_warn_on_pool_pg_num_not_power_of_two")
    ? pools.filter(({ pool }) => (pool.pgNumTarget & (pool.pgNumTarget - 1)) !== 0)
      .map(({ name, pool }) => `pool '${name}' pg_num ${pool.pgNumTarget} is not a power of two`)
    : [];
  return [
    ...full,
    ...some("POOL_NO_REDUNDANCY", single, "pool(s) have no replicas configured"),
    ...some("POOL_PG_NUM_NOT_POWER_OF_TWO", odd, "pool(s) have non-power-of-two pg_num"),
  ];
}

function some(code: string, detail: readonly string[], words: string): Named[] {
  return detail.length === 0 ? [] : [[code, check(HealthSeverity.warn, `${detail.length} ${words}`, detail)]];
}
