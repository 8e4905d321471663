/** The options that the monitors' database has for one entity. Upstream: ConfigMap::generate_entity_map in mon/ConfigMap.cc */

import { type EntityName, formatEntityName } from "../types/entity_name.ts";
import type { ConfigEntry, ConfigMask } from "./config_map.ts";

/** Bucket types that an option can be masked by, the nearest first: the nearer one counts. */
const LOCATION_TYPES = ["osd", "host", "chassis", "rack", "row", "pdu", "pod", "room", "datacenter", "zone"];
const CLASS_PRECISION = 1000;
const NO_MASK = 1001;

/** Where an entity is in the CRUSH map. */
export interface Place {
  /** Names of the buckets above it by their type. */
  readonly location: ReadonlyMap<string, string>;
  /** Of an OSD. */
  readonly deviceClass: string | undefined;
}

/** The entries that win, by name, in the order of the names. `all` is what `parseConfig` answers. */
export function entityEntries(
  all: readonly ConfigEntry[],
  entity: EntityName,
  place: Place,
): Map<string, ConfigEntry> {
  const winners = new Map<string, ConfigEntry>();
  for (const section of sectionsOf(entity)) {
    for (const entry of all.filter((e) => e.section === section && matches(e.mask, place))) {
      const former = winners.get(entry.name);
      // Within a section the nearer mask counts; a later section beats them all.
      if (former?.section === section && precision(former.mask) < precision(entry.mask)) continue;
      winners.set(entry.name, entry);
    }
  }
  return new Map([...winners].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `client.rgw.a`: global, client, client.rgw, client.rgw.a */
function sectionsOf(entity: EntityName): string[] {
  const words = formatEntityName(entity).split(".");
  return ["global", ...words.map((_, i) => words.slice(0, i + 1).join("."))];
}

function matches(mask: ConfigMask, { location, deviceClass }: Place): boolean {
  if (mask.deviceClass !== undefined && mask.deviceClass !== deviceClass) return false;
  return mask.location === undefined || location.get(mask.location[0]) === mask.location[1];
}

/** Lower is nearer. */
function precision({ location, deviceClass }: ConfigMask): number {
  const at = location ? LOCATION_TYPES.indexOf(location[0]) : -1;
  if (at >= 0) return at;
  return deviceClass === undefined ? NO_MASK : CLASS_PRECISION;
}
