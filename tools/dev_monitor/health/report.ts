/** All health checks as one: what `ceph health` prints. Upstream: HealthMonitor::get_health_status */

import {
  dumpHealthCheckMap,
  type HealthCheck,
  HealthSeverity,
  healthSeverityName,
} from "../../../mgr/types/health.ts";
import { formatUtime, utimeOfMs } from "../../../mgr/types/utime.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { spanText } from "../../../mgr/state/quantity.ts";
import type { Committed } from "../state/committed.ts";
import type { HealthMute } from "../state/mute_part.ts";
import { sorted } from "../state/part.ts";
import { mgrChecks } from "./mgr_checks.ts";
import { osdChecks } from "./osd_checks.ts";

/** In both forms. */
export interface HealthReport {
  readonly severity: number;
  /** `HEALTH_WARN 1 osds down`, without a line break. */
  readonly line: string;
  /** The checks with their details, each line with its line break. */
  readonly detail: string;
  readonly json: CephJson;
}

const LETTERS = ["ERR", "WRN", "OK"] as const;

/** The checks of the manager and our own, by code. */
export function allChecks(state: Committed, nowMs: number): Map<string, HealthCheck> {
  return sorted([...mgrChecks(state, nowMs), ...osdChecks(state), ...state.stat.healthChecks]);
}

/** `separators`: between status and summary, and between two summaries. */
export function healthReport(
  state: Committed,
  nowMs: number,
  withDetail: boolean,
  separators: readonly [string, string] = [" ", "; "],
): HealthReport {
  const checks = allChecks(state, nowMs);
  const mutes = sorted(state.mute.mutes);
  const loud = [...checks].filter(([code]) => !mutes.has(code));
  const severity = Math.min(HealthSeverity.ok, ...loud.map(([, check]) => check.severity));
  const parts = loud.map(([, { summary }]) => summary);
  if (mutes.size > 0) parts.push(`(muted:${[...mutes.values()].map((m) => mutedText(m, nowMs)).join("")})`);
  const [first, between] = separators;
  const line = [healthSeverityName(severity), ...(parts.length > 0 ? [parts.join(between)] : [])].join(first);
  return {
    severity,
    line,
    detail: [...checks].map(([code, check]) => detailText(code, check, mutes.get(code), nowMs)).join(""),
    json: healthJson(severity, checks, mutes, withDetail),
  };
}

function mutedText({ code, untilMs }: HealthMute, nowMs: number): string {
  return ` ${code}${untilMs === 0 ? "" : `(${untilMs > nowMs ? spanText((untilMs - nowMs) / 1000) : "0s"})`}`;
}

function detailText(code: string, check: HealthCheck, mute: HealthMute | undefined, nowMs: number): string {
  const muted = mute === undefined ? "" : `(MUTED${ttlText(mute, nowMs)}${mute.sticky ? ", STICKY" : ""}) `;
  const lines = [
    `${muted}[${LETTERS[check.severity]}] ${code}: ${check.summary}`,
    ...check.detail.map((d) => `    ${d}`),
  ];
  return lines.map((text) => `${text}\n`).join("");
}

function ttlText({ untilMs }: HealthMute, nowMs: number): string {
  if (untilMs === 0) return "";
  return untilMs > nowMs ? ` ttl ${spanText((untilMs - nowMs) / 1000)}` : "0s";
}

function healthJson(
  severity: number,
  checks: ReadonlyMap<string, HealthCheck>,
  mutes: ReadonlyMap<string, HealthMute>,
  withDetail: boolean,
): CephJson {
  const dumped = [...checks].map(([code, check]): [string, CephJson] => {
    const { severity, summary, detail } = dumpHealthCheckMap(new Map([[code, check]]))[code]!;
    return [code, { severity, summary, ...(withDetail ? { detail } : {}), muted: mutes.has(code) }];
  });
  return {
    status: healthSeverityName(severity),
    checks: new Map(dumped),
    mutes: [...mutes.values()].map(dumpMute),
  };
}

function dumpMute({ code, untilMs, sticky, summary, count }: HealthMute): CephJson {
  const ttl = untilMs === 0 ? {} : { ttl: formatUtime(utimeOfMs(untilMs)) };
  return { code, ...ttl, sticky, summary, count };
}
