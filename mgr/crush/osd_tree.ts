/** The tree of OSDs as `ceph osd tree -f json` and get("osd_map_tree") show it. Upstream: OSDMap::print_tree, crush/CrushTreeDumper.h */

import { type CrushBucket, itemWeightOf } from "../types/crush_bucket.ts";
import { DEFAULT_CHOOSE_ARGS } from "../types/crush_choose_args.ts";
import { type DumpOrder, inOrder } from "../types/dump_order.ts";
import type { OsdMap } from "../types/osd_map.ts";
import { OsdState } from "../types/osd_map_bits.ts";
import { share } from "../types/osd_map_dump.ts";
import { bucketOf, rootsOf } from "./tree.ts";

/** Weights of an item in the weight sets, by the name of the pool. */
type PoolWeights = Readonly<Record<string, readonly number[]>>;

/** A bucket. */
export interface TreeBucketDump {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly type_id: number;
  readonly pool_weights?: PoolWeights;
  readonly children: readonly number[];
}

/** A device; one that is in no bucket has no weights. */
export interface TreeOsdDump {
  readonly id: number;
  readonly device_class?: string;
  readonly name: string;
  readonly type: string;
  readonly type_id: number;
  readonly crush_weight: number;
  readonly depth: number;
  readonly pool_weights?: PoolWeights;
  readonly exists: number;
  readonly status: string;
  readonly reweight: number;
  readonly primary_affinity: number;
}

/** What `dumpOsdTree` answers. */
export interface OsdTreeDump {
  readonly nodes: readonly (TreeBucketDump | TreeOsdDump)[];
  readonly stray: readonly TreeOsdDump[];
}

/** What of the tree is shown: all of it unless said otherwise. */
export interface TreeView {
  /** Where to begin; all roots but those of device classes when missing. */
  readonly roots?: readonly number[];
  /** The OSDs to show; buckets without any of them are left out, and OSDs without a bucket too if `roots` is given. */
  readonly shows?: (osd: number) => boolean;
}

/** An item at its place in the tree. */
interface Place {
  readonly id: number;
  readonly depth: number;
  readonly parent: CrushBucket | undefined;
  /** Index in the parent. */
  readonly at: number;
}

/** Devices by class and number, buckets by name: text that sorts like upstream's. */
function sortKey({ crush }: OsdMap, id: number): string {
  if (id < 0) return `_${crush.itemNames.get(id) ?? ""}`;
  return `${classOf(crush, id) ?? ""}_osd.${String(id).padStart(8, "0")}`;
}

function classOf(crush: OsdMap["crush"], id: number): string | undefined {
  return crush.classNames.get(crush.itemClasses.get(id) ?? -1);
}

/** Whether the item or one below it is shown. Upstream: CrushTreeDumper::Dumper::should_dump */
function isShown(map: OsdMap, { shows }: TreeView, id: number): boolean {
  if (shows === undefined) return true;
  if (id >= 0) return shows(id);
  return bucketOf(map.crush, id)?.items.some((child) => isShown(map, { shows }, child)) ?? false;
}

/** Ascending; of two with one key the one that stands first in the bucket. */
function childrenOf(map: OsdMap, view: TreeView, bucket: CrushBucket, depth: number): Place[] {
  const byKey = new Map<string, Place>();
  for (let at = bucket.items.length - 1; at >= 0; at--) {
    const id = bucket.items[at]!;
    if (!isShown(map, view, id)) continue;
    byKey.set(sortKey(map, id), { id, depth, parent: bucket, at });
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

function poolWeights(map: OsdMap, { parent, at }: Place): { pool_weights?: PoolWeights } {
  if (parent === undefined) return {};
  const weights: Record<string, readonly number[]> = {};
  for (const [id, args] of map.crush.chooseArgs) {
    const sets = args.get(-1 - parent.id)?.weightSets ?? [];
    const name = id === DEFAULT_CHOOSE_ARGS ? "(compat)" : map.poolNames.get(id) ?? String(id);
    if (sets.length > 0) weights[name] = sets.map((set) => share(set[at] ?? 0));
  }
  return { pool_weights: weights };
}

function statusOf(map: OsdMap, osd: number): string {
  if (map.isUp(osd)) return "up";
  return (map.osdState[osd] ?? 0) & OsdState.destroyed ? "destroyed" : "down";
}

/** What of a row the map says besides its CRUSH map. */
function standingOf(map: OsdMap, id: number) {
  return {
    exists: map.exists(id) ? 1 : 0,
    status: statusOf(map, id),
    reweight: share(map.osdWeight[id] ?? 0),
    primary_affinity: share(map.affinityOf(id)),
  };
}

function dumpOsd(map: OsdMap, place: Place, order: DumpOrder): TreeOsdDump {
  const { id, depth, parent, at } = place;
  const deviceClass = classOf(map.crush, id);
  const value = {
    id,
    ...(deviceClass === undefined ? {} : { device_class: deviceClass }),
    name: `osd.${id}`,
    type: map.crush.typeNames.get(0) ?? "",
    type_id: 0,
    crush_weight: parent ? share(itemWeightOf(parent, at)) : 0,
    depth,
    ...poolWeights(map, place),
    ...standingOf(map, id),
  };
  return inOrder(order, value, ["name"]);
}

function dumpBucket(
  map: OsdMap,
  bucket: CrushBucket,
  place: Place,
  children: readonly Place[],
): TreeBucketDump {
  return {
    id: bucket.id,
    name: map.crush.itemNames.get(bucket.id) ?? "",
    type: map.crush.typeNames.get(bucket.type) ?? "",
    type_id: bucket.type,
    ...poolWeights(map, place),
    children: children.map(({ id }) => id).reverse(),
  };
}

/** Every root but those of device classes. */
function mainRoots({ crush }: OsdMap): number[] {
  return rootsOf(crush).filter((id) => !crush.itemNames.get(id)?.includes("~"));
}

function straysOf(map: OsdMap, view: TreeView, seen: ReadonlySet<number>): number[] {
  if (view.roots !== undefined) return [];
  const all = Array.from({ length: map.maxOsd }, (_, osd) => osd);
  return all.filter((osd) => map.exists(osd) && !seen.has(osd) && isShown(map, view, osd));
}

/** Trees of device classes are shown only where `view` begins with them. */
export function dumpOsdTree(map: OsdMap, order: DumpOrder, view: TreeView = {}): OsdTreeDump {
  const nodes: (TreeBucketDump | TreeOsdDump)[] = [];
  const seen = new Set<number>();
  const visit = (place: Place): void => {
    // An item that two buckets hold is shown at each place; a cycle is not followed.
    const bucket = bucketOf(map.crush, place.id);
    seen.add(place.id);
    if (place.id >= 0) return void nodes.push(dumpOsd(map, place, order));
    if (bucket === undefined || place.depth > map.crush.buckets.length) return;
    const children = childrenOf(map, view, bucket, place.depth + 1);
    nodes.push(dumpBucket(map, bucket, place, children));
    children.forEach(visit);
  };
  const top = (id: number): Place => ({ id, depth: 0, parent: undefined, at: 0 });
  (view.roots ?? mainRoots(map)).filter((id) => isShown(map, view, id)).map(top).forEach(visit);
  return { nodes, stray: straysOf(map, view, seen).map((osd) => dumpOsd(map, top(osd), order)) };
}

/**
 * The tree of `map`, made of that of an older map with the same CRUSH map, names of pools and OSDs that exist: rows of
 * OSDs that are as they were stay the same objects.
 */
export function renewOsdTree({ nodes, stray }: OsdTreeDump, older: OsdMap, map: OsdMap): OsdTreeDump {
  const isAsBefore = (id: number): boolean =>
    older.osdState[id] === map.osdState[id] && older.osdWeight[id] === map.osdWeight[id] &&
    older.affinityOf(id) === map.affinityOf(id);
  const renew = <T extends { readonly id: number }>(row: T): T =>
    row.id < 0 || isAsBefore(row.id) ? row : { ...row, ...standingOf(map, row.id) };
  return { nodes: nodes.map(renew), stray: stray.map(renew) };
}
