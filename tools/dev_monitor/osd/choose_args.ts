/** Weight sets of the CRUSH map: made, changed, and kept in step with the buckets. Upstream: CrushWrapper::choose_args_* */

import { BucketAlg, type CrushBucket, itemWeightOf } from "../../../mgr/types/crush_bucket.ts";
import type { ChooseArg, ChooseArgMap } from "../../../mgr/types/crush_choose_args.ts";
import type { CrushMap } from "../../../mgr/types/crush_map.ts";

const NO_IDS = new Int32Array();

const weightsOf = (bucket: CrushBucket): Uint32Array =>
  Uint32Array.from(bucket.items, (_, i) => itemWeightOf(bucket, i));

/** The set of a pool (or of all, DEFAULT_CHOOSE_ARGS) with the buckets' own weights at each position. */
export function withWeightSet(crush: CrushMap, id: number, positions: number): CrushMap {
  const args = crush.buckets.flatMap((bucket, slot): [number, ChooseArg][] => {
    if (bucket?.alg !== BucketAlg.straw2) return [];
    return [[slot, { weightSets: Array.from({ length: positions }, () => weightsOf(bucket)), ids: NO_IDS }]];
  });
  return withArgs(crush, id, new Map(args));
}

/** The map without the set. */
export function withoutWeightSet(crush: CrushMap, id: number): CrushMap {
  return withArgs(crush, id, undefined);
}

/** One item with other weights, one for each position, and the sums of the buckets above it. */
export function withItemWeights(
  crush: CrushMap,
  id: number,
  item: number,
  weights: readonly number[],
): CrushMap {
  const args = new Map(crush.chooseArgs.get(id));
  setWeights(crush, args, item, weights);
  return withArgs(crush, id, args);
}

function setWeights(
  crush: CrushMap,
  args: Map<number, ChooseArg>,
  item: number,
  weights: readonly number[],
): void {
  for (const [slot, bucket] of crush.buckets.entries()) {
    const arg = args.get(slot);
    if (bucket === undefined || arg === undefined || !bucket.items.includes(item)) continue;
    const weightSets = arg.weightSets.map((set, position) =>
      set.map((old, i) => bucket.items[i] === item ? weights[position] ?? old : old)
    );
    args.set(slot, { ...arg, weightSets });
    setWeights(crush, args, bucket.id, weightSets.map((set) => set.reduce((a, b) => a + b, 0)));
  }
}

function withArgs(crush: CrushMap, id: number, args: ChooseArgMap | undefined): CrushMap {
  const all = new Map(crush.chooseArgs);
  if (args === undefined) all.delete(id);
  else all.set(id, args);
  return { ...crush, chooseArgs: new Map([...all].sort(([a], [b]) => a - b)) };
}

/** The weight sets of a map whose buckets have other items now: items keep their weights, new ones have those of their bucket. */
export function alignWeightSets(before: CrushMap, after: CrushMap): CrushMap {
  if (after.chooseArgs.size === 0 || before.buckets === after.buckets) return after;
  const all = [...after.chooseArgs].map(([id, args]): [number, ChooseArgMap] => {
    const positions = Math.max(1, ...[...args.values()].map(({ weightSets }) => weightSets.length));
    const aligned = after.buckets.flatMap((bucket, slot): [number, ChooseArg][] => {
      if (bucket === undefined) return [];
      return [[slot, alignArg(args.get(slot), before.buckets[slot], bucket, positions)]];
    });
    return [id, new Map(aligned)];
  });
  return { ...after, chooseArgs: new Map(all) };
}

function alignArg(
  arg: ChooseArg | undefined,
  before: CrushBucket | undefined,
  bucket: CrushBucket,
  positions: number,
): ChooseArg {
  const own = weightsOf(bucket);
  if (arg === undefined || before === undefined) {
    return { weightSets: Array.from({ length: positions }, () => own), ids: NO_IDS };
  }
  if (String(before.items) === String(bucket.items)) return arg;
  const weightSets = arg.weightSets.map((set) =>
    Uint32Array.from(bucket.items, (item, i) => {
      const at = before.items.indexOf(item);
      return at < 0 ? own[i]! : set[at]!;
    })
  );
  return { weightSets, ids: NO_IDS };
}
