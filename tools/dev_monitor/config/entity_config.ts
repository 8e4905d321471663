/** The options that hold for one entity. Upstream: ConfigMap::generate_entity_map */

import { type EntityName, entityTypeName, formatEntityName } from "../../../mgr/types/entity_name.ts";
import type { Committed } from "../state/committed.ts";
import { crushLocation, deviceClass } from "../state/osd_lookup.ts";
import { type ConfigEntry, type ConfigMask, parseConfig } from "./config_map.ts";

/** Bucket types that an option can be masked by, the nearest first: the nearer one counts. */
const LOCATION_TYPES = ["osd", "host", "chassis", "rack", "row", "pdu", "pod", "room", "datacenter", "zone"];
const CLASS_PRECISION = 1000;
const NO_MASK = 1001;

/** Values by name, sorted; the most special one of each. */
export function entityConfig(state: Committed, entity: EntityName, hostname: string): Map<string, string> {
  return new Map([...entityEntries(state, entity, hostname)].map(([name, { value }]) => [name, value]));
}

/** The entries that win, by name. */
export function entityEntries(
  state: Committed,
  entity: EntityName,
  hostname: string,
): Map<string, ConfigEntry> {
  const all = parseConfig(state.kv.values);
  const where = {
    location: crushLocation(state.osd, hostname),
    deviceClass: entityTypeName(entity.type) === "osd"
      ? deviceClass(state.osd, Number(entity.id))
      : undefined,
  };
  const winners = new Map<string, ConfigEntry>();
  for (const section of sectionsOf(entity)) {
    for (const entry of all.filter((e) => e.section === section && matches(e.mask, where))) {
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

interface Place {
  readonly location: ReadonlyMap<string, string>;
  readonly deviceClass: string | undefined;
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
