/** Health checks made of what daemons report about themselves: SLOW_OPS, PENDING_CREATING_PGS. */

import { type DaemonHealthMetric, DaemonMetric } from "../types/daemon_health_metric.ts";
import { type HealthCheck, HealthSeverity } from "../types/health.ts";
import { type DaemonKey, formatDaemonKey } from "./daemon_state.ts";

/** Daemons named in a summary; more are "...". */
const MAX_NAMED = 10;

/** The part of a daemon's state that counts here. */
export interface MetricSource {
  readonly key: DaemonKey;
  readonly healthMetrics: readonly DaemonHealthMetric[];
}

interface Metric {
  readonly name: string;
  readonly n1: number;
  readonly n2: number;
}

function metricsOf(daemons: Iterable<MetricSource>, type: number): Metric[] {
  const found: Metric[] = [];
  for (const { key, healthMetrics } of daemons) {
    for (const { type: t, n1, n2 } of healthMetrics) {
      if (t === type && (n1 > 0 || n2 > 0)) found.push({ name: formatDaemonKey(key), n1, n2 });
    }
  }
  return found;
}

const sum = (metrics: readonly Metric[]): number => metrics.reduce((total, { n1 }) => total + n1, 0);

function slowOps(metrics: readonly Metric[]): HealthCheck {
  const names = metrics.map(({ name }) => name);
  const who = names.length === 1
    ? `${names[0]} has slow ops`
    : names.length <= MAX_NAMED
    ? `daemons [${names}] have slow ops.`
    : `daemons [${names.slice(0, MAX_NAMED)}]... have slow ops.`;
  const oldest = metrics.reduce((max, { n2 }) => Math.max(max, n2), 0);
  return {
    severity: HealthSeverity.warn,
    summary: `${sum(metrics)} slow ops, oldest one blocked for ${oldest} sec, ${who}`,
    detail: [],
    count: 1,
  };
}

function pendingPgs(metrics: readonly Metric[]): HealthCheck {
  const names = metrics.map(({ name }) => name);
  return {
    severity: HealthSeverity.warn,
    summary: `${sum(metrics)} PGs pending on creation`,
    detail: [names.length === 1 ? `${names[0]} has pending PGs` : `osds [${names}] have pending PGs.`],
    count: 1,
  };
}

/** By code; empty when nobody has anything to report. Upstream: mgr/DaemonHealthMetricCollector.cc */
export function daemonHealthChecks(daemons: Iterable<MetricSource>): Map<string, HealthCheck> {
  const all = [...daemons];
  const checks = new Map<string, HealthCheck>();
  const slow = metricsOf(all, DaemonMetric.slowOps);
  const pending = metricsOf(all, DaemonMetric.pendingCreatingPgs);
  if (pending.length > 0) checks.set("PENDING_CREATING_PGS", pendingPgs(pending));
  if (slow.length > 0) checks.set("SLOW_OPS", slowOps(slow));
  return checks;
}
