/** Changes of the CRUSH map: pure, each makes a new map whose weights and shadow trees fit. Upstream: crush/CrushWrapper.cc */

import { BucketAlg, type CrushBucket } from "../../../mgr/types/crush_bucket.ts";
import type { CrushMap } from "../../../mgr/types/crush_map.ts";
import { emptyBucket } from "../state/initial_osd_map.ts";
import { isShadow, itemId, parentOf } from "../state/osd_lookup.ts";
import { withShadows } from "./crush_shadow.ts";
import { itemWeightOf } from "../../../mgr/types/crush_bucket.ts";

/** Where an item is to be: names of buckets by the names of their types. */
export type Location = ReadonlyMap<string, string>;

/** Slots of a map that had none. Upstream: crush_add_bucket */
const FIRST_SLOTS = 8;

/** A bucket with other items. Buckets of the old algorithms become straw2. */
export function withItems(
  bucket: CrushBucket,
  items: readonly (readonly [id: number, weight: number])[],
): CrushBucket {
  return {
    alg: BucketAlg.straw2,
    id: bucket.id,
    type: bucket.type,
    hash: bucket.hash,
    weight: items.reduce((sum, [, weight]) => sum + weight, 0),
    items: Int32Array.from(items, ([id]) => id),
    itemWeights: Uint32Array.from(items, ([, weight]) => weight),
  };
}

/** Items of a bucket with their weights. */
export function itemsOf(bucket: CrushBucket): [id: number, weight: number][] {
  return [...bucket.items].map((id, i) => [id, itemWeightOf(bucket, i)]);
}

/** The map with a bucket in its slot; the slots double when they do not suffice. */
export function withBucket(crush: CrushMap, bucket: CrushBucket): CrushMap {
  const slot = -1 - bucket.id;
  let size = Math.max(crush.buckets.length, FIRST_SLOTS);
  while (slot >= size) size *= 2;
  const buckets = Array.from({ length: size }, (_, i) => crush.buckets[i]);
  buckets[slot] = bucket;
  return { ...crush, buckets };
}

/** The first id that no bucket has. */
export function freeBucketId(crush: CrushMap, taken: ReadonlySet<number> = new Set()): number {
  let id = -1;
  while (crush.buckets[-1 - id] !== undefined || taken.has(id)) id--;
  return id;
}

/** The number of a type's name. */
export function typeId(crush: CrushMap, name: string): number | undefined {
  for (const [id, known] of crush.typeNames) if (known === name) return id;
  return undefined;
}

/** A new bucket without items and without a parent. */
export function addBucket(crush: CrushMap, name: string, type: number): CrushMap {
  const bucket = emptyBucket(freeBucketId(crush), type);
  const named = { ...crush, itemNames: new Map(crush.itemNames).set(bucket.id, name) };
  // It gets its shadows with the next change of the tree.
  return ordered(withBucket(named, bucket));
}

/** An item at a place; buckets that are missing on the way up are made. Upstream: CrushWrapper::insert_item */
export function insertItem(
  crush: CrushMap,
  item: number,
  name: string,
  weight: number,
  to: Location,
): CrushMap {
  let map: CrushMap = { ...crush, itemNames: new Map(crush.itemNames).set(item, name) };
  let current: readonly [number, number] = [item, weight];
  const steps = [...map.typeNames].sort(([a], [b]) => a - b).filter(([id, type]) => id > 0 && to.has(type));
  for (const [type, typeName] of steps) {
    const bucketName = to.get(typeName)!;
    const id = itemId(map, bucketName);
    if (id !== undefined) {
      const bucket = map.buckets[-1 - id]!;
      return settle(withBucket(map, withItems(bucket, [...itemsOf(bucket), current])));
    }
    const fresh = withItems(emptyBucket(freeBucketId(map), type), [current]);
    map = withBucket({ ...map, itemNames: new Map(map.itemNames).set(fresh.id, bucketName) }, fresh);
    current = [fresh.id, fresh.weight];
  }
  return settle(map);
}

/** Takes the item out of every bucket, or out of one; it keeps its name and, if it is a bucket, its items. */
export function detachItem(crush: CrushMap, item: number, from?: number): CrushMap {
  let map = crush;
  for (const bucket of crush.buckets) {
    if (!bucket || isShadow(crush, bucket.id) || (from !== undefined && bucket.id !== from)) continue;
    if (!bucket.items.includes(item)) continue;
    map = withBucket(map, withItems(bucket, itemsOf(bucket).filter(([id]) => id !== item)));
  }
  return settle(map);
}

/** Removes the item altogether, its name and class too. */
export function removeItem(crush: CrushMap, item: number): CrushMap {
  const map = detachItem(crush, item);
  const itemNames = new Map(map.itemNames);
  const itemClasses = new Map(map.itemClasses);
  itemNames.delete(item);
  itemClasses.delete(item);
  const buckets = map.buckets.map((bucket) => bucket?.id === item ? undefined : bucket);
  return settle({ ...map, buckets, itemNames, itemClasses });
}

/** Two buckets exchange their items and their names. Upstream: CrushWrapper::swap_bucket */
export function swapBuckets(crush: CrushMap, a: number, b: number): CrushMap {
  const [one, other] = [crush.buckets[-1 - a]!, crush.buckets[-1 - b]!];
  const names = new Map(crush.itemNames);
  names.set(a, crush.itemNames.get(b)!).set(b, crush.itemNames.get(a)!);
  const first = withBucket({ ...crush, itemNames: names }, withItems(one, itemsOf(other)));
  return settle(withBucket(first, withItems(other, itemsOf(one))));
}

/** A device with another weight, wherever it is or in some buckets. */
export function setItemWeight(
  crush: CrushMap,
  item: number,
  weight: number,
  only?: readonly number[],
): CrushMap {
  let map = crush;
  for (const bucket of crush.buckets) {
    if (!bucket?.items.includes(item) || isShadow(crush, bucket.id)) continue;
    if (only?.includes(bucket.id) === false) continue;
    const items = itemsOf(bucket).map(([id, w]): [number, number] => [id, id === item ? weight : w]);
    map = withBucket(map, withItems(bucket, items));
  }
  return settle(map);
}

/** Weight of an item in its parent, or of a bucket without one. */
export function weightOf(crush: CrushMap, item: number): number {
  const parent = parentOf(crush, item);
  if (parent === undefined) return item < 0 ? crush.buckets[-1 - item]?.weight ?? 0 : 0;
  return itemsOf(crush.buckets[-1 - parent]!).find(([id]) => id === item)?.[1] ?? 0;
}

/** The nearest bucket that the place names, if it holds the item. Upstream: CrushWrapper::check_item_loc */
export function holderAt(crush: CrushMap, item: number, to: Location): CrushBucket | undefined {
  for (const [, typeName] of [...crush.typeNames].sort(([a], [b]) => a - b)) {
    const name = to.get(typeName);
    const id = name === undefined ? undefined : itemId(crush, name);
    if (name === undefined) continue;
    const bucket = id === undefined ? undefined : crush.buckets[-1 - id];
    return bucket?.items.includes(item) ? bucket : undefined;
  }
  return undefined;
}

/** Whether the item is where it is to be. */
export function isAt(crush: CrushMap, item: number, to: Location): boolean {
  return holderAt(crush, item, to) !== undefined;
}

/** Gives devices a class, or takes it (undefined). */
export function setClass(crush: CrushMap, items: readonly number[], className: string | undefined): CrushMap {
  const classNames = new Map(crush.classNames);
  const itemClasses = new Map(crush.itemClasses);
  const id = className === undefined ? undefined : classIdOf(classNames, className);
  for (const item of items) {
    if (id === undefined) itemClasses.delete(item);
    else itemClasses.set(item, id);
  }
  return settle({ ...crush, classNames, itemClasses });
}

/** The class's number; a new one is the lowest that is free. Upstream: CrushWrapper::get_or_create_class_id */
function classIdOf(classNames: Map<number, string>, name: string): number {
  for (const [id, known] of classNames) if (known === name) return id;
  let id = 0;
  while (classNames.has(id)) id++;
  classNames.set(id, name);
  return id;
}

/** Weights from the leaves up, shadow trees anew, tables in the order of their keys. */
export function settle(crush: CrushMap): CrushMap {
  const buckets = [...crush.buckets];
  const done = new Set<number>();
  const weigh = (id: number): number => {
    const bucket = buckets[-1 - id];
    if (!bucket) return 0;
    if (!done.has(id)) {
      done.add(id);
      const items = itemsOf(bucket).map(([item, w]): [number, number] => [item, item < 0 ? weigh(item) : w]);
      buckets[-1 - id] = withItems(bucket, items);
    }
    return buckets[-1 - id]!.weight;
  };
  for (const bucket of crush.buckets) if (bucket && !isShadow(crush, bucket.id)) weigh(bucket.id);
  return ordered(withShadows({ ...crush, buckets }));
}

const byKey = <V>(map: ReadonlyMap<number, V>): Map<number, V> => new Map([...map].sort(([a], [b]) => a - b));

function ordered(crush: CrushMap): CrushMap {
  const devices = [...crush.itemNames.keys(), ...crush.buckets.flatMap((b) => [...b?.items ?? []])];
  return {
    ...crush,
    maxDevices: Math.max(-1, ...devices) + 1,
    itemNames: byKey(crush.itemNames),
    ruleNames: byKey(crush.ruleNames),
    itemClasses: byKey(crush.itemClasses),
    classNames: byKey(crush.classNames),
    classBuckets: byKey(new Map([...crush.classBuckets].map(([id, classes]) => [id, byKey(classes)]))),
  };
}
