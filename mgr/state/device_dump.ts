/** All devices of the cluster: those that daemons name, and those that the monitors keep something about. */

import { formatUtime, type UTime, ZERO_TIME } from "../types/utime.ts";
import type { DaemonIndex } from "./daemon_state.ts";
import { formatDaemonKey } from "./daemon_state.ts";
import type { KvStore } from "./kv_store.ts";

/** Keys of the monitors' store. */
const PREFIX = "device/";

/** One device. Upstream: DeviceState in mgr/DaemonState.h */
interface Device {
  readonly devid: string;
  /** [host, device, path] as text that sorts as upstream's tuples do. */
  readonly attachments: Map<string, { host: string; dev: string; path: string }>;
  readonly daemons: Set<string>;
  /** What the monitors keep. */
  stored: Uint8Array | undefined;
}

/** What `get("devices")` answers. */
export function dumpDevices(index: DaemonIndex, kv: KvStore) {
  return { devices: [...eachDevice(index, kv)] };
}

/** In the order of the ids; what the monitors keep of a device is read when it is its turn. */
export function* eachDevice(index: DaemonIndex, kv: KvStore) {
  for (const device of collect(index, kv)) {
    const dump = dumpDevice(device);
    if (dump !== undefined) yield dump;
  }
}

/** What `get("device DEVID")` answers; empty for an unknown id. */
export function dumpDeviceOf(index: DaemonIndex, kv: KvStore, devid: string) {
  const known = collect(index, kv).find((device) => device.devid === devid);
  const device = known && dumpDevice(known);
  return device === undefined ? {} : { device };
}

/**
 * What the monitors are to keep of a device that is so worn; below 0: of which it is not known. Undefined for an unknown
 * device. Upstream: ActivePyModules::set_device_wear_level
 */
export function withWearLevel(
  index: DaemonIndex,
  kv: KvStore,
  devid: string,
  level: number,
): Uint8Array | undefined {
  const device = collect(index, kv).find((device) => device.devid === devid);
  if (device === undefined) return undefined;
  const metadata = device.stored === undefined ? new Map<string, string>() : readMetadata(device.stored);
  if (level < 0) metadata.delete("wear_level");
  else metadata.set("wear_level", String(Number(Math.fround(level).toPrecision(6))));
  return new TextEncoder().encode(JSON.stringify(Object.fromEntries([...metadata].sort())));
}

function collect(index: DaemonIndex, kv: KvStore): Device[] {
  const devices = new Map<string, Device>();
  const at = (devid: string): Device => {
    const device = devices.get(devid) ??
      { devid, attachments: new Map(), daemons: new Set(), stored: undefined };
    devices.set(devid, device);
    return device;
  };
  for (const { key, hostname: host, devices: named } of index.all()) {
    for (const { devid, devname: dev, path } of named) {
      const device = at(devid);
      device.attachments.set(`${host}\0${dev}\0${path}`, { host, dev, path });
      device.daemons.add(formatDaemonKey(key));
    }
  }
  for (const [key, value] of kv.withPrefix(PREFIX)) {
    at(key.slice(PREFIX.length)).stored = value;
  }
  return [...devices.values()].sort((a, b) => (a.devid < b.devid ? -1 : 1));
}

/** A JSON object; what is no text in it becomes one. Anything else counts as nothing. */
function readMetadata(value: Uint8Array): Map<string, string> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(value));
    const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    return new Map(
      Object.entries(isObject ? parsed : {}).map((
        [k, v],
      ) => [k, typeof v === "string" ? v : JSON.stringify(v)]),
    );
  } catch {
    return new Map();
  }
}

/**
 * Undefined for a device that nobody has and of which nothing is known. Values that are streams upstream come last.
 * Upstream: DeviceState::dump
 */
function dumpDevice({ devid, attachments, daemons, stored }: Device) {
  const metadata = stored === undefined ? new Map<string, string>() : readMetadata(stored);
  if (daemons.size === 0 && metadata.size === 0) return undefined;
  const time = (name: string): UTime => parseTime(metadata.get(`life_expectancy_${name}`) ?? "");
  const wear = Math.fround(Number.parseFloat(metadata.get("wear_level") ?? ""));
  return {
    devid,
    location: [...attachments.keys()].sort().map((key) => attachments.get(key)!),
    daemons: [...daemons],
    ...(wear >= 0 && { wear_level: wear }),
    ...(time("min").sec > 0 && {
      life_expectancy_min: formatUtime(time("min")),
      life_expectancy_max: formatUtime(time("max")),
      life_expectancy_stamp: formatUtime(time("stamp")),
    }),
  };
}

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[-+]\d\d:?\d\d)?$/;

/** As formatUtime writes it; zero when it is no time. Without a zone it is UTC. Upstream: utime_t::parse */
function parseTime(text: string): UTime {
  const [, day, clock, fraction = "", zone = "Z"] = TIME.exec(text) ?? [];
  const ms = Date.parse(`${day}T${clock}${zone}`);
  if (!(ms > 0)) return ZERO_TIME;
  return { sec: ms / 1000, nsec: Number(fraction.slice(1, 10).padEnd(9, "0")) };
}
