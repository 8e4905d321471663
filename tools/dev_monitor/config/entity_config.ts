/** The options that hold for one entity, with its place looked up in the OSDMap. */

import { type ConfigEntry, parseConfig } from "../../../mgr/config/config_map.ts";
import { entityEntries as entriesOf } from "../../../mgr/config/entity_config.ts";
import { type EntityName, entityTypeName } from "../../../mgr/types/entity_name.ts";
import type { Committed } from "../state/committed.ts";
import { crushLocation, deviceClass } from "../state/osd_lookup.ts";

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
  return entriesOf(parseConfig(state.kv.values), entity, {
    location: crushLocation(state.osd, hostname),
    deviceClass: entityTypeName(entity.type) === "osd"
      ? deviceClass(state.osd, Number(entity.id))
      : undefined,
  });
}
