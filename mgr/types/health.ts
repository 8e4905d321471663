/** Health checks: health_check_t, health_check_map_t. */

import type { Codec } from "../encoding/mod.ts";

/** Lower is worse; any other number in a report ends the monitor. Upstream: health_status_t in include/health.h */
export const HealthSeverity = { error: 0, warn: 1, ok: 2 } as const;

const SEVERITY_NAMES = ["HEALTH_ERR", "HEALTH_WARN", "HEALTH_OK"] as const;

/** "HEALTH_WARN" for 1. */
export function healthSeverityName(severity: number): string {
  return SEVERITY_NAMES[severity] ?? "???";
}

/** One check. Upstream: health_check_t in mon/health_check.h */
export interface HealthCheck {
  /** One of HealthSeverity. */
  readonly severity: number;
  readonly summary: string;
  readonly detail: readonly string[];
  readonly count: number;
}

/** v2/1. */
export const HealthCheck: Codec<HealthCheck> = {
  decode: (d) =>
    d.versioned("health_check_t", 2, (d, v) => ({
      severity: d.u8(),
      summary: d.string(),
      detail: d.strings(),
      count: v >= 2 ? d.i64n() : 0,
    })),
  encode: (e, c) =>
    void e.versioned(2, 1, (e) => e.u8(c.severity).string(c.summary).strings(c.detail).i64n(c.count)),
};

/** Checks by code. Upstream: health_check_map_t in mon/health_check.h */
export type HealthCheckMap = ReadonlyMap<string, HealthCheck>;

/** v1/1. */
export const HealthCheckMap: Codec<HealthCheckMap> = {
  decode: (d) => d.versioned("health_check_map_t", 1, (d) => d.map((d) => d.string(), HealthCheck.decode)),
  encode: (e, m) => void e.versioned(1, 1, (e) => e.map(m, (e, k) => e.string(k), HealthCheck.encode)),
};

function dumpHealthCheck(c: HealthCheck) {
  return {
    severity: healthSeverityName(c.severity),
    summary: { message: c.summary, count: c.count },
    detail: c.detail.map((message) => ({ message })),
  };
}

/** By code, as under "checks" of `ceph health detail -f json` but without "muted". */
export function dumpHealthCheckMap(m: HealthCheckMap) {
  return Object.fromEntries([...m].map(([code, check]) => [code, dumpHealthCheck(check)]));
}
