/** `get("osd_map")` field by field: each is made when it is first wanted, for lists of all OSDs cost their time. */

import type { OsdMapData } from "@ganglion/sdk";
import { withExactTypes } from "@ganglion/sdk";
import type { OsdMap } from "../../types/osd_map.ts";
import { dumpOsdMapField, OSD_MAP_FIELDS } from "../../types/osd_map_dump.ts";

const NAMES: readonly (keyof OsdMapData)[] = OSD_MAP_FIELDS.python;
const KNOWN_NAMES: ReadonlySet<string> = new Set(NAMES);

const made = new WeakMap<OsdMap, OsdMapFields>();

/** What has been made of a map so far, and will be: whoever asks for the same gets the same objects. */
export function osdMapFields(map: OsdMap): OsdMapFields {
  let fields = made.get(map);
  if (fields === undefined) made.set(map, fields = new OsdMapFields(map));
  return fields;
}

/** The fields of one map. */
export class OsdMapFields {
  readonly #map: OsdMap;
  readonly #made: { -readonly [K in keyof OsdMapData]?: OsdMapData[K] } = {};
  #whole: OsdMapData | undefined;

  constructor(map: OsdMap) {
    this.#map = map;
  }

  /** One field. */
  field<K extends keyof OsdMapData>(name: K): OsdMapData[K] {
    this.#made[name] ??= this.#make(name);
    return this.#made[name]!;
  }

  /** All fields, in the order of ceph-mgr's. */
  whole(): OsdMapData {
    return this.#whole ??= this.part(NAMES) as OsdMapData;
  }

  /** Those of the wanted fields that there are, as they were asked for. */
  part(wanted: readonly string[]): Partial<OsdMapData> {
    const known = wanted.filter((name) => KNOWN_NAMES.has(name)) as (keyof OsdMapData)[];
    return Object.fromEntries(known.map((name) => [name, this.field(name)]));
  }

  #make<K extends keyof OsdMapData>(name: K): OsdMapData[K] {
    const value = { [name]: dumpOsdMapField(this.#map, name, "python") };
    return (withExactTypes(value) as OsdMapData)[name];
  }
}
