/** The weight set that old clients see as the weights themselves. Upstream: CrushWrapper::choose_args_adjust_item_weight */

import { BucketAlg, type CrushBucket, itemWeightOf } from "../types/crush_bucket.ts";
import { type ChooseArg, DEFAULT_CHOOSE_ARGS } from "../types/crush_choose_args.ts";
import type { CrushMap } from "../types/crush_map.ts";

/** 1.0 in fixed point. */
const ONE = 0x10000;

/**
 * The map with these weights (1 = 1 TiB) of items in the weight set of all pools, and with the sums of their buckets above
 * them. The set is made, of the buckets' own weights, when there is none.
 */
export function withCompatWeights(crush: CrushMap, weights: ReadonlyMap<number, number>): CrushMap {
  const args = new Map(crush.chooseArgs.get(DEFAULT_CHOOSE_ARGS) ?? ownWeights(crush));
  for (const [item, weight] of weights) setWeight(crush, args, item, Math.trunc(weight * ONE));
  const all = [...crush.chooseArgs, [DEFAULT_CHOOSE_ARGS, args] as const];
  return { ...crush, chooseArgs: new Map([...new Map(all)].sort(([a], [b]) => a - b)) };
}

function ownWeights({ buckets }: CrushMap): [number, ChooseArg][] {
  return buckets.flatMap((bucket, slot): [number, ChooseArg][] => {
    if (bucket?.alg !== BucketAlg.straw2) return [];
    return [[slot, { weightSets: [bucket.itemWeights], ids: new Int32Array() }]];
  });
}

/** In each bucket that holds the item, and the bucket's sum in those that hold the bucket. */
function setWeight(crush: CrushMap, args: Map<number, ChooseArg>, item: number, weight: number): void {
  for (const [slot, bucket] of crush.buckets.entries()) {
    if (bucket === undefined || !bucket.items.includes(item)) continue;
    const { weightSets, ids } = args.get(slot) ?? { weightSets: [weightsOf(bucket)], ids: new Int32Array() };
    // A set with positions says more than one weight can.
    if (weightSets.length !== 1) continue;
    const set = weightSets[0]!.map((old, i) => (bucket.items[i] === item ? weight : old));
    args.set(slot, { weightSets: [set], ids });
    setWeight(crush, args, bucket.id, set.reduce((a, b) => a + b, 0));
  }
}

function weightsOf(bucket: CrushBucket): Uint32Array {
  return Uint32Array.from(bucket.items, (_, i) => itemWeightOf(bucket, i));
}
