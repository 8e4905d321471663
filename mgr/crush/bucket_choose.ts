/** How a bucket chooses one of its items for an input: one function for each algorithm. Upstream: crush/mapper.c */

import {
  BucketAlg,
  type CrushBucket,
  type ListBucket,
  type Straw2Bucket,
  type StrawBucket,
  type TreeBucket,
} from "../types/crush_bucket.ts";
import type { ChooseArg } from "../types/crush_choose_args.ts";
import { hash2, hash3, hash4 } from "./hash.ts";
import { lnTable } from "./ln.ts";

/** The only hash that there is; with another one all inputs are the same. */
const RJENKINS1 = 0;

/** Made before the first straw is drawn, not by each draw. */
const LN = lnTable();

/**
 * The item that the bucket draws for input `x` in attempt `r`. The bucket is not empty. `arg` has other weights and ids
 * for straw2 buckets; `position` selects the weights. Upstream: crush_bucket_choose
 */
export function chooseItem(
  bucket: CrushBucket,
  x: number,
  r: number,
  arg: ChooseArg | undefined,
  position: number,
): number {
  switch (bucket.alg) {
    case BucketAlg.straw2:
      return chooseStraw2(bucket, x, r, arg, position);
    case BucketAlg.uniform:
      return choosePermuted(bucket, x, r);
    case BucketAlg.list:
      return chooseList(bucket, x, r);
    case BucketAlg.tree:
      return chooseTree(bucket, x, r);
    case BucketAlg.straw:
      return chooseStraw(bucket, x, r);
  }
}

/** Item `r` of a permutation that `x` selects. Upstream: bucket_perm_choose, whose cache this does without */
export function choosePermuted(bucket: CrushBucket, x: number, r: number): number {
  const { items, id, hash } = bucket;
  const n = items.length;
  const wanted = (r >>> 0) % n;
  const order = Int32Array.from(items);
  for (let p = 0; p <= wanted && p < n - 1; p++) {
    const other = p + (hash === RJENKINS1 ? hash3(x, id, p) % (n - p) : 0);
    const item = order[p]!;
    order[p] = order[other]!;
    order[other] = item;
  }
  return order[wanted]!;
}

/** From the last item to the first: each takes its share of what is before it. */
function chooseList(bucket: ListBucket, x: number, r: number): number {
  const { items, id, hash } = bucket;
  for (let i = items.length - 1; i >= 0; i--) {
    const draw = hash === RJENKINS1 ? hash4(x, items[i]!, r, id) & 0xffff : 0;
    if (Math.floor((draw * bucket.sumWeights[i]!) / 0x10000) < bucket.itemWeights[i]!) return items[i]!;
  }
  return items[0]!;
}

/** Down from the root: at node n, whose children are at half its height. With zero weights it can miss the items. */
function chooseTree(bucket: TreeBucket, x: number, r: number): number {
  const { items, nodeWeights, id, hash } = bucket;
  let n = nodeWeights.length >> 1;
  while (n > 0 && (n & 1) === 0) {
    const draw = hash === RJENKINS1 ? hash4(x, n, r, id) : 0;
    const half = (n & -n) >> 1;
    n = highWord(draw, nodeWeights[n]!) < nodeWeights[n - half]! ? n - half : n + half;
  }
  return items[n >> 1] ?? items[0]!;
}

/** Upper 32 bits of the product of two words. */
function highWord(a: number, b: number): number {
  const low = a * (b & 0xffff);
  const high = a * (b >>> 16);
  return Math.floor((high + Math.floor(low / 0x10000)) / 0x10000);
}

function chooseStraw(bucket: StrawBucket, x: number, r: number): number {
  const { items, straws, hash } = bucket;
  let best = 0;
  let longest = -1;
  for (let i = 0; i < items.length; i++) {
    const draw = (hash === RJENKINS1 ? hash3(x, items[i]!, r) & 0xffff : 0) * straws[i]!;
    if (draw > longest) {
      longest = draw;
      best = i;
    }
  }
  return items[best]!;
}

/** Exponential draws scaled by the weights; the first of the greatest wins. */
function chooseStraw2(
  bucket: Straw2Bucket,
  x: number,
  r: number,
  arg: ChooseArg | undefined,
  position: number,
): number {
  const { items, hash } = bucket;
  const sets = arg?.weightSets;
  const weights = sets !== undefined && sets.length > 0
    ? sets[Math.min(position, sets.length - 1)]!
    : bucket.itemWeights;
  const ids = arg !== undefined && arg.ids.length > 0 ? arg.ids : items;
  let best = 0;
  let greatest = -Infinity;
  for (let i = 0; i < items.length; i++) {
    const weight = weights[i]!;
    if (weight === 0) continue;
    const u = hash === RJENKINS1 ? hash3(x, ids[i]!, r) & 0xffff : 0;
    // Exact: the dividend has 48 bits, so the rounded quotient has the same integer part.
    const draw = Math.trunc(LN[u]! / weight);
    if (draw > greatest) {
      greatest = draw;
      best = i;
    }
  }
  return items[best]!;
}

/** Whether an OSD is passed over for its "reweight" in 1/65536. Upstream: is_out */
export function isOut(weights: Uint32Array, osd: number, x: number): boolean {
  const weight = weights[osd];
  if (weight === undefined || weight === 0) return true;
  return weight < 0x10000 && (hash2(x, osd) & 0xffff) >= weight;
}
