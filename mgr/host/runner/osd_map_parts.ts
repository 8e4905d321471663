/** What `get()` makes of one OSDMap, part by part: when it is first wanted, and only if the map before had another. */

import type { CrushMapData, OsdMapData, OsdTreeData } from "@ganglion/sdk";
import { withExactTypes } from "@ganglion/sdk";
import { dumpOsdTree, renewOsdTree } from "../../crush/osd_tree.ts";
import { dumpCrushMap } from "../../types/crush_dump.ts";
import type { OsdMap } from "../../types/osd_map.ts";
import { dumpOsdMapField, OSD_MAP_FIELDS } from "../../types/osd_map_dump.ts";
import { type FormerRows, osdRows, type RowsName } from "./osd_rows.ts";

const NAMES: readonly (keyof OsdMapData)[] = OSD_MAP_FIELDS.python;
const KNOWN_NAMES: ReadonlySet<string> = new Set(NAMES);

/** Fields of "osd_map", and the other names of `get()`. */
interface Parts extends OsdMapData {
  readonly osd_map_tree: OsdTreeData;
  readonly osd_map_crush: CrushMapData;
}

/** All that decides which OSDs are listed. */
const osdsOf = ({ client: { fields } }: OsdMap) => [fields.maxOsd, fields.osdState];

/**
 * Of parts that are long: the fields of the map that they are made of. Fields that an increment does not change are
 * the same objects in the map after it.
 */
const MADE_OF: { readonly [K in keyof Parts]?: (map: OsdMap) => readonly unknown[] } = {
  pools: ({ client: { fields } }) => [fields.pools, fields.poolNames],
  osds: (map) => {
    const { client: { fields: client }, osd: { fields: osd } } = map;
    const addrs = [client.clientAddrs, osd.clusterAddrs, osd.hbBackAddrs, osd.hbFrontAddrs];
    return [...osdsOf(map), client.osdWeight, client.primaryAffinity, osd.osdInfo, osd.osdUuid, ...addrs];
  },
  osd_xinfo: (map) => [...osdsOf(map), map.osd.fields.osdXInfo],
  pg_upmap: ({ client: { fields } }) => [fields.pgUpmap],
  pg_upmap_items: ({ client: { fields } }) => [fields.pgUpmapItems],
  pg_temp: ({ client: { fields } }) => [fields.pgTemp],
  primary_temp: ({ client: { fields } }) => [fields.primaryTemp],
  osd_map_tree: (map) => {
    const { crush, osdWeight, primaryAffinity, poolNames } = map.client.fields;
    return [...osdsOf(map), crush, osdWeight, primaryAffinity, poolNames];
  },
  osd_map_crush: ({ client: { fields } }) => [fields.crush],
};

const dumpField = (name: keyof OsdMapData) => (map: OsdMap): unknown =>
  (withExactTypes({ [name]: dumpOsdMapField(map, name, "python") }) as OsdMapData)[name];

/** The same buckets and pools, and the same OSDs exist. */
function hasSameTree(a: OsdMap, b: OsdMap): boolean {
  const [{ fields: one }, { fields: other }] = [a.client, b.client];
  return one.crush === other.crush && one.poolNames === other.poolNames && one.maxOsd === other.maxOsd &&
    (one.osdState === other.osdState || a.osdState.every((_, osd) => a.exists(osd) === b.exists(osd)));
}

const LONG = Object.keys(MADE_OF) as (keyof typeof MADE_OF)[];

const known = new WeakMap<OsdMap, OsdMapParts>();

/** What has been made of a map so far, and will be: whoever asks for the same gets the same objects. */
export function partsOf(map: OsdMap): OsdMapParts {
  let parts = known.get(map);
  if (parts === undefined) known.set(map, parts = new OsdMapParts(map));
  return parts;
}

/** The map takes over from an older one what has been made of it and would be the same. */
export function inherit(map: OsdMap, older: OsdMap): void {
  const parts = known.get(older);
  if (parts !== undefined) partsOf(map).inherit(parts);
}

/** The parts of one map. */
export class OsdMapParts {
  readonly #map: OsdMap;
  readonly #made: { -readonly [K in keyof Parts]?: Parts[K] } = {};
  /** Rows of an older map that are made use of when they are wanted. */
  readonly #former: { [N in RowsName]?: FormerRows<N> } = {};
  /** A tree that differs from this map's in what OSDs are at most. */
  #formerTree: { readonly map: OsdMap; readonly tree: OsdTreeData } | undefined;
  #whole: OsdMapData | undefined;

  constructor(map: OsdMap) {
    this.#map = map;
  }

  /** One part. */
  part<K extends keyof Parts>(name: K): Parts[K] {
    this.#made[name] ??= this.#make(name);
    return this.#made[name]!;
  }

  /** All fields of "osd_map", in the order of ceph-mgr's. */
  osdMap(): OsdMapData {
    return this.#whole ??= this.fields(NAMES) as OsdMapData;
  }

  /** Those of the wanted fields of "osd_map" that there are, as they were asked for. */
  fields(wanted: readonly string[]): Partial<OsdMapData> {
    const names = wanted.filter((name) => KNOWN_NAMES.has(name)) as (keyof OsdMapData)[];
    return Object.fromEntries(names.map((name) => [name, this.part(name)]));
  }

  /** Takes over what is the same. */
  inherit(older: OsdMapParts): void {
    for (const name of LONG) if (this.#isSame(name, older.#map)) this.#take(name, older);
    this.#rememberRows("osds", older);
    this.#rememberRows("osd_xinfo", older);
    this.#rememberTree(older);
  }

  #isSame(name: keyof typeof MADE_OF, map: OsdMap): boolean {
    const own = MADE_OF[name]!(this.#map);
    return MADE_OF[name]!(map).every((field, i) => field === own[i]);
  }

  #take<K extends keyof Parts>(name: K, older: OsdMapParts): void {
    const made = older.#made[name];
    if (made !== undefined) this.#made[name] = made;
  }

  #rememberRows<N extends RowsName>(name: N, older: OsdMapParts): void {
    const rows = older.#made[name] as OsdMapData[N] | undefined;
    const former: { [K in N]?: FormerRows<K> } = this.#former;
    const before: { readonly [K in N]?: FormerRows<K> } = older.#former;
    if (rows !== undefined) former[name] = { map: older.#map, rows };
    else if (before[name] !== undefined) former[name] = before[name];
  }

  #rememberTree(older: OsdMapParts): void {
    const tree = older.#made.osd_map_tree;
    const former = tree === undefined ? older.#formerTree : { map: older.#map, tree };
    if (former !== undefined && hasSameTree(former.map, this.#map)) this.#formerTree = former;
  }

  #tree(): OsdTreeData {
    const former = this.#formerTree;
    this.#formerTree = undefined;
    return former === undefined
      ? dumpOsdTree(this.#map, "python")
      : renewOsdTree(former.tree, former.map, this.#map);
  }

  /** Older rows have served then. */
  #rows<N extends RowsName>(name: N): OsdMapData[N] {
    const kept: { [K in N]?: FormerRows<K> } = this.#former;
    const former = kept[name];
    delete kept[name];
    return osdRows(name, this.#map, former);
  }

  #make<K extends keyof Parts>(name: K): Parts[K] {
    if (name === "osds" || name === "osd_xinfo") return this.#rows(name) as Parts[K];
    if (name === "osd_map_tree") return this.#tree() as Parts[K];
    const make = name === "osd_map_crush"
      ? (map: OsdMap) => dumpCrushMap(map.crush)
      : dumpField(name as keyof OsdMapData);
    return make(this.#map) as Parts[K];
  }
}
