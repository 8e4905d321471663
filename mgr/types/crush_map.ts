/** The CRUSH map: the tree of devices and the rules that choose among them. Without a version: its end tells its age. */

import { type Codec, type Decoder, type Encoder, I32, mapOf } from "../encoding/mod.ts";
import { CrushBucket } from "./crush_bucket.ts";
import { ChooseArgs, fitChooseArgs } from "./crush_choose_args.ts";
import { CrushRule } from "./crush_rule.ts";

/** Upstream: the tunables of crush_map in crush/crush.h */
export interface CrushTunables {
  readonly chooseLocalTries: number;
  readonly chooseLocalFallbackTries: number;
  readonly chooseTotalTries: number;
  readonly chooseleafDescendOnce: number;
  readonly chooseleafVaryR: number;
  readonly chooseleafStable: number;
  readonly strawCalcVersion: number;
  /** Bit n: buckets of algorithm n may be made. */
  readonly allowedBucketAlgs: number;
}

/** What maps without them mean: profile "argonaut". */
export const LEGACY_TUNABLES: CrushTunables = {
  chooseLocalTries: 2,
  chooseLocalFallbackTries: 5,
  chooseTotalTries: 19,
  chooseleafDescendOnce: 0,
  chooseleafVaryR: 0,
  chooseleafStable: 0,
  strawCalcVersion: 0,
  allowedBucketAlgs: 22,
};

/** What new clusters have: profile "jewel". */
export const OPTIMAL_TUNABLES: CrushTunables = {
  chooseLocalTries: 0,
  chooseLocalFallbackTries: 0,
  chooseTotalTries: 50,
  chooseleafDescendOnce: 1,
  chooseleafVaryR: 1,
  chooseleafStable: 1,
  strawCalcVersion: 1,
  allowedBucketAlgs: 54,
};

/** Tunables of the rules of 19.x that choose several devices of one bucket. */
export interface MsrTunables {
  readonly descents: number;
  readonly collisionTries: number;
}

/** Upstream: CrushWrapper in crush/CrushWrapper.h */
export interface CrushMap {
  /** The bucket with id -1-i in slot i. */
  readonly buckets: readonly (CrushBucket | undefined)[];
  /** By id. */
  readonly rules: readonly (CrushRule | undefined)[];
  /** Highest device id + 1. */
  readonly maxDevices: number;
  readonly typeNames: ReadonlyMap<number, string>;
  /** Names of devices and buckets. */
  readonly itemNames: ReadonlyMap<number, string>;
  readonly ruleNames: ReadonlyMap<number, string>;
  readonly tunables: CrushTunables;
  /** Class id of devices, and of shadow buckets. */
  readonly itemClasses: ReadonlyMap<number, number>;
  readonly classNames: ReadonlyMap<number, string>;
  /** Bucket -> class -> its shadow bucket. */
  readonly classBuckets: ReadonlyMap<number, ReadonlyMap<number, number>>;
  readonly chooseArgs: ChooseArgs;
  /** Undefined in maps of releases before 19. */
  readonly msr: MsrTunables | undefined;
}

const MAGIC = 0x00010000;

/** More slots than that are refused before memory is taken: empty slots have 4 bytes each anyway. */
const SLOT_SIZE = 4;

/** A hundred times what the monitors allow by default (mon_max_osd): dumps list all numbers up to the highest. */
const MAX_DEVICES = 1_000_000;

const IntMap = mapOf(I32, I32);
const ClassBuckets = mapOf<number, ReadonlyMap<number, number>>(I32, IntMap);

/** Very old maps had keys of 64 bits, whose upper half reads as a string of length 0. */
const Names: Codec<ReadonlyMap<number, string>> = {
  decode: (d) => d.map((d) => d.i32(), (d) => d.string() || d.string()),
  encode: (e, v) => void e.map(v, (e, id) => e.i32(id), (e, name) => e.string(name)),
};

/** As 16.2.15 writes it, and the two words of 19.x when they are there. */
export const CrushMap: Codec<CrushMap> = {
  decode: (d) => d.struct("CrushWrapper", decodeMap),
  encode(e, m) {
    encodeTree(e, m);
    encodeTunables(e, m.tunables);
    IntMap.encode(e, m.itemClasses);
    Names.encode(e, m.classNames);
    ClassBuckets.encode(e, m.classBuckets);
    ChooseArgs.encode(e, m.chooseArgs);
    if (m.msr) e.u32(m.msr.descents).u32(m.msr.collisionTries);
  },
};

function decodeMap(d: Decoder): CrushMap {
  const tree = decodeTree(d);
  const tunables = decodeTunables(d);
  const classes = decodeClasses(d);
  const chooseArgs = d.remaining > 0 ? fitChooseArgs(ChooseArgs.decode(d), tree.buckets) : new Map();
  const msr = d.remaining > 0 ? { descents: d.u32(), collisionTries: d.u32() } : undefined;
  return { ...tree, tunables, ...classes, chooseArgs, msr };
}

function decodeTree(d: Decoder) {
  const magic = d.u32();
  if (magic !== MAGIC) d.fail(`magic ${magic.toString(16)}`);
  const maxBuckets = d.count(SLOT_SIZE);
  const maxRules = d.count(SLOT_SIZE);
  // The number of devices that is written is ignored, as upstream does.
  d.skip(4);
  const buckets = Array.from({ length: maxBuckets }, () => CrushBucket.decode(d));
  const rules = Array.from({ length: maxRules }, () => CrushRule.decode(d));
  if (hasCycle(buckets)) d.fail("a bucket is inside of itself");
  const typeNames = Names.decode(d);
  const itemNames = Names.decode(d);
  const maxDevices = highestDevice(buckets, itemNames) + 1;
  if (maxDevices > MAX_DEVICES) d.fail(`device ${maxDevices - 1}: numbers are below ${MAX_DEVICES}`);
  return {
    buckets,
    rules,
    maxDevices,
    typeNames,
    itemNames,
    ruleNames: Names.decode(d),
  };
}

/** A descent into such a map would not end. Monitors do not make one. */
function hasCycle(buckets: readonly (CrushBucket | undefined)[]): boolean {
  const done = new Set<number>();
  const above = new Set<number>();
  const leadsBack = (slot: number): boolean => {
    if (above.has(slot)) return true;
    if (done.has(slot)) return false;
    above.add(slot);
    const found = buckets[slot]?.items.some((item) => item < 0 && leadsBack(-1 - item)) ?? false;
    above.delete(slot);
    done.add(slot);
    return found;
  };
  return buckets.some((_, slot) => leadsBack(slot));
}

function highestDevice(
  buckets: readonly (CrushBucket | undefined)[],
  names: ReadonlyMap<number, string>,
): number {
  let highest = -1;
  for (const bucket of buckets) {
    for (const item of bucket?.items ?? []) highest = Math.max(highest, item);
  }
  for (const id of names.keys()) highest = Math.max(highest, id);
  return highest;
}

/** Groups were appended release by release: what is not there is as it was before. */
function decodeTunables(d: Decoder): CrushTunables {
  const more = (): boolean => d.remaining > 0;
  const old = LEGACY_TUNABLES;
  if (!more()) return old;
  const chooseLocalTries = d.u32();
  const chooseLocalFallbackTries = d.u32();
  const chooseTotalTries = d.u32();
  const chooseleafDescendOnce = more() ? d.u32() : old.chooseleafDescendOnce;
  const chooseleafVaryR = more() ? d.u8() : old.chooseleafVaryR;
  const strawCalcVersion = more() ? d.u8() : old.strawCalcVersion;
  const allowedBucketAlgs = more() ? d.u32() : old.allowedBucketAlgs;
  const chooseleafStable = more() ? d.u8() : old.chooseleafStable;
  return {
    chooseLocalTries,
    chooseLocalFallbackTries,
    chooseTotalTries,
    chooseleafDescendOnce,
    chooseleafVaryR,
    chooseleafStable,
    strawCalcVersion,
    allowedBucketAlgs,
  };
}

function decodeClasses(d: Decoder) {
  if (d.remaining === 0) return { itemClasses: new Map(), classNames: new Map(), classBuckets: new Map() };
  return {
    itemClasses: IntMap.decode(d),
    classNames: Names.decode(d),
    classBuckets: ClassBuckets.decode(d),
  };
}

function encodeTree(e: Encoder, m: CrushMap): void {
  e.u32(MAGIC).u32(m.buckets.length).u32(m.rules.length).u32(m.maxDevices);
  for (const bucket of m.buckets) CrushBucket.encode(e, bucket);
  for (const rule of m.rules) CrushRule.encode(e, rule);
  Names.encode(e, m.typeNames);
  Names.encode(e, m.itemNames);
  Names.encode(e, m.ruleNames);
}

function encodeTunables(e: Encoder, t: CrushTunables): void {
  e.u32(t.chooseLocalTries).u32(t.chooseLocalFallbackTries).u32(t.chooseTotalTries);
  e.u32(t.chooseleafDescendOnce).u8(t.chooseleafVaryR).u8(t.strawCalcVersion);
  e.u32(t.allowedBucketAlgs).u8(t.chooseleafStable);
}
