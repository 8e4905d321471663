/** CRUSH maps of all shapes: every algorithm, tunables, device classes, choose_args. */

import { BucketAlg, type BucketBase, type CrushBucket } from "../../mgr/types/crush_bucket.ts";
import { type ChooseArg, type ChooseArgs, DEFAULT_CHOOSE_ARGS } from "../../mgr/types/crush_choose_args.ts";
import {
  type CrushMap,
  type CrushTunables,
  LEGACY_TUNABLES,
  OPTIMAL_TUNABLES,
} from "../../mgr/types/crush_map.ts";
import { type CrushRule, RuleOp as Op, type RuleStep, RuleType } from "../../mgr/types/crush_rule.ts";
import type { Random } from "./random.ts";

/** Type numbers. */
const OSD = 0;
const HOST = 1;
const RACK = 2;
const ROOT = 10;

/** What a map looks like. */
export interface CrushShape {
  /** Undefined = another one for each bucket. */
  readonly alg?: number;
  readonly tunables: CrushTunables;
  readonly racks: number;
  readonly hostsPerRack: number;
  readonly osdsPerHost: number;
  /** Whether there are shadow trees of two device classes. */
  readonly classes?: boolean;
  /** Pools that have choose_args of their own; -1 = all others. */
  readonly chooseArgs?: readonly number[];
}

/** Tunables of all profiles, and some that nobody has. */
export const TUNABLES: readonly CrushTunables[] = [
  LEGACY_TUNABLES,
  { ...OPTIMAL_TUNABLES, chooseleafVaryR: 0, chooseleafStable: 0 },
  { ...OPTIMAL_TUNABLES, chooseleafStable: 0 },
  OPTIMAL_TUNABLES,
  {
    ...OPTIMAL_TUNABLES,
    chooseLocalTries: 3,
    chooseLocalFallbackTries: 2,
    chooseTotalTries: 7,
    chooseleafVaryR: 3,
  },
  { ...LEGACY_TUNABLES, chooseLocalFallbackTries: 0, chooseleafDescendOnce: 1, chooseleafStable: 1 },
];

type Weighted = readonly [item: number, weight: number];

/** Grows a map from its leaves. */
class Builder {
  readonly buckets: CrushBucket[] = [];
  readonly names = new Map<number, string>();
  readonly #random: Random;
  readonly #alg: number | undefined;

  constructor(random: Random, alg: number | undefined) {
    this.#random = random;
    this.#alg = alg;
  }

  /** A bucket and its weight. */
  add(name: string, type: number, children: readonly Weighted[]): Weighted {
    const id = -1 - this.buckets.length;
    const alg = this.#alg ?? this.#random.pick(Object.values(BucketAlg));
    const weights = Uint32Array.from(children, ([, weight]) => weight);
    const base = {
      id,
      type,
      hash: 0,
      weight: weights.reduce((a, b) => a + b, 0),
      items: Int32Array.from(children, ([item]) => item),
    };
    this.buckets.push(bucketOf(alg, base, weights, this.#random));
    this.names.set(id, name);
    return [id, base.weight];
  }
}

function bucketOf(alg: number, base: BucketBase, itemWeights: Uint32Array, random: Random): CrushBucket {
  switch (alg) {
    case BucketAlg.uniform:
      return { ...base, alg, itemWeight: itemWeights[0] ?? 0 };
    case BucketAlg.list:
      return { ...base, alg, itemWeights, sumWeights: sumsOf(itemWeights) };
    case BucketAlg.tree:
      return { ...base, alg, nodeWeights: nodesOf(itemWeights) };
    case BucketAlg.straw:
      return {
        ...base,
        alg,
        itemWeights,
        straws: itemWeights.map((w) => (w === 0 ? 0 : 0x8000 + random.below(0x20000))),
      };
    default:
      return { ...base, alg: BucketAlg.straw2, itemWeights };
  }
}

function sumsOf(weights: Uint32Array): Uint32Array {
  let sum = 0;
  return weights.map((weight) => (sum += weight));
}

/** Leaves at the odd nodes; the root is in the middle. */
function nodesOf(weights: Uint32Array): Uint32Array {
  let size = 2;
  while (size < 2 * weights.length) size *= 2;
  const nodes = new Uint32Array(size);
  for (const [i, weight] of weights.entries()) {
    for (let node = 2 * i + 1, half = 1; node < size; half *= 2) {
      nodes[node] = nodes[node]! + weight;
      if (node === size / 2) break;
      node = (node & (2 * half)) !== 0 ? node - half : node + half;
    }
  }
  return nodes;
}

const step = (op: number, arg1 = 0, arg2 = 0): RuleStep => ({ op, arg1, arg2 });

function rulesOf(root: number, shadow: number): CrushRule[] {
  const take = step(Op.take, root);
  const emit = step(Op.emit);
  const tries = [step(Op.setChooseleafTries, 5), step(Op.setChooseTries, 100)];
  const odd = [
    step(Op.setChooseleafVaryR, 2),
    step(Op.setChooseleafStable, 0),
    step(Op.setChooseLocalTries, 3),
    step(Op.setChooseLocalFallbackTries, 4),
  ];
  const replicated: RuleStep[][] = [
    [take, step(Op.chooseleafFirstn, 0, HOST), emit],
    [take, step(Op.chooseleafFirstn, 0, RACK), emit],
    [take, step(Op.chooseFirstn, 0, OSD), emit],
    [take, step(Op.chooseFirstn, 2, RACK), step(Op.chooseleafFirstn, 2, HOST), emit],
    [take, step(Op.chooseleafFirstn, 1, HOST), emit, take, step(Op.chooseleafFirstn, -1, RACK), emit],
    [...odd, take, step(Op.chooseleafFirstn, 0, HOST), emit],
    [step(Op.take, shadow), step(Op.chooseleafFirstn, 0, HOST), emit],
  ];
  const erasure: RuleStep[][] = [
    [...tries, take, step(Op.chooseleafIndep, 0, HOST), emit],
    [take, step(Op.chooseIndep, 0, OSD), emit],
    [take, step(Op.chooseIndep, 2, RACK), step(Op.chooseleafIndep, 2, HOST), emit],
    [...tries, step(Op.take, shadow), step(Op.chooseleafIndep, 0, HOST), emit],
  ];
  const make = (type: number) => (steps: RuleStep[]) => ({ type, steps, minSize: 1, maxSize: 10 });
  return [...replicated.map(make(RuleType.replicated)), ...erasure.map(make(RuleType.erasure))]
    .map((rule, ruleset) => ({ ruleset, ...rule }));
}

function randomArg(random: Random, bucket: CrushBucket, positions: number): ChooseArg {
  const n = bucket.items.length;
  const weights = () => Uint32Array.from({ length: n }, () => random.below(0x30000));
  const ids = random.chance(0.3) ? bucket.items.map((id) => (id < 0 ? id - 1000 : id)) : new Int32Array();
  return { weightSets: Array.from({ length: positions }, weights), ids };
}

function randomArgs(random: Random, buckets: readonly CrushBucket[], pools: readonly number[]): ChooseArgs {
  return new Map(pools.map((pool) => {
    const positions = pool === DEFAULT_CHOOSE_ARGS ? 1 : 1 + random.below(3);
    const slots = buckets.entries().filter(([, { alg }]) => alg === BucketAlg.straw2 && random.chance(0.8));
    return [pool, new Map([...slots].map(([slot, bucket]) => [slot, randomArg(random, bucket, positions)]))];
  }));
}

/** One tree; `weightOf` answers 0 or undefined for devices without weight or not in the tree. */
function grow(
  b: Builder,
  shape: CrushShape,
  suffix: string,
  weightOf: (osd: number) => number | undefined,
): number {
  const { racks, hostsPerRack, osdsPerHost } = shape;
  const rackItems: Weighted[] = [];
  for (let rack = 0; rack < racks; rack++) {
    const hosts: Weighted[] = [];
    for (let host = rack * hostsPerRack; host < (rack + 1) * hostsPerRack; host++) {
      const osds = Array.from({ length: osdsPerHost }, (_, i) => host * osdsPerHost + i);
      const items = osds.flatMap((osd): Weighted[] => {
        const weight = weightOf(osd);
        return weight === undefined ? [] : [[osd, weight]];
      });
      hosts.push(b.add(`host${host}${suffix}`, HOST, items));
    }
    rackItems.push(b.add(`rack${rack}${suffix}`, RACK, hosts));
  }
  return b.add(`default${suffix}`, ROOT, rackItems)[0];
}

const CLASSES = ["hdd", "ssd"] as const;

/** A map of that shape. Rules: see `rulesOf`. */
export function randomCrush(random: Random, shape: CrushShape): CrushMap {
  const count = shape.racks * shape.hostsPerRack * shape.osdsPerHost;
  const flat = shape.alg === BucketAlg.uniform;
  const weights = Array.from(
    { length: count },
    () => (flat ? 0x10000 : random.chance(0.05) ? 0 : 0x4000 + random.below(0x28000)),
  );
  const classOf = weights.map(() => random.below(CLASSES.length));
  const b = new Builder(random, shape.alg);
  const root = grow(b, shape, "", (osd) => weights[osd]);
  const originals = b.buckets.length;
  const shadows = (shape.classes ? CLASSES : []).map((name, id) =>
    grow(b, shape, `~${name}`, (osd) => (classOf[osd] === id ? weights[osd] : undefined))
  );
  for (let osd = 0; osd < count; osd++) b.names.set(osd, `osd.${osd}`);
  const rules = rulesOf(root, shadows[0] ?? root);
  const sorted = <V>(map: Iterable<readonly [number, V]>) => new Map([...map].sort(([x], [y]) => x - y));
  const shadowOf = (slot: number) =>
    CLASSES.map((_, id): [number, number] => [id, -1 - slot - (id + 1) * originals]);
  const shadowClass = b.buckets.slice(shape.classes ? originals : b.buckets.length)
    .map(({ id }, i): [number, number] => [id, Math.floor(i / originals)]);
  return {
    buckets: b.buckets,
    rules,
    maxDevices: count,
    typeNames: new Map([[OSD, "osd"], [HOST, "host"], [RACK, "rack"], [ROOT, "root"]]),
    itemNames: sorted(b.names),
    ruleNames: new Map(rules.map(({ ruleset }) => [ruleset, `rule${ruleset}`])),
    tunables: shape.tunables,
    itemClasses: shape.classes ? sorted([...classOf.entries(), ...shadowClass]) : new Map(),
    classNames: new Map(shape.classes ? CLASSES.entries() : []),
    classBuckets: shape.classes
      ? sorted(Array.from({ length: originals }, (_, slot) => [-1 - slot, new Map(shadowOf(slot))] as const))
      : new Map(),
    chooseArgs: randomArgs(random, b.buckets, shape.chooseArgs ?? []),
    msr: undefined,
  };
}

/** The shape of map number `n`: all algorithms and tunables come in turn. */
export function shapeOf(random: Random, n: number): CrushShape {
  const algs = [...Object.values(BucketAlg), undefined, BucketAlg.straw2];
  const alg = algs[n % algs.length];
  return {
    ...(alg === undefined ? {} : { alg }),
    tunables: TUNABLES[n % TUNABLES.length]!,
    racks: 1 + random.below(4),
    hostsPerRack: 1 + random.below(6),
    osdsPerHost: 1 + random.below(5),
    classes: n % 3 === 2,
  };
}
