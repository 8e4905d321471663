/** Questions about the tree of a CRUSH map: roots, weights, what is below what. */

import { type CrushBucket, itemWeightOf } from "../types/crush_bucket.ts";
import type { CrushMap } from "../types/crush_map.ts";
import { RuleOp } from "../types/crush_rule.ts";

/** 1.0 in fixed point. */
const ONE = 0x10000;

/** What upstream answers for the weight of an item that has a name and no place. */
const NOT_FOUND = -2;

const ascending = (ids: Iterable<number>): number[] => [...new Set(ids)].sort((a, b) => a - b);

function bucketsOf(crush: CrushMap): CrushBucket[] {
  return crush.buckets.filter((bucket) => bucket !== undefined);
}

/** The bucket with that id. */
export function bucketOf(crush: CrushMap, id: number): CrushBucket | undefined {
  return id < 0 ? crush.buckets[-1 - id] : undefined;
}

/** Buckets that are in no bucket, those of device classes included; ascending. Upstream: CrushWrapper::find_roots */
export function rootsOf(crush: CrushMap): number[] {
  const children = new Set(bucketsOf(crush).flatMap(({ items }) => [...items]));
  return ascending(bucketsOf(crush).map(({ id }) => id).filter((id) => !children.has(id)));
}

/** Where rules begin; ascending. Upstream: CrushWrapper::find_takes */
export function takesOf(crush: CrushMap): number[] {
  return ascending(crush.rules.flatMap((_, rule) => takesOfRule(crush, rule)));
}

/** Where one rule begins, in the order of its steps. */
export function takesOfRule(crush: CrushMap, rule: number): number[] {
  const steps = crush.rules[rule]?.steps ?? [];
  return steps.filter(({ op }) => op === RuleOp.take).map(({ arg1 }) => arg1);
}

/**
 * Weight of an item: a bucket's own, a device's in the first bucket that holds it. Undefined when it has no name.
 * Upstream: CrushWrapper::get_item_weightf
 */
export function itemWeight(crush: CrushMap, id: number): number | undefined {
  if (!crush.itemNames.has(id)) return undefined;
  for (const bucket of bucketsOf(crush)) {
    if (bucket.id === id) return Math.fround(bucket.weight / ONE);
    const at = bucket.items.indexOf(id);
    if (at >= 0) return Math.fround(itemWeightOf(bucket, at) / ONE);
  }
  return Math.fround(NOT_FOUND / ONE);
}

/**
 * The share of each device below a root; they sum up to 1. A root without weight gives NaN, as upstream does. Throws when
 * there is no such bucket. Upstream: CrushWrapper::get_take_weight_osd_map
 */
export function takeWeights(crush: CrushMap, root: number): Map<number, number> {
  const { sum, weights } = rawWeights(crush, root);
  return new Map([...weights].sort(([a], [b]) => a - b).map(([osd, w]) => [osd, Math.fround(w / sum)]));
}

/** Breadth first; single precision at each step, so that the shares come out as upstream's. */
function rawWeights(crush: CrushMap, root: number): { sum: number; weights: Map<number, number> } {
  const weights = new Map<number, number>();
  const queue = [root];
  let sum = 0;
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const bucket = bucketOf(crush, id);
    if (bucket === undefined) throw new Error(`Cannot weigh what is below ${root}: there is no bucket ${id}`);
    for (const [i, item] of bucket.items.entries()) {
      if (item < 0) queue.push(item);
      else {
        const weight = Math.fround(itemWeightOf(bucket, i));
        weights.set(item, weight);
        sum = Math.fround(sum + weight);
      }
    }
  }
  return { sum, weights };
}

/**
 * The share of each device that a rule may choose: 1 for each of its "take" steps. Empty when there is no such rule.
 * Upstream: CrushWrapper::get_rule_weight_osd_map
 */
export function ruleWeights(crush: CrushMap, rule: number): Map<number, number> {
  const shares = new Map<number, number>();
  for (const take of takesOfRule(crush, rule)) {
    const below = take >= 0 ? new Map([[take, 1]]) : takeWeights(crush, take);
    for (const [osd, share] of below) shares.set(osd, Math.fround((shares.get(osd) ?? 0) + share));
  }
  return new Map([...shares].sort(([a], [b]) => a - b));
}

/** For each device below a root the buckets on the way, from the root on. */
export function pathsBelow(crush: CrushMap, root: number): Map<number, readonly CrushBucket[]> {
  const paths = new Map<number, readonly CrushBucket[]>();
  const visit = (id: number, path: readonly CrushBucket[]): void => {
    const bucket = bucketOf(crush, id);
    // A bucket that is on the way already is a cycle, which upstream's tools refuse to make.
    if (bucket === undefined || path.includes(bucket)) return;
    for (const item of bucket.items) {
      if (item >= 0) paths.set(item, [...path, bucket]);
      else visit(item, [...path, bucket]);
    }
  };
  if (root >= 0) paths.set(root, []);
  else visit(root, []);
  return paths;
}
