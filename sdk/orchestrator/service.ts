/** Services as an orchestrator sees them: what should run, and what does. */

import { OrchestratorValidationError } from "./errors.ts";
import { eventText, parseEvent } from "./event.ts";
import { checkKeys, defined, isObject } from "./input.ts";
import { readServiceSpec, type ServiceSpec } from "./service_spec.ts";
import { cephTime } from "./time.ts";

/** What is known of a service beside its specification. Times as `2020-04-24T17:06:53.039991Z`. */
export interface ServiceStatus {
  /** Image of its containers. */
  readonly container_image_id?: string;
  /** A friendly name. */
  readonly container_image_name?: string;
  /** Where it can be asked. */
  readonly service_url?: string;
  /** Daemons that there should be. */
  readonly size: number;
  /** Daemons that run. */
  readonly running: number;
  /** When this was last looked at. */
  readonly last_refresh?: string;
  /** When it was made. */
  readonly created?: string;
  /** When it was told to go. */
  readonly deleted?: string;
  /** Address that moves between its hosts, and its network. */
  readonly virtual_ip?: string;
  /** It listens there. */
  readonly ports?: readonly number[];
}

/** A service. Upstream: ServiceDescription */
export interface ServiceDescription {
  /** What should be. */
  readonly spec: ServiceSpec;
  /** What is. */
  readonly status: ServiceStatus;
  /** What has happened to it, as `eventText` writes it. */
  readonly events?: readonly string[];
}

const TIMES = ["last_refresh", "created", "deleted"] as const;
const KEYS = new Set([
  ...["container_image_id", "container_image_name", "service_url", "size", "running"],
  ...["virtual_ip", "ports"],
  ...TIMES,
]);

/** Reads JSON as `orch ls` prints it; the specification may be one that users could not apply. Throws OrchestratorError. */
export function readService(json: unknown): ServiceDescription {
  const { status = {}, events, ...spec } = isObject(json) ? json : {};
  if (!isObject(status)) throw new OrchestratorValidationError("ServiceDescription: 'status' is no object");
  checkKeys(
    status,
    KEYS,
    "ServiceDescription",
    "ServiceDescription",
    (message) => new OrchestratorValidationError(message),
  );
  const times = TIMES.filter((name) => typeof status[name] === "string");
  const found: object = defined({
    size: 0,
    running: 0,
    ...status,
    ...Object.fromEntries(times.map((name) => [name, cephTime(status[name] as string)])),
  });
  return {
    spec: readServiceSpec(isObject(json) ? spec : json, { validate: false }),
    status: found as ServiceStatus,
    ...Array.isArray(events) && events.length > 0
      ? { events: events.map((event) => eventText(parseEvent(String(event)))) }
      : {},
  };
}

/** JSON as `orch ls` prints it. Upstream: ServiceDescription.to_json */
export function serviceJson({ spec, status, events }: ServiceDescription): object {
  const { deleted: _, ports, ...rest } = status;
  const shown = { ...rest, ...ports?.length ? { ports } : {} };
  return { ...spec, status: shown, ...events?.length ? { events } : {} };
}

/** Where it listens: `10.0.0.1:80,81`. Upstream: ServiceDescription.get_port_summary */
export function servicePorts({ status: { virtual_ip, ports = [] } }: ServiceDescription): string {
  return ports.length === 0 ? "" : `${(virtual_ip || "?").split("/")[0]}:${ports.join(",")}`;
}
