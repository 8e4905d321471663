/** Specifications of OSDs: which devices of which hosts become OSDs, and how. */

import type { Json, JsonObject } from "../data/mod.ts";
import { SpecValidationError } from "./errors.ts";
import { isObject, isSet, pythonRepr } from "./input.ts";

/** Chooses devices of a host. Upstream: DeviceSelection in ceph/deployment/drive_group.py */
export interface DeviceSelection {
  /** These. */
  readonly paths?: readonly string[];
  /** Part of the model's name. */
  readonly model?: string;
  /** Exactly, or from and to: `10G:40G`, `:1T`. */
  readonly size?: string;
  /** Disks, or what does not turn. */
  readonly rotational?: boolean | number;
  /** At most so many. */
  readonly limit?: number;
  /** The vendor's name. */
  readonly vendor?: string;
  /** All that are free; for data alone. */
  readonly all?: boolean;
}

/** Fields of OSDs' specifications. Upstream: DriveGroupSpec */
export interface OsdSpecFields {
  /** What data are on. */
  readonly data_devices: DeviceSelection;
  /** What metadata are on. */
  readonly db_devices?: DeviceSelection;
  /** What write-ahead logs are on. */
  readonly wal_devices?: DeviceSelection;
  /** As long as there was filestore. */
  readonly journal_devices?: DeviceSelection;
  /** `AND`: a device must meet all of a selection; `OR`: any. */
  readonly filter_logic?: "AND" | "OR";
  /** `bluestore` */
  readonly objectstore?: string;
  /** Whether devices are encrypted. */
  readonly encrypted?: boolean;
  /** OSDs on one device. */
  readonly osds_per_device?: number;
  /** Ids that are taken again, by host. */
  readonly osd_id_claims?: Readonly<Record<string, readonly string[]>>;
  /** Further fields of Ceph's. */
  readonly [field: string]: Json | DeviceSelection | undefined;
}

const FILTERS = ["paths", "size", "vendor", "model", "rotational", "limit", "all"];
const SELECTIONS = ["data_devices", "db_devices", "wal_devices", "journal_devices"] as const;
const FEATURES = new Set([
  ...SELECTIONS,
  ...[
    "encrypted",
    "block_wal_size",
    "osds_per_device",
    "db_slots",
    "wal_slots",
    "block_db_size",
    "placement",
  ],
  ...["service_id", "service_type", "data_directories", "objectstore", "osd_id_claims", "journal_size"],
  ...["unmanaged", "filter_logic", "preview_only", "extra_container_args", "extra_entrypoint_args"],
  ...["data_allocate_fraction", "method", "crush_device_class"],
]);

/** Throws unless these are fields of OSDs' specifications. */
export function checkOsdFeatures(id: string, fields: JsonObject): void {
  if (!isSet(fields)) refuse(id, "Didn't find drive selections");
  for (const [name, value] of Object.entries(fields)) {
    if (!FEATURES.has(name)) refuse(id, `Feature \`${name}\` is not supported`);
    if (name.endsWith("_devices") && isObject(value)) checkFilters(`${id}.${name}`, value);
  }
}

/** Throws what is wrong with the fields of one specification. Upstream: DriveGroupSpec.validate */
export function checkOsdSpec(
  id: string | undefined,
  placement: JsonObject | undefined,
  fields: JsonObject,
): void {
  if (!isSet(placement)) refuse(id, "`placement` required");
  if (!isSet(fields.data_devices)) refuse(id, "`data_devices` element is required.");
  const selections = SELECTIONS.filter((name) => isObject(fields[name]));
  for (const name of selections) checkSelection(`${id ?? "None"}.${name}`, fields[name] as JsonObject);
  if (selections.slice(1).some((name) => (fields[name] as JsonObject).all)) {
    refuse(id, "`all` is only allowed for data_devices");
  }
  if (fields.objectstore !== "bluestore") {
    refuse(id, `${fields.objectstore} is not supported. Must be one of ('bluestore')`);
  }
  for (const name of ["block_wal_size", "block_db_size", "journal_size"]) {
    if (!isSize(fields[name])) refuse(id, `${name} must be of type int or string`);
  }
  if (fields.filter_logic !== "AND" && fields.filter_logic !== "OR") {
    refuse(id, "filter_logic must be either <AND> or <OR>");
  }
  if (![undefined, null, "lvm", "raw"].includes(fields.method as string)) {
    refuse(id, "method must be one of None, lvm, raw");
  }
}

/** A selection without what is not set. */
export function plainSelection(selection: JsonObject): JsonObject {
  const isGiven = (
    name: string,
    value: Json,
  ): boolean => (name === "rotational" ? value !== null : isSet(value));
  return Object.fromEntries(Object.entries(selection).filter(([name, value]) => isGiven(name, value)));
}

function checkFilters(where: string, selection: JsonObject): void {
  const unknown = Object.keys(selection).find((name) => !FILTERS.includes(name));
  if (unknown !== undefined) refuse(where, `Filtering for \`${unknown}\` is not supported`);
}

function checkSelection(where: string, selection: JsonObject): void {
  const { paths, model, vendor, size, rotational, all } = selection;
  const others = [model, vendor, size, rotational].some((value) => value !== undefined && value !== null);
  if (isSet(paths) && others) {
    refuse(where, "device selection: `paths` and other parameters are mutually exclusive");
  }
  const isEmpty = !isSet(paths) && !others;
  if (!all && isEmpty) refuse(where, "device selection cannot be empty");
  if (all && !isEmpty) {
    const text = FILTERS.filter((name) => isSet(selection[name])).map((name) =>
      `${name}=${pythonRepr(selection[name]!)}`
    );
    refuse(
      where,
      `device selection: \`all\` and other parameters are mutually exclusive. DeviceSelection(${
        text.join(", ")
      })`,
    );
  }
}

function isSize(value: Json | undefined): boolean {
  return value === undefined || value === null || typeof value === "string" || Number.isInteger(value);
}

function refuse(id: string | undefined, why: string): never {
  throw new SpecValidationError(`Failed to validate OSD spec "${id ?? "<unnamed>"}": ${why}`);
}
