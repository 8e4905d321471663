/** Shadow trees: a copy of each tree for each device class, which rules of one class take. Upstream: CrushWrapper::rebuild_roots_with_classes, device_class_clone */

import { itemWeightOf } from "../../../mgr/types/crush_bucket.ts";
import { BucketAlg, type CrushBucket } from "../../../mgr/types/crush_bucket.ts";
import type { CrushMap } from "../../../mgr/types/crush_map.ts";
import { isShadow } from "../state/osd_lookup.ts";
import { roots } from "./tree.ts";

type ClassBuckets = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** A map in the making. */
interface Draft {
  readonly buckets: (CrushBucket | undefined)[];
  readonly names: Map<number, string>;
  readonly classes: Map<number, number>;
  readonly classBuckets: Map<number, Map<number, number>>;
}

/** The map with shadow trees made anew; copies keep the ids that they had. */
export function withShadows(crush: CrushMap): CrushMap {
  const bare = withoutShadows(crush);
  const before = crush.classBuckets;
  const used = new Set([...before.values()].flatMap((byClass) => [...byClass.values()]));
  const draft: Draft = {
    buckets: [...bare.buckets],
    names: new Map(bare.itemNames),
    classes: new Map(bare.itemClasses),
    classBuckets: new Map(),
  };
  for (const root of roots(bare)) {
    for (const classId of [...crush.classNames.keys()].sort((a, b) => a - b)) {
      clone(bare, draft, root, classId, before, used);
    }
  }
  return {
    ...bare,
    buckets: draft.buckets,
    itemNames: draft.names,
    itemClasses: draft.classes,
    classBuckets: draft.classBuckets,
  };
}

function withoutShadows(crush: CrushMap): CrushMap {
  const shadow = (id: number): boolean => id < 0 && isShadow(crush, id);
  return {
    ...crush,
    buckets: crush.buckets.map((bucket) => bucket && shadow(bucket.id) ? undefined : bucket),
    itemNames: new Map([...crush.itemNames].filter(([id]) => !shadow(id))),
    itemClasses: new Map([...crush.itemClasses].filter(([id]) => !shadow(id))),
    classBuckets: new Map(),
  };
}

/** Copies a bucket with those of its devices that have the class; its children first. */
function clone(
  crush: CrushMap,
  draft: Draft,
  id: number,
  classId: number,
  before: ClassBuckets,
  used: ReadonlySet<number>,
): CrushBucket {
  const original = crush.buckets[-1 - id]!;
  const items: [number, number][] = [];
  for (const [i, item] of original.items.entries()) {
    if (item >= 0 && crush.itemClasses.get(item) === classId) items.push([item, itemWeightOf(original, i)]);
    if (item >= 0 || !crush.buckets[-1 - item]) continue;
    const child = clone(crush, draft, item, classId, before, used);
    items.push([child.id, child.weight]);
  }
  const copyId = before.get(id)?.get(classId) ?? freeId(draft.buckets, used);
  const copy: CrushBucket = {
    alg: BucketAlg.straw2,
    id: copyId,
    type: original.type,
    hash: original.hash,
    weight: items.reduce((sum, [, weight]) => sum + weight, 0),
    items: Int32Array.from(items, ([item]) => item),
    itemWeights: Uint32Array.from(items, ([, weight]) => weight),
  };
  place(draft, id, classId, copy, `${crush.itemNames.get(id)}~${crush.classNames.get(classId)}`);
  return copy;
}

function place(draft: Draft, original: number, classId: number, copy: CrushBucket, name: string): void {
  const slot = -1 - copy.id;
  while (slot >= draft.buckets.length) {
    draft.buckets.push(...new Array<undefined>(Math.max(8, draft.buckets.length)).fill(undefined));
  }
  draft.buckets[slot] = copy;
  draft.names.set(copy.id, name);
  draft.classes.set(copy.id, classId);
  const byClass = draft.classBuckets.get(original) ?? new Map<number, number>();
  draft.classBuckets.set(original, byClass.set(classId, copy.id));
}

function freeId(buckets: readonly (CrushBucket | undefined)[], used: ReadonlySet<number>): number {
  let id = -1;
  while (buckets[-1 - id] !== undefined || used.has(id)) id--;
  return id;
}
