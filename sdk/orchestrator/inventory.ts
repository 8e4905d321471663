/** Devices of hosts. */

import type { Json, JsonObject } from "../data/mod.ts";
import { OrchestratorValidationError } from "./errors.ts";
import { isObject, isTexts } from "./input.ts";
import { cephNow, cephTime } from "./time.ts";

/** A device, as `ceph-volume inventory` tells of it. Upstream: Device in ceph/deployment/inventory.py */
export interface Device {
  /** Whether an OSD can be made of it. */
  readonly available: boolean | null;
  /** Whether it is an OSD's already. */
  readonly ceph_device: boolean | null;
  /** When this was found out. */
  readonly created: string;
  /** Vendor, model, serial number. */
  readonly device_id: string | null;
  /** "hdd", "ssd", "unknown" */
  readonly human_readable_type: string;
  /** What libstoragemgmt knows: lights, health. */
  readonly lsm_data: JsonObject;
  /** Logical volumes on it. */
  readonly lvs: Json;
  /** `/dev/sda` */
  readonly path: string;
  /** Why no OSD can be made of it. */
  readonly rejected_reasons: readonly string[];
  /** What the kernel knows: `size` in bytes, `rotational`, `model`. */
  readonly sys_api: JsonObject;
}

/** A host and its devices. Upstream: InventoryHost */
export interface InventoryHost {
  /** As in HostSpec. */
  readonly name: string;
  /** How it is reached. */
  readonly addr: string;
  /** In the order of their paths. */
  readonly devices: readonly Device[];
  /** As in HostSpec. */
  readonly labels: readonly string[];
}

/** Which hosts to look at; all when nothing is said. Upstream: InventoryFilter */
export interface InventoryFilter {
  /** Hosts with any of these labels. */
  readonly labels?: readonly string[];
  /** These hosts. */
  readonly hosts?: readonly string[];
}

/** A device of a host, to switch its light. Upstream: DeviceLightLoc */
export interface DeviceLightLoc {
  /** Its host. */
  readonly host: string;
  /** `sda` */
  readonly dev: string;
  /** `/dev/sda`, or by its id. */
  readonly path: string;
}

const HOST_KEYS = ["name", "addr", "devices", "labels"];

/** Reads JSON as `orch device ls` prints it. Throws OrchestratorValidationError. */
export function readInventoryHost(json: unknown): InventoryHost {
  if (!isObject(json)) throw new OrchestratorValidationError("Failed to read inventory: a host is no object");
  const missing = ["name", "devices"].find((key) => !Object.hasOwn(json, key));
  if (missing !== undefined) {
    throw new OrchestratorValidationError(`'${missing}' is required for InventoryHost`);
  }
  const unknown = Object.keys(json).filter((key) => !HOST_KEYS.includes(key));
  if (unknown.length > 0) {
    throw new OrchestratorValidationError(`Unknown key(s) in Inventory: ${unknown.join(",")}`);
  }
  const { name, addr, devices, labels } = json;
  if (!Array.isArray(devices)) {
    throw new OrchestratorValidationError("Failed to read inventory: 'devices' is no list");
  }
  return {
    name: String(name),
    addr: String(addr || name),
    devices: devices.map(readDevice).sort((a, b) => (a.path < b.path ? -1 : 1)),
    labels: isTexts(labels) ? labels : [],
  };
}

/** Reads one device; what is left out is not known. Throws OrchestratorValidationError. */
export function readDevice(json: unknown): Device {
  if (!isObject(json)) {
    throw new OrchestratorValidationError(
      `Device: Expected dict. Got \`${JSON.stringify(json).slice(0, 10)}...\``,
    );
  }
  const { sys_api, rejected_reasons: reasons, created, lsm_data } = json;
  const api = isObject(sys_api) ? sys_api : {};
  return {
    ceph_device: json.ceph_device as boolean | null ?? null,
    rejected_reasons: isTexts(reasons) ? [...reasons].sort() : [],
    available: json.available as boolean | null ?? null,
    path: String(json.path ?? ""),
    sys_api: api,
    created: created ? cephTime(String(created)) : cephNow(),
    lvs: json.lvs ?? null,
    human_readable_type: typeOfDevice(api),
    device_id: json.device_id as string | null ?? null,
    lsm_data: isObject(lsm_data) ? lsm_data : {},
  };
}

function typeOfDevice(api: JsonObject): string {
  if (!Object.hasOwn(api, "rotational")) return "unknown";
  return api.rotational === "1" ? "hdd" : "ssd";
}
