/** Other weights and ids for the buckets of the CRUSH map, for all pools or for one: crush_choose_arg_map. */

import type { Codec, Decoder, Encoder } from "../encoding/mod.ts";
import { BucketAlg, type CrushBucket } from "./crush_bucket.ts";

/** What one bucket draws with instead of its own. Upstream: crush_choose_arg in crush/crush.h */
export interface ChooseArg {
  /** Weights of the items for each position; the last one serves the positions behind it. Empty = the bucket's own. */
  readonly weightSets: readonly Uint32Array[];
  /** Ids that feed the hash. Empty = the bucket's own. */
  readonly ids: Int32Array;
}

/** By slot of the bucket: -1-id. */
export type ChooseArgMap = ReadonlyMap<number, ChooseArg>;

/** By id of the pool; DEFAULT_CHOOSE_ARGS serves all others. */
export type ChooseArgs = ReadonlyMap<number, ChooseArgMap>;

/** The set of all pools that have none of their own. Upstream: CrushWrapper::DEFAULT_CHOOSE_ARGS */
export const DEFAULT_CHOOSE_ARGS = -1;

function decodeArg(d: Decoder): ChooseArg {
  return {
    weightSets: d.list((d) => Uint32Array.from(d.list((d) => d.u32(), 4)), 4),
    ids: Int32Array.from(d.list((d) => d.i32(), 4)),
  };
}

function encodeArg(e: Encoder, arg: ChooseArg): void {
  e.list(arg.weightSets, (e, weights) => {
    e.u32(weights.length);
    for (const weight of weights) e.u32(weight);
  });
  e.u32(arg.ids.length);
  for (const id of arg.ids) e.i32(id);
}

/** map<i64 id, map<u32 slot, { vector<vector<u32>>, vector<i32> }>>; entries without content are not written. */
export const ChooseArgs: Codec<ChooseArgs> = {
  decode: (d) => d.map((d) => d.i64n(), (d) => d.map((d) => d.u32(), decodeArg)),
  encode: (e, v) =>
    void e.map(v, (e, id) => e.i64n(id), (e, args) => e.map(args, (e, slot) => e.u32(slot), encodeArg)),
};

/**
 * Drops what serves no straw2 bucket, and gives weight sets the size of their bucket, as upstream does after
 * decoding. Upstream: CrushWrapper::update_choose_args
 */
export function fitChooseArgs(all: ChooseArgs, buckets: readonly (CrushBucket | undefined)[]): ChooseArgs {
  return new Map([...all].map(([id, args]) => [id, fitMap(args, buckets)]));
}

function fitMap(args: ChooseArgMap, buckets: readonly (CrushBucket | undefined)[]): ChooseArgMap {
  const positions = [...args.values()].find((arg) => arg.weightSets.length > 0)?.weightSets.length;
  const fitted = new Map<number, ChooseArg>();
  for (const [slot, arg] of args) {
    const bucket = buckets[slot];
    if (bucket?.alg !== BucketAlg.straw2 || (arg.weightSets.length === 0 && arg.ids.length === 0)) continue;
    const fits = arg.weightSets.length !== positions;
    fitted.set(
      slot,
      fits ? arg : { ...arg, weightSets: arg.weightSets.map((w) => sized(w, bucket.items.length)) },
    );
  }
  return fitted;
}

function sized(weights: Uint32Array, size: number): Uint32Array {
  if (weights.length === size) return weights;
  const copy = new Uint32Array(size);
  copy.set(weights.subarray(0, size));
  return copy;
}
