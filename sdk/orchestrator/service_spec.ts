/** Specifications of services: read, checked, named. */

import type { Json, JsonObject } from "../data/mod.ts";
import { SpecValidationError } from "./errors.ts";
import { type HostSpec, readHostSpec } from "./host_spec.ts";
import { checkKeys, isObject, isSet, isTexts, shown } from "./input.ts";
import { checkOsdFeatures, plainSelection } from "./osd_spec.ts";
import { type PlacementSpec, readPlacement } from "./placement.ts";
import {
  COMMON_FIELDS,
  OSD_CLASS,
  SERVICE_CLASSES,
  type ServiceClass,
  type ServiceFields,
  type ServiceType,
} from "./service_fields.ts";
import { checkService } from "./service_checks.ts";

/** A file that is put into the containers of daemons. */
export interface CustomConfig {
  /** What is in it. */
  readonly content: string;
  /** Where it is. */
  readonly mount_path: string;
}

/**
 * What an orchestrator should run: one service with all its daemons. The shape is that of `orch ls --export`, so it can be
 * printed, stored and sent as it is. Upstream: ServiceSpec in ceph/deployment/service_spec.py
 */
export interface ServiceSpec<T extends ServiceType = ServiceType> {
  /** What kind of daemons. */
  readonly service_type: T;
  /** The name of this one, of types that may have several. */
  readonly service_id?: string;
  /** Type and name: `mds.a`, `mon`. */
  readonly service_name: string;
  /** Where; all hosts when it is left out. */
  readonly placement?: PlacementSpec;
  /** The orchestrator leaves its daemons alone. */
  readonly unmanaged?: boolean;
  /** Networks to bind to. */
  readonly networks?: readonly string[];
  /** Further arguments of the container's runtime. */
  readonly extra_container_args?: readonly string[];
  /** Further arguments of the daemon. */
  readonly extra_entrypoint_args?: readonly string[];
  /** Further files. */
  readonly custom_configs?: readonly CustomConfig[];
  /** What this type has of its own; options of Ceph; whether nothing should be done yet. */
  readonly spec?: Partial<ServiceFields[T]> & {
    readonly config?: Readonly<Record<string, Json>>;
    readonly preview_only?: boolean;
  };
}

/** Fields that stand beside `spec`, in their order. */
const OUTER = [
  "placement",
  "unmanaged",
  "networks",
  "extra_container_args",
  "extra_entrypoint_args",
  "custom_configs",
] as const;

/**
 * Reads a specification that a user wrote: `spec` may be spread out, `service_name` may stand for type and id. Throws
 * SpecValidationError; `validate: false` lets through what is not complete, as a backend may have it.
 */
export function readServiceSpec(json: unknown, { validate = true } = {}): ServiceSpec {
  if (!isObject(json)) {
    throw new SpecValidationError(`Service Spec is not an (JSON or YAML) object. got "${shown(json)}"`);
  }
  const { status: _, service_name, spec, ...outer } = json;
  const named: JsonObject = {
    ...typeAndId(service_name),
    ...withoutEmpty(outer, ["service_type", "service_id"]),
  };
  const [type, found] = classOf(named.service_type);
  const inner = isObject(spec) ? spec : {};
  if (type === "osd") checkOsdFields(named, isObject(spec) ? spec : undefined);
  const args: JsonObject = { ...legacyOsd(type, named), ...inner };
  const placement = args.placement === undefined ? undefined : readPlacement(args.placement);
  checkFields(type, found, args);
  const read = assemble(type, found, {
    ...args,
    ...placement === undefined ? {} : { placement: placement as JsonObject },
  });
  if (validate) checkService(read, found, args.service_id);
  return read;
}

/** A specification of these parts. Throws SpecValidationError. */
export function makeServiceSpec<T extends ServiceType>(
  service_type: T,
  parts: Omit<Partial<ServiceSpec<T>>, "service_type" | "service_name"> = {},
): ServiceSpec<T> {
  return readServiceSpec({ service_type, ...parts }) as ServiceSpec<T>;
}

/** A host or a service, as `orch apply -i` takes them. Throws SpecValidationError. Upstream: json_to_generic_spec */
export function readGenericSpec(json: unknown): ServiceSpec | HostSpec {
  return isObject(json) && json.service_type === "host" ? readHostSpec(json) : readServiceSpec(json);
}

/** `mds.a`, `mon`. Upstream: ServiceSpec.service_name */
export function serviceName(
  { service_type, service_id }: Pick<ServiceSpec, "service_type" | "service_id">,
): string {
  return service_id ? `${service_type}.${service_id}` : service_type;
}

/** `<MDSSpec for service_name=mds.a>`. Upstream: ServiceSpec.one_line_str */
export function oneLine(spec: ServiceSpec): string {
  return `<${classOf(spec.service_type)[1].name} for service_name=${spec.service_name}>`;
}

/** Whether it is a type of services. */
export function isServiceType(type: unknown): type is ServiceType {
  return type === "osd" || (typeof type === "string" && Object.hasOwn(SERVICE_CLASSES, type));
}

function classOf(type: Json | undefined): readonly [ServiceType, ServiceClass] {
  if (!isSet(type)) throw new SpecValidationError('Spec needs a "service_type" key.');
  if (!isServiceType(type)) {
    const known = [...Object.keys(SERVICE_CLASSES), "osd"].sort().join(", ");
    throw new SpecValidationError(`Unknown service_type '${shown(type)}': use one of ${known}`);
  }
  return [type, type === "osd" ? OSD_CLASS : SERVICE_CLASSES[type]];
}

function typeAndId(name: Json | undefined): JsonObject {
  if (typeof name !== "string" || name === "") return {};
  const dot = name.indexOf(".");
  return dot < 0
    ? { service_type: name }
    : { service_type: name.slice(0, dot), service_id: name.slice(dot + 1) };
}

function withoutEmpty(fields: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => !names.includes(name) || isSet(value)),
  );
}

/** What releases before Octopus wrote. */
function legacyOsd(type: ServiceType, fields: JsonObject): JsonObject {
  if (type !== "osd" || fields.host_pattern === undefined || fields.placement !== undefined) return fields;
  const { host_pattern, ...rest } = fields;
  return { ...rest, placement: { host_pattern } };
}

function checkOsdFields(outer: JsonObject, inner: JsonObject | undefined): void {
  const id = shown(outer.service_id ?? "<unnamed>");
  if (inner !== undefined) checkOsdFeatures(id, inner);
  checkOsdFeatures(id, legacyOsd("osd", outer));
}

function checkFields(type: ServiceType, { name, fields, lacks }: ServiceClass, args: JsonObject): void {
  // Names of OSDs' fields have been checked already.
  if (type === "osd") return;
  const known = new Set([...COMMON_FIELDS.filter((field) => !lacks.includes(field)), ...Object.keys(fields)]);
  checkKeys(args, known, name, "ServiceSpec");
}

/** Puts the fields where they belong, leaves out what is not set, and adds what holds by default. */
function assemble(type: ServiceType, { needsId, fields }: ServiceClass, args: JsonObject): ServiceSpec {
  const id = (needsId || type === "osd") ? args.service_id ?? idOfOctopus(type, args) : undefined;
  const identity = { service_type: type, ...isSet(id) ? { service_id: shown(id) } : {} };
  const outer = OUTER.filter((name) => isSet(args[name])).map((
    name,
  ) => [name, outerField(name, args[name]!)]);
  const used: readonly string[] = [...OUTER, "service_type", "service_id", "count", "subcluster"];
  const own = Object.entries({ ...fields, ...args }).filter(([name, value]) =>
    !used.includes(name) && isSet(value)
  );
  own.sort(([a], [b]) => (a < b ? -1 : 1));
  const spec = Object.fromEntries(own.map(([name, value]) => [name, ownField(name, value)]));
  return {
    ...identity,
    service_name: serviceName(identity),
    ...Object.fromEntries(outer),
    ...isSet(spec) ? { spec } : {},
  };
}

/** Gateways of Octopus were named after realm and zone. */
function idOfOctopus(
  type: ServiceType,
  { rgw_realm: realm, rgw_zone: zone }: JsonObject,
): string | undefined {
  return type === "rgw" && isSet(realm) && isSet(zone) ? `${realm}.${zone}` : undefined;
}

function outerField(name: (typeof OUTER)[number], value: Json): Json {
  if (name === "custom_configs") return (value as Json[]).map(readCustomConfig);
  if (name !== "networks") return value;
  const networks = typeof value === "string" ? [value] : value;
  if (!Array.isArray(networks)) {
    throw new SpecValidationError(`Networks (${shown(value)}) must be a string or list of strings`);
  }
  return networks;
}

function ownField(name: string, value: Json): Json {
  if (name.endsWith("_devices") && isObject(value)) return plainSelection(value);
  if (name === "filter_logic") return String(value).toUpperCase();
  if (name !== "config" || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([option, one]) => [option.replaceAll(" ", "_"), one]));
}

function readCustomConfig(json: Json): { readonly [K in keyof CustomConfig]: string } {
  const config = isObject(json) ? json : {};
  const keys = ["content", "mount_path"];
  const missing = keys.find((key) => !Object.hasOwn(config, key));
  if (missing !== undefined) throw new SpecValidationError(`CustomConfig must have "${missing}" field`);
  const unknown = Object.keys(config).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new SpecValidationError(`CustomConfig got unknown field "${unknown}"`);
  if (!isTexts(Object.values(config))) throw new SpecValidationError("CustomConfig content must be a string");
  return { content: String(config.content), mount_path: String(config.mount_path) };
}
