/** Daemons as an orchestrator sees them. */

import { OrchestratorError, OrchestratorValidationError } from "./errors.ts";
import { eventText, parseEvent } from "./event.ts";
import { checkKeys, defined, isObject, shown } from "./input.ts";
import { SERVICE_CLASSES, type ServiceType } from "./service_fields.ts";
import { cephTime } from "./time.ts";

/** Upstream: DaemonDescriptionStatus */
export const DaemonStatus = { unknown: -2, error: -1, stopped: 0, running: 1, starting: 2 } as const;

/** One of those numbers. */
export type DaemonStatus = (typeof DaemonStatus)[keyof typeof DaemonStatus];

/**
 * Where an orchestrator has a daemon, and what it last knew of it. The shape is that of `orch ps --format json`.
 * Upstream: DaemonDescription
 */
export interface DaemonDescription {
  /** "mon", "osd", "haproxy" */
  readonly daemon_type: string;
  /** Without the type. */
  readonly daemon_id: string;
  /** The service that it is of, when its own name does not tell. */
  readonly service_name?: string;
  /** Type and id. */
  readonly daemon_name: string;
  /** Host that it runs on. */
  readonly hostname?: string;
  /** Its container. */
  readonly container_id?: string;
  /** The container's image, its names and digests. */
  readonly container_image_id?: string;
  /** A friendly name. */
  readonly container_image_name?: string;
  /** From registries. */
  readonly container_image_digests?: readonly string[];
  /** Bytes that it uses. */
  readonly memory_usage?: number;
  /** Bytes that it should use. */
  readonly memory_request?: number;
  /** Bytes that it may use. */
  readonly memory_limit?: number;
  /** As text: "1.5%". */
  readonly cpu_percentage?: string;
  /** Of Ceph, or of what else it runs. */
  readonly version?: string;
  /** What it does. */
  readonly status?: DaemonStatus;
  /** The same in words. */
  readonly status_desc?: string;
  /** The specification that made an OSD. */
  readonly osdspec_affinity?: string;
  /** Of daemons of which one is active. */
  readonly is_active: boolean;
  /** It listens there. */
  readonly ports?: readonly number[];
  /** Address that it listens on. */
  readonly ip?: string;
  /** Of daemons that are numbered. */
  readonly rank?: number;
  /** Counts the daemons that had this rank. */
  readonly rank_generation?: number;
  /** When this was last looked at; this and the times below as `2020-04-24T17:06:53.039991Z`. */
  readonly last_refresh?: string;
  /** When it was made. */
  readonly created?: string;
  /** When it was started. */
  readonly started?: string;
  /** When it was deployed. */
  readonly last_deployed?: string;
  /** When it was configured. */
  readonly last_configured?: string;
  /** As `eventText` writes them. */
  readonly events?: readonly string[];
}

const TIMES = ["last_refresh", "created", "started", "last_deployed", "last_configured"] as const;
/** Keys in the order in which they are printed. */
const PRINTED = [
  ...["daemon_type", "daemon_id", "service_name", "daemon_name", "hostname", "container_id"],
  ...["container_image_id", "container_image_name", "container_image_digests", "memory_usage"],
  ...["memory_request", "memory_limit", "cpu_percentage", "version", "status", "status_desc"],
  ...["osdspec_affinity", "is_active", "ports", "ip", "rank", "rank_generation"],
  ...TIMES,
  "events",
] as const;
const UNPRINTED = ["deployed_by", "extra_container_args", "extra_entrypoint_args"];
const KEYS: ReadonlySet<string> = new Set([...PRINTED, ...UNPRINTED]);

/** Service of a daemon's type, where that is not the type itself. Upstream: daemon_type_to_service */
const SERVICE_OF: Readonly<Record<string, ServiceType>> = {
  haproxy: "ingress",
  keepalived: "ingress",
  crashcollector: "crash",
};

/** Reads JSON as `orch ps` prints it. Throws OrchestratorValidationError. */
export function readDaemon(json: unknown): DaemonDescription {
  if (!isObject(json)) {
    throw new OrchestratorValidationError(`Cannot read a daemon: "${shown(json)}" is no object`);
  }
  checkKeys(
    json,
    KEYS,
    "DaemonDescription",
    "DaemonDescription",
    (message) => new OrchestratorValidationError(message),
  );
  const { daemon_type, daemon_id, events } = json;
  const times = TIMES.filter((name) => typeof json[name] === "string").map((
    name,
  ) => [name, cephTime(json[name] as string)]);
  const read: Record<string, unknown> = {
    ...json,
    ...Object.fromEntries(times),
    daemon_name: `${daemon_type}.${daemon_id}`,
    // A number is an OSD's, of a time when that was written here.
    service_name: /^osd\.\d+$/.test(String(json.service_name)) ? undefined : json.service_name,
    is_active: json.is_active ?? false,
    osdspec_affinity: daemon_type === "osd" ? json.osdspec_affinity : undefined,
    events: Array.isArray(events) && events.length > 0
      ? events.map((event) => eventText(parseEvent(String(event))))
      : undefined,
  };
  const printed: object = defined(Object.fromEntries(PRINTED.map((name) => [name, read[name]])));
  return printed as DaemonDescription;
}

/** The service of daemons of a type. Upstream: daemon_type_to_service */
export function serviceOfDaemon(type: string): string {
  return SERVICE_OF[type] ?? type;
}

/** Types of daemons that a service has. Upstream: service_to_daemon_types */
export function daemonTypesOf(service: string): string[] {
  return service === "ingress" ? ["haproxy", "keepalived"] : [service];
}

/** Name of its service. Throws OrchestratorError when the name does not tell. Upstream: DaemonDescription.service_name */
export function daemonServiceName(daemon: DaemonDescription): string {
  if (daemon.service_name) return daemon.service_name;
  const service = serviceOfDaemon(daemon.daemon_type);
  const isNamed = Object.hasOwn(SERVICE_CLASSES, service) && SERVICE_CLASSES[service as "mds"].needsId;
  return isNamed ? `${service}.${serviceIdOf(daemon)}` : service;
}

/** Where it listens: `*:80,81`. Upstream: DaemonDescription.get_port_summary */
export function daemonPorts({ ip, ports = [] }: DaemonDescription): string {
  return ports.length === 0 ? "" : `${ip || "*"}:${ports.join(",")}`;
}

/** What it does, in a word or more. */
export function daemonStatusText({ status = DaemonStatus.unknown, status_desc }: DaemonDescription): string {
  if (status_desc) return status_desc;
  return Object.entries(DaemonStatus).find(([, value]) => value === status)?.[0] ?? "<unknown>";
}

/** Ids of daemons are `SERVICE`, `SERVICE.HOST`, or `SERVICE.HOST.RANDOM`. */
function serviceIdOf({ daemon_type: type, daemon_id: id, hostname }: DaemonDescription): string {
  const error = new OrchestratorError(
    `DaemonDescription: Cannot calculate service_id: daemon_id='${id}' hostname='${hostname ?? "None"}'`,
  );
  if (!hostname) throw error;
  const host = hostname.split(".")[0]!;
  const at = id.lastIndexOf(host);
  if (id === host) return id;
  if (at >= 0) {
    const [front, back] = [id.slice(0, at), id.slice(at + host.length)];
    if (!front.endsWith(".") || (back !== "" && !back.startsWith("."))) throw error;
    return front.slice(0, -1);
  }
  const parts = id.split(".");
  if (type === "rgw" && (parts.length === 3 || parts.length === 4)) return parts.slice(0, 2).join(".");
  return type === "iscsi" ? parts.slice(0, -1).join(".") : id;
}
