/** Walks of the CRUSH tree. */

import type { CrushMap } from "../../../mgr/types/crush_map.ts";
import { isShadow } from "../state/osd_lookup.ts";

/** OSDs at or below an item, in the order of the tree. */
export function subtreeOsds(crush: CrushMap, item: number): number[] {
  if (item >= 0) return [item];
  const bucket = crush.buckets[-1 - item];
  return bucket ? [...bucket.items].flatMap((child) => subtreeOsds(crush, child)) : [];
}

/** Buckets at or below a bucket. */
export function subtreeBuckets(crush: CrushMap, id: number): number[] {
  const below = [...crush.buckets[-1 - id]?.items ?? []].filter((item) => item < 0);
  return [id, ...below.flatMap((child) => subtreeBuckets(crush, child))];
}

/** Buckets that are in no other bucket. Shadow trees are left out. Upstream: CrushWrapper::find_nonshadow_roots */
export function roots(crush: CrushMap): number[] {
  const children = new Set(crush.buckets.flatMap((bucket) => [...bucket?.items ?? []]));
  return crush.buckets.filter((bucket) => bucket !== undefined)
    .map(({ id }) => id).filter((id) => !children.has(id) && !isShadow(crush, id))
    .sort((a, b) => a - b);
}
