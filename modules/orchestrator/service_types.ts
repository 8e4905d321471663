/** Types of services that can be named on a command line; all others need a file. */

import type { ServiceType } from "@ganglion/sdk/orchestrator";

/** In the order in which usages show them. */
export const SERVICE_TYPES = [
  "mon",
  "mgr",
  "rbd-mirror",
  "cephfs-mirror",
  "crash",
  "alertmanager",
  "grafana",
  "node-exporter",
  "prometheus",
  "mds",
  "rgw",
  "nfs",
  "iscsi",
  "cephadm-exporter",
  "snmp-gateway",
] as const satisfies readonly ServiceType[];
