/** Rows of OSDs in `get("osd_map")`: those of OSDs that a new map leaves alone stay the same objects. */

import { type OsdMapData, withExactTypes } from "@ganglion/sdk";
import { BLANK_XINFO } from "../../types/osd_info.ts";
import type { OsdMap } from "../../types/osd_map.ts";
import { dumpOsd, dumpXInfo } from "../../types/osd_map_dump.ts";

/** Fields that have a row for each OSD. */
export type RowsName = "osds" | "osd_xinfo";

/** Rows, and the map they were made of. */
export interface FormerRows<N extends RowsName> {
  readonly map: OsdMap;
  readonly rows: OsdMapData[N];
}

/** What a list of the map is to be compared by. */
interface Items {
  bytesAt(osd: number): Uint8Array | undefined;
}

/** How a row is made, and of what. */
interface RowSource {
  readonly make: (map: OsdMap, osd: number) => object;
  readonly numbers: (map: OsdMap, osd: number) => readonly number[];
  readonly lists: (map: OsdMap) => readonly Items[];
}

const SOURCES: Readonly<Record<RowsName, RowSource>> = {
  osds: {
    make: (map, osd) => dumpOsd(map, osd, "python"),
    numbers: (map, osd) => [map.osdState[osd]!, map.osdWeight[osd]!, map.affinityOf(osd)],
    lists: (map) => [
      ...[map.osdInfo, map.osdUuid, map.clientAddrs],
      ...[map.clusterAddrs, map.hbBackAddrs, map.hbFrontAddrs],
    ],
  },
  osd_xinfo: {
    make: (map, osd) => dumpXInfo(osd, map.osdXInfo.at(osd) ?? BLANK_XINFO, "python"),
    numbers: () => [],
    lists: (map) => [map.osdXInfo],
  },
};

/** The rows of a map; `former` are those of an older one. */
export function osdRows<N extends RowsName>(
  name: N,
  map: OsdMap,
  former: FormerRows<N> | undefined,
): OsdMapData[N] {
  const source = SOURCES[name];
  const known = former === undefined ? NOTHING : rowsThatStay(source, map, former);
  const rows: unknown[] = [];
  for (let osd = 0; osd < map.maxOsd; osd++) {
    if (map.exists(osd)) rows.push(known.get(osd) ?? withExactTypes(source.make(map, osd)));
  }
  return rows as unknown[] & OsdMapData[N];
}

const NOTHING: ReadonlyMap<number, object> = new Map();

/** By id. Of lists only those are looked into that are not the same object in both maps. */
function rowsThatStay(source: RowSource, map: OsdMap, former: FormerRows<RowsName>): Map<number, object> {
  const before = source.lists(former.map);
  const changed = source.lists(map).map((list, i) => [list, before[i]!] as const).filter(([a, b]) => a !== b);
  const stays = (osd: number): boolean => {
    const numbers = source.numbers(former.map, osd);
    return source.numbers(map, osd).every((number, i) => number === numbers[i]) &&
      changed.every(([now, then]) => isSame(now.bytesAt(osd), then.bytesAt(osd)));
  };
  const rows: readonly { readonly osd: number }[] = former.rows;
  return new Map(rows.filter(({ osd }) => stays(osd)).map((row) => [row.osd, row]));
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b ||
    (a !== undefined && b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]));
}
