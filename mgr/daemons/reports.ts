/** What daemons report every few seconds: MMgrReport. */

import { getLogger } from "@logtape/logtape";
import type { MMgrReport } from "../messages/mgr_report.ts";
import { type DaemonKey, type DaemonState, formatDaemonKey } from "../state/daemon_state.ts";
import type { DaemonCounters } from "../state/perf_counters.ts";
import { type DaemonHealthMetric, DaemonMetric } from "../types/daemon_health_metric.ts";
import { EntityType } from "../types/entity_name.ts";
import { utimeOfMs } from "../types/utime.ts";
import { checkClaim } from "./claims.ts";
import { osdPerfReport, type SessionHost } from "./context.ts";
import { checkText, rejectClient } from "./opens.ts";
import type { Session } from "./session.ts";

const log = getLogger(["ganglion", "daemons"]);

const NOTHING: ReadonlyMap<string, string> = new Map();
const KNOWN_METRICS: ReadonlySet<number> = new Set([DaemonMetric.slowOps, DaemonMetric.pendingCreatingPgs]);
/** One entry of each kind is what daemons send. */
const MAX_METRICS = 16;

/** Upstream: DaemonServer::handle_report. Throws ForgedClaimError and DecodeError; nothing else leaves it. */
export function handleReport(host: SessionHost, session: Session, report: MMgrReport): void {
  const { context } = host;
  const key = checkClaim(session.entity, report.serviceName, report.daemonName);
  if (session.entity.type === EntityType.client && report.serviceName === "") {
    return rejectClient(host, session, "report", report.daemonName);
  }
  const state = context.index.get(key);
  if (state === undefined) {
    session.close(`${formatDaemonKey(key)} is not known`);
    if (session.entity.type !== EntityType.client) context.fetchMetadata(key);
    return;
  }
  if (!speaksFor(session, key) || session.counters === undefined) {
    return session.close(`a report for ${formatDaemonKey(key)} without an open`);
  }
  checkText(report.daemonStatus ?? NOTHING);
  checkText(report.taskStatus ?? NOTHING);
  state.setConfig(report.configBl);
  takeCounters(session.counters, report, context.wall());
  if (report.declareTypes.length + report.undeclareTypes.length > 0) context.perfSchemaChanged(key);
  takeStatus(host, state, report);
  if (session.entity.type === EntityType.osd || session.isMonitor) {
    state.healthMetrics = known(report.daemonHealthMetrics);
  }
  takePerfReports(host, session, key, report);
}

/** Numbers that do not fit what is declared say that neither is right: the daemon has no counters until it opens again. */
function takeCounters(counters: DaemonCounters, report: MMgrReport, at: number): void {
  try {
    counters.declare(report.declareTypes, report.undeclareTypes);
    counters.ingest(report.packed, at);
  } catch (e) {
    counters.free();
    throw e;
  }
}

function speaksFor({ key }: Session, claimed: DaemonKey): boolean {
  return key !== undefined && key.type === claimed.type && key.name === claimed.name;
}

function known(metrics: readonly DaemonHealthMetric[]): DaemonHealthMetric[] {
  return metrics.slice(0, MAX_METRICS).filter(({ type }) => KNOWN_METRICS.has(type));
}

function takeStatus({ context }: SessionHost, state: DaemonState, report: MMgrReport): void {
  const { daemonStatus, taskStatus } = report;
  const now = context.now();
  const stamp = utimeOfMs(context.wall());
  if (daemonStatus !== undefined && state.serviceDaemon) {
    state.serviceStatus = daemonStatus;
    state.serviceStatusStamp = stamp;
  } else if (daemonStatus !== undefined && daemonStatus.size > 0) {
    log.debug(`status of ${formatDaemonKey(state.key)}, which is no service daemon: ignored`);
  }
  if (taskStatus !== undefined) context.serviceMap.taskStatus(state.key, taskStatus);
  if (!state.serviceDaemon && taskStatus === undefined) return;
  state.lastServiceBeacon = now;
  state.lastServiceBeaconStamp = stamp;
}

/** Counters of queries count only from the kind of daemon that they are about. */
function takePerfReports(
  { context }: SessionHost,
  { entity }: Session,
  key: DaemonKey,
  { osdPerfMetricReports, metricReportMessage }: MMgrReport,
): void {
  if (entity.type === EntityType.osd && osdPerfMetricReports.length > 0) {
    context.ingestPerfReport(key, osdPerfReport(osdPerfMetricReports));
  }
  const kind = entity.type === EntityType.osd ? "osd" : entity.type === EntityType.mds ? "mds" : undefined;
  if (metricReportMessage !== undefined && metricReportMessage.kind === kind) {
    context.ingestPerfReport(key, metricReportMessage);
  }
}
