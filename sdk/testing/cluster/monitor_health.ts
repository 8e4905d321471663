/** What monitors say of the cluster's health: their own checks, and all of them as text. */

import {
  dumpHealthCheckMap,
  type HealthCheck,
  HealthSeverity,
  healthSeverityName,
} from "../../../mgr/types/health.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import { formatAddrVec } from "../../../mgr/types/entity_addr.ts";
import type { MonMap } from "../../../mgr/types/mon_map.ts";
import { type ClusterPlan, hostOf } from "./setup.ts";

/** Checks by code. */
export type Checks = ReadonlyMap<string, HealthCheck>;

const warn = (summary: string, detail: readonly string[], count = detail.length): HealthCheck => ({
  severity: HealthSeverity.warn,
  summary,
  detail,
  count,
});

/** OSDs that are in and not up, and hosts whose OSDs all are. Upstream: OSDMap::check_health */
export function osdChecks(map: OsdMap, plan: ClusterPlan): Checks {
  const ids = Array.from({ length: map.maxOsd }, (_, osd) => osd).filter((osd) => map.isIn(osd));
  const down = ids.filter((osd) => !map.isUp(osd));
  if (down.length === 0) return new Map();
  const dead = [...Map.groupBy(ids, (osd) => hostOf(osd, plan))].filter(([, osds]) =>
    osds.every((osd) => !map.isUp(osd))
  );
  return new Map([
    [
      "OSD_DOWN",
      warn(
        `${down.length} osds down`,
        down.map((osd) => `osd.${osd} (root=default,host=host${hostOf(osd, plan)}) is down`),
      ),
    ],
    ...hostChecks(dead),
    ...(down.length < ids.length ? [] : [
      [
        "OSD_ROOT_DOWN",
        warn(`1 root (${down.length} osds) down`, [`root default (${down.length} osds) is down`]),
      ] as const,
    ]),
  ]);
}

function hostChecks(
  dead: readonly (readonly [host: number, osds: readonly number[]])[],
): [string, HealthCheck][] {
  if (dead.length === 0) return [];
  const osds = dead.reduce((sum, [, own]) => sum + own.length, 0);
  const detail = dead.map(([host, own]) => `host host${host} (root=default) (${own.length} osds) is down`);
  const words = `${dead.length} host${dead.length > 1 ? "s" : ""} (${osds} osds) down`;
  return [["OSD_HOST_DOWN", warn(words, detail)]];
}

/** Monitors that are not in the quorum. Upstream: HealthMonitor::check_for_mon_down */
export function monitorChecks(map: MonMap, quorum: readonly string[]): Checks {
  const away = map.ranks.filter((name) => !quorum.includes(name));
  if (away.length === 0) return new Map();
  const detail = away.map((name) => {
    const addrs = formatAddrVec(map.monInfo.get(name)!.publicAddrs);
    return `mon.${name} (rank ${map.ranks.indexOf(name)}) addr ${addrs} is down (out of quorum)`;
  });
  const words = `${away.length}/${map.ranks.length} mons down, quorum ${quorum.join(",")}`;
  return new Map([["MON_DOWN", warn(words, detail)]]);
}

/** All checks in the order of their codes. Where two say the same code the later one counts. */
export function joinChecks(...parts: readonly Checks[]): Checks {
  return new Map(parts.flatMap((part) => [...part]).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** `get("health").json`. Upstream: HealthMonitor::get_health_status */
export function healthJson(checks: Checks): string {
  const severity = Math.min(HealthSeverity.ok, ...[...checks.values()].map(({ severity }) => severity));
  const shown = Object.entries(dumpHealthCheckMap(checks)).map(([code, check]) => [
    code,
    { ...check, muted: false },
  ]);
  return JSON.stringify({
    status: healthSeverityName(severity),
    checks: Object.fromEntries(shown),
    mutes: [],
  });
}
