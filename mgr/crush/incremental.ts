/** Increments that a module makes: reweights, weight sets, upmaps. Upstream: mgr/PyOSDMap.cc */

import { decodeAll, encodeAll } from "../encoding/mod.ts";
import { CrushMap } from "../types/crush_map.ts";
import { FULL_WEIGHT, type OsdMap } from "../types/osd_map.ts";
import { blankIncremental, type OsdMapIncremental } from "../types/osd_map_incremental.ts";
import type { UpmapChanges } from "./upmap.ts";
import { withCompatWeights } from "./weight_set.ts";

/** The next epoch without changes; it carries the CRUSH map, as upstream's does. */
export function newIncremental(map: OsdMap): OsdMapIncremental {
  return { ...blankIncremental(map.fsid, map.epoch + 1), crush: encodeAll(CrushMap.encode, map.crush) };
}

const ascending = <V>(map: Iterable<readonly [number, V]>): Map<number, V> =>
  new Map([...map].sort(([a], [b]) => a - b));

/** With other "reweights" of OSDs, which are held between 0 and 1. */
export function withReweights(
  inc: OsdMapIncremental,
  weights: ReadonlyMap<number, number>,
): OsdMapIncremental {
  const words = [...weights].map(([osd, weight]): [number, number] => [
    osd,
    Math.trunc(Math.min(1, Math.max(0, weight)) * FULL_WEIGHT),
  ]);
  return { ...inc, newWeight: ascending([...inc.newWeight, ...words]) };
}

/** With other weights of items in the weight set of all pools. Throws when the increment carries no CRUSH map. */
export function withCompatWeightSet(
  inc: OsdMapIncremental,
  weights: ReadonlyMap<number, number>,
): OsdMapIncremental {
  if (inc.crush.length === 0) throw new Error("Cannot set weights: the increment carries no CRUSH map");
  const crush = withCompatWeights(decodeAll(inc.crush, CrushMap.decode), weights);
  return { ...inc, crush: encodeAll(CrushMap.encode, crush) };
}

/** With the changes that `calcPgUpmaps` found. */
export function withUpmaps(inc: OsdMapIncremental, changes: UpmapChanges): OsdMapIncremental {
  const { newPgUpmapItems, oldPgUpmapItems } = changes;
  return { ...inc, newPgUpmapItems, oldPgUpmapItems };
}
