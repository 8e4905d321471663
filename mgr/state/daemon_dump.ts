/** The answers about daemons and servers that modules read. */

import { DaemonMetric } from "../types/daemon_health_metric.ts";
import { type DaemonIndex, type DaemonKey, type DaemonState, formatDaemonKey } from "./daemon_state.ts";

/** One daemon on a server. */
export interface ServerService {
  readonly type: string;
  readonly id: string;
  readonly ceph_version: string;
  /** Only when the metadata has an `id`. */
  readonly name?: string;
}

/** What get_server answers; an unknown host has no services. */
export interface ServerInfo {
  readonly hostname: string;
  readonly services: readonly ServerService[];
  /** Of the last daemon in the list. */
  readonly ceph_version: string;
}

/** Upstream: ActivePyModules::dump_server */
export function getServer(index: DaemonIndex, hostname: string): ServerInfo {
  return server(hostname, index.onServer(hostname));
}

/** In the order of the host names. */
export function listServers(index: DaemonIndex): ServerInfo[] {
  const byHost = Map.groupBy(index.all(), (state) => state.hostname);
  return [...byHost.keys()].sort().map((hostname) => server(hostname, byHost.get(hostname)!));
}

function server(hostname: string, states: readonly DaemonState[]): ServerInfo {
  const services = states.map(({ key, metadata }) => {
    const id = metadata.get("id");
    const service = { type: key.type, id: key.name, ceph_version: metadata.get("ceph_version") ?? "" };
    return id === undefined ? service : { ...service, name: id };
  });
  return { hostname, services, ceph_version: services.at(-1)?.ceph_version ?? "" };
}

/** `hostname` first; undefined when the daemon is not known. */
export function getMetadata(index: DaemonIndex, key: DaemonKey): Record<string, string> | undefined {
  const state = index.get(key);
  return state && { hostname: state.hostname, ...Object.fromEntries(state.metadata) };
}

/** The last status of a service daemon; undefined when the daemon is not known. */
export function getDaemonStatus(index: DaemonIndex, key: DaemonKey): Record<string, string> | undefined {
  const state = index.get(key);
  return state && Object.fromEntries(state.serviceStatus);
}

const METRIC_NAMES: ReadonlyMap<number, string> = new Map([
  [DaemonMetric.slowOps, "SLOW_OPS"],
  [DaemonMetric.pendingCreatingPgs, "PENDING_CREATING_PGS"],
]);

/** One health metric as modules read it. */
export interface HealthMetricValue {
  readonly value: number;
  readonly type: string;
}

/** Every known daemon, also those without metrics. Upstream: ActivePyModules::get_daemon_health_metrics */
export function getDaemonHealthMetrics(index: DaemonIndex): Record<string, HealthMetricValue[]> {
  return Object.fromEntries(
    index.all().map(({ key, healthMetrics }) => [
      formatDaemonKey(key),
      healthMetrics.map(({ type, n1 }) => ({ value: n1, type: METRIC_NAMES.get(type) ?? "???" })),
    ]),
  );
}
