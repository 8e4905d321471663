/** A bucket of the CRUSH map: a host, a rack, or a shadow of one that holds a single device class. */

import type { Codec, Decoder, Encoder } from "../encoding/mod.ts";

/** How a bucket chooses among its items. Upstream: crush_algorithm in crush/crush.h */
export const BucketAlg = { uniform: 1, list: 2, tree: 3, straw: 4, straw2: 5 } as const;

/** What all buckets have. Weights are 16.16 fixed point: 0x10000 stands for 1. */
export interface BucketBase {
  /** Below 0; the bucket stands in slot -1-id. */
  readonly id: number;
  /** Type number: 0 is a device, buckets are above. */
  readonly type: number;
  /** 0 = rjenkins1. */
  readonly hash: number;
  readonly weight: number;
  /** Ids of devices (>= 0) and of buckets (< 0). */
  readonly items: Int32Array;
}

/** All items weigh the same. */
export interface UniformBucket extends BucketBase {
  readonly alg: typeof BucketAlg.uniform;
  readonly itemWeight: number;
}

/** `sumWeights[i]` is the weight of the items 0..i. */
export interface ListBucket extends BucketBase {
  readonly alg: typeof BucketAlg.list;
  readonly itemWeights: Uint32Array;
  readonly sumWeights: Uint32Array;
}

/** A binary tree: item i weighs `nodeWeights[2 * i + 1]`. */
export interface TreeBucket extends BucketBase {
  readonly alg: typeof BucketAlg.tree;
  readonly nodeWeights: Uint32Array;
}

/** The old way of drawing straws: their lengths are stored. */
export interface StrawBucket extends BucketBase {
  readonly alg: typeof BucketAlg.straw;
  readonly itemWeights: Uint32Array;
  readonly straws: Uint32Array;
}

/** The usual one. */
export interface Straw2Bucket extends BucketBase {
  readonly alg: typeof BucketAlg.straw2;
  readonly itemWeights: Uint32Array;
}

/** Upstream: crush_bucket and its variants in crush/crush.h */
export type CrushBucket = UniformBucket | ListBucket | TreeBucket | StrawBucket | Straw2Bucket;

/** The slot of an empty id. */
const NO_BUCKET = 0;

/** u32 alg (0: an empty slot, nothing follows), the base, and what the alg needs. */
export const CrushBucket: Codec<CrushBucket | undefined> = {
  decode: (d) => d.struct("crush_bucket", (d) => d.u32() === NO_BUCKET ? undefined : decodeBucket(d)),
  encode(e, bucket) {
    e.u32(bucket?.alg ?? NO_BUCKET);
    if (bucket) encodeBucket(e, bucket);
  },
};

function words(d: Decoder, n: number): Uint32Array {
  const out = new Uint32Array(n);
  for (let i = 0; i < n; i++) out[i] = d.u32();
  return out;
}

function itemsOf(d: Decoder): Int32Array {
  const out = new Int32Array(d.count(4));
  for (let i = 0; i < out.length; i++) out[i] = d.i32();
  return out;
}

/** Pairs of words as two arrays. */
function wordPairs(d: Decoder, n: number): [Uint32Array, Uint32Array] {
  const pairs: [Uint32Array, Uint32Array] = [new Uint32Array(n), new Uint32Array(n)];
  for (let i = 0; i < n; i++) {
    pairs[0][i] = d.u32();
    pairs[1][i] = d.u32();
  }
  return pairs;
}

function decodeBucket(d: Decoder): CrushBucket {
  const id = d.i32();
  const type = d.u16();
  const alg = d.u8();
  const hash = d.u8();
  const weight = d.u32();
  const base: BucketBase = { id, type, hash, weight, items: itemsOf(d) };
  return decodeAlg(d, alg, base);
}

function decodeAlg(d: Decoder, alg: number, base: BucketBase): CrushBucket {
  const n = base.items.length;
  switch (alg) {
    case BucketAlg.uniform:
      return { alg, ...base, itemWeight: d.u32() };
    case BucketAlg.list: {
      const [itemWeights, sumWeights] = wordPairs(d, n);
      return { alg, ...base, itemWeights, sumWeights };
    }
    case BucketAlg.tree:
      return { alg, ...base, nodeWeights: words(d, d.u8()) };
    case BucketAlg.straw: {
      const [itemWeights, straws] = wordPairs(d, n);
      return { alg, ...base, itemWeights, straws };
    }
    case BucketAlg.straw2:
      return { alg, ...base, itemWeights: words(d, n) };
    default:
      return d.fail(`bucket ${base.id} has the unknown algorithm ${alg}`);
  }
}

function encodeWords(e: Encoder, a: Uint32Array, b?: Uint32Array): void {
  for (let i = 0; i < a.length; i++) {
    e.u32(a[i]!);
    if (b) e.u32(b[i]!);
  }
}

function encodeBucket(e: Encoder, b: CrushBucket): void {
  e.i32(b.id).u16(b.type).u8(b.alg).u8(b.hash).u32(b.weight).u32(b.items.length);
  for (const item of b.items) e.i32(item);
  if (b.alg === BucketAlg.uniform) e.u32(b.itemWeight);
  else if (b.alg === BucketAlg.list) encodeWords(e, b.itemWeights, b.sumWeights);
  else if (b.alg === BucketAlg.tree) encodeWords(e.u8(b.nodeWeights.length), b.nodeWeights);
  else if (b.alg === BucketAlg.straw) encodeWords(e, b.itemWeights, b.straws);
  else encodeWords(e, b.itemWeights);
}

/** Weight of the item at `index`. */
export function itemWeightOf(b: CrushBucket, index: number): number {
  if (b.alg === BucketAlg.uniform) return b.itemWeight;
  if (b.alg === BucketAlg.tree) return b.nodeWeights[2 * index + 1] ?? 0;
  return b.itemWeights[index] ?? 0;
}
