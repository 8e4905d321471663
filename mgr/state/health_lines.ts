/** What monitors write to the cluster log when health changes. */

import { type HealthCheckMap, HealthSeverity } from "../types/health.ts";

/** A line that the monitors write to the cluster log when health changes. */
export interface HealthLine {
  readonly priority: "info" | "warn" | "error";
  readonly text: string;
}

/** Upstream: HealthMonitor::log_health */
export function healthLines(before: HealthCheckMap, after: HealthCheckMap): HealthLine[] {
  const lines: HealthLine[] = [];
  for (const [code, { summary, severity }] of after) {
    const old = before.get(code);
    const priority = severity === HealthSeverity.error ? "error" : "warn";
    if (old === undefined) lines.push({ priority, text: `Health check failed: ${summary} (${code})` });
    else if (old.summary !== summary) {
      lines.push({ priority, text: `Health check update: ${summary} (${code})` });
    }
  }
  for (const [code, { summary }] of before) {
    if (!after.has(code)) {
      lines.push({ priority: "info", text: `Health check cleared: ${code} (was: ${summary})` });
    }
  }
  if (before.size > 0 && after.size === 0) {
    lines.push({ priority: "info", text: "Cluster is now healthy" });
  }
  return lines;
}
