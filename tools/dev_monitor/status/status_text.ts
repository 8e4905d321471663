/** `ceph -s`. Upstream: Monitor::get_cluster_status, MgrMap::print_summary, OSDMap::print_summary */

import { spanText } from "../../../mgr/state/quantity.ts";
import type { MgrMap } from "../../../mgr/types/mgr_map.ts";
import type { ProgressEvent } from "../../../mgr/types/progress.ts";
import type { Service } from "../../../mgr/types/service_map.ts";
import { msOfUtime, type UTime } from "../../../mgr/types/utime.ts";
import { quorumAge } from "../health/mon_status.ts";
import { healthReport } from "../health/report.ts";
import { flagsText } from "../osd/flags.ts";
import type { MonitorContext } from "../server/context.ts";
import type { Committed } from "../state/committed.ts";
import { pgMapText } from "./pg_figures.ts";

/** Kinds of daemons that have lines of their own. Upstream: ServiceMap::is_normal_ceph_entity */
const OWN_LINES: readonly string[] = ["osd", "client", "mon", "mds", "mgr"];
const HEALTH_SEPARATOR = `\n${" ".repeat(12)}`;
const BAR_WIDTH = 30;

/** The whole screen. */
export function statusText(monitor: MonitorContext): string {
  const { state, clock } = monitor;
  const nowMs = clock.wall();
  const { line } = healthReport(state, nowMs, false, [HEALTH_SEPARATOR, HEALTH_SEPARATOR]);
  const services = [...state.stat.serviceMap.services].filter(([name]) => !OWN_LINES.includes(name));
  const width = Math.max(3, ...services.map(([name]) => name.length));
  const label = (name: string): string => `    ${name}: ${" ".repeat(width - name.length)}`;
  const others = services.map(([name, service]) => `${label(name)}${serviceText(service)}\n`).join("");
  return `  cluster:
    id:     ${state.mon.map.fsid}
    health: ${line}
 
  services:
${label("mon")}1 daemons, quorum a (age ${spanText(quorumAge(monitor))})
${state.mgr.map.epoch > 1 ? `${label("mgr")}${mgrText(state.mgr.map, nowMs)}\n` : ""}${label("osd")}${
    osdText(state, nowMs, " ".repeat(width + 6))
  }
${others} 
  data:
${pgMapText(state.stat.digest)} ${progressText(state)}
`;
}

const since = (t: UTime, nowMs: number): string => spanText((nowMs - msOfUtime(t)) / 1000);

/** `x(active, since 5m), standbys: y` */
function mgrText(map: MgrMap, nowMs: number): string {
  const active = map.activeGid === 0n
    ? `no daemons active (since ${since(map.activeChange, nowMs)})`
    : `${map.activeName}(active${map.available ? "" : ", starting"}, since ${
      since(map.activeChange, nowMs)
    })`;
  const names = [...map.standbys.values()].map(({ name }) => name);
  return names.length === 0 ? active : `${active}, standbys: ${names.join(", ")}`;
}

/** `3 osds: 3 up (since 5m), 3 in (since 6m)` */
export function osdText({ osd }: Committed, nowMs: number, indent: string): string {
  const { map, counts } = osd;
  const when = (t: UTime): string => (t.sec === 0 ? "" : ` (since ${since(t, nowMs)})`);
  const remapped = [...map.pgTemp.values()].reduce((sum, pgs) => sum + pgs.size, 0);
  const flags = flagsText(map.flags, true);
  return `${counts.exist} osds: ${counts.up} up${when(map.lastUpChange)}, ${counts.in} in${
    when(map.lastInChange)
  }${remapped > 0 ? `; ${remapped} remapped pgs` : ""}${flags === "" ? "" : `\n${indent}flags ${flags}`}`;
}

/** Upstream: ServiceMap::Service::get_summary */
function serviceText({ daemons, summary }: Service): string {
  if (summary !== "") return summary;
  return daemons.size === 0
    ? "no daemons active"
    : `${daemons.size} daemon${daemons.size > 1 ? "s" : ""} active`;
}

function progressText({ stat }: Committed): string {
  const events = [...stat.progress.values()].filter(({ addToCephS }) => addToCephS);
  return events.length === 0 ? "" : `\n  progress:\n${events.map(barText).join("")} `;
}

function barText({ message, progress }: ProgressEvent): string {
  const done = Math.floor(progress * BAR_WIDTH);
  const bar = "=".repeat(done) + ".".repeat(Math.max(0, BAR_WIDTH - done));
  return `    ${message}\n      [${bar}] \n`;
}
