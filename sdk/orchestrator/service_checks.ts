/** What a complete specification must have, by type of service. */

import type { Json, JsonObject } from "../data/mod.ts";
import { SpecValidationError } from "./errors.ts";
import { isSet, shown } from "./input.ts";
import { checkOsdSpec } from "./osd_spec.ts";
import { checkNetwork } from "./network.ts";
import { checkPlacement } from "./placement.ts";
import type { ServiceClass, ServiceType } from "./service_fields.ts";
import type { ServiceSpec } from "./service_spec.ts";
import { checkSnmp } from "./snmp_check.ts";

/** Options that cephadm sets itself. */
const MANAGED_OPTIONS = ["mds_join_fs"];
const MANAGED_RGW_OPTIONS = [...MANAGED_OPTIONS, "rgw_zone", "rgw_realm", "rgw_frontends"];
/** Where alertmanagers of a cluster find each other. */
const ALERTMANAGER_CLUSTER_PORT = 9094;

/** Throws SpecValidationError. `id` is what was given, even where a type has none. Upstream: ServiceSpec.validate */
export function checkService(spec: ServiceSpec, { needsId }: ServiceClass, id: Json | undefined): void {
  const { service_type: type, service_id, placement, networks } = spec;
  const own: JsonObject = (spec.spec ?? {}) as JsonObject;
  if (needsId && !isSet(service_id)) refuse("Cannot add Service: id required");
  if (isSet(service_id) && !/^[a-zA-Z0-9_.-]+$/.test(service_id!)) {
    refuse("Service id contains invalid characters, only [a-zA-Z0-9_.-] allowed");
  }
  if (placement !== undefined) checkPlacement(placement);
  const managed = type === "rgw" ? MANAGED_RGW_OPTIONS : MANAGED_OPTIONS;
  for (const option of Object.keys((own.config ?? {}) as JsonObject)) {
    if (managed.includes(option)) {
      refuse(`Cannot set config option ${option} in spec: it is managed by cephadm`);
    }
  }
  checkNetworks(networks ?? []);
  CHECKS[type]?.(own, spec, id);
}

type Check = (own: JsonObject, spec: ServiceSpec, id: Json | undefined) => void;

const CHECKS: { readonly [T in ServiceType]?: Check } = {
  mds: (_, { service_id }) => {
    if (/^\d/.test(service_id ?? "")) refuse("MDS service id cannot start with a numeric digit");
  },
  rgw: ({ rgw_realm: realm, rgw_zone: zone }) => {
    if (isSet(realm) && !isSet(zone)) refuse("Cannot add RGW: Realm specified but no zone specified");
    if (isSet(zone) && !isSet(realm)) refuse("Cannot add RGW: Zone specified but no realm specified");
  },
  iscsi: ({ pool }) => {
    if (!isSet(pool)) refuse("Cannot add ISCSI: No Pool specified");
  },
  ingress: checkIngress,
  alertmanager: ({ port }) => {
    if (port === ALERTMANAGER_CLUSTER_PORT) {
      refuse("Port 9094 is reserved for AlertManager cluster listen address");
    }
  },
  container: ({ image }) => {
    if (!isSet(image)) refuse("Cannot add container: No image specified");
  },
  osd: (own, { placement }, id) =>
    checkOsdSpec(isSet(id) ? shown(id) : undefined, placement as JsonObject | undefined, own),
  "snmp-gateway": checkSnmp,
};

function checkIngress(own: JsonObject): void {
  const needed = ["backend_service", "frontend_port", "monitor_port"];
  const missing = needed.find((name) => !isSet(own[name]));
  if (missing !== undefined) refuse(`Cannot add ingress: No ${missing} specified`);
  const { virtual_ip: one, virtual_ips_list: many } = own;
  if (!isSet(one) && !isSet(many)) refuse("Cannot add ingress: No virtual_ip provided");
  if (isSet(one) && isSet(many)) refuse("Cannot add ingress: Single and multiple virtual IPs specified");
}

function checkNetworks(networks: readonly string[]): void {
  for (const network of networks) {
    try {
      checkNetwork(network);
    } catch (e) {
      refuse(`Cannot parse network ${network}: ${(e as Error).message}`);
    }
  }
}

function refuse(why: string): never {
  throw new SpecValidationError(why);
}
