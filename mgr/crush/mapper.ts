/** Runs the rules of a CRUSH map: from an input to devices. Upstream: crush/mapper.c */

import type { CrushBucket } from "../types/crush_bucket.ts";
import { type ChooseArg, type ChooseArgMap, DEFAULT_CHOOSE_ARGS } from "../types/crush_choose_args.ts";
import type { CrushMap } from "../types/crush_map.ts";
import { type CrushRule, RuleOp, type RuleStep, RuleType } from "../types/crush_rule.ts";
import { chooseItem, choosePermuted, isOut } from "./bucket_choose.ts";
import { MsrRun } from "./msr_rule.ts";
import { NO_ITEM, type RuleInput } from "./rule_input.ts";

/** Not chosen yet. Upstream: CRUSH_ITEM_UNDEF */
const UNDEFINED_ITEM = 0x7ffffffe;

/** Type of devices. */
const DEVICE = 0;

/** How one step of a rule chooses. */
interface Choice {
  readonly type: number;
  /** Whether a device below each chosen item is wanted. */
  readonly leaf: boolean;
  readonly tries: number;
  readonly local: number;
  readonly fallback: number;
  readonly varyR: number;
  readonly stable: boolean;
  /** How the devices below are chosen. */
  readonly inner: Choice | undefined;
}

/** What the steps of a rule may change on their way. */
interface Tries {
  choose: number;
  /** 0 = not set. */
  leaf: number;
  local: number;
  fallback: number;
  varyR: number;
  stable: number;
}

/** The choose_args of a pool. */
export function chooseArgsOf(crush: CrushMap, pool: number): ChooseArgMap | undefined {
  return crush.chooseArgs.get(pool) ?? crush.chooseArgs.get(DEFAULT_CHOOSE_ARGS);
}

/**
 * The devices that a rule finds, at most `input.max`; holes of "indep" steps are NO_ITEM. Empty when there is no such
 * rule. Upstream: crush_do_rule
 */
export function doRule(crush: CrushMap, ruleId: number, input: RuleInput): number[] {
  const rule = crush.rules[ruleId];
  if (rule === undefined) return [];
  if (rule.type === RuleType.msrFirstn || rule.type === RuleType.msrIndep) {
    return new MsrRun(crush, rule, input).run();
  }
  return new RuleRun(crush, input).run(rule);
}

/** One run of a rule. */
class RuleRun {
  readonly #crush: CrushMap;
  readonly #buckets: readonly (CrushBucket | undefined)[];
  readonly #x: number;
  readonly #max: number;
  readonly #weights: Uint32Array;
  readonly #args: ChooseArgMap | undefined;
  readonly #tries: Tries;

  constructor(crush: CrushMap, { x, max, weights, args }: RuleInput) {
    const t = crush.tunables;
    this.#crush = crush;
    this.#buckets = crush.buckets;
    this.#x = x;
    this.#max = max;
    this.#weights = weights;
    this.#args = args;
    this.#tries = {
      // The tunable counts the tries after the first.
      choose: t.chooseTotalTries + 1,
      leaf: 0,
      local: t.chooseLocalTries,
      fallback: t.chooseLocalFallbackTries,
      varyR: t.chooseleafVaryR,
      stable: t.chooseleafStable,
    };
  }

  run(rule: CrushRule): number[] {
    const result: number[] = [];
    let working: number[] = [];
    for (const step of rule.steps) {
      if (step.op === RuleOp.take) {
        if (this.#exists(step.arg1)) working = [step.arg1];
      } else if (step.op === RuleOp.emit) {
        result.push(...working.slice(0, this.#max - result.length));
        working = [];
      } else if (isChoice(step.op)) {
        working = working.length > 0 ? this.#chooseFrom(working, step) : working;
      } else {
        this.#set(step);
      }
    }
    return result;
  }

  #exists(item: number): boolean {
    return item >= 0 ? item < this.#crush.maxDevices : this.#buckets[-1 - item] !== undefined;
  }

  #set({ op, arg1 }: RuleStep): void {
    const tries = this.#tries;
    if (op === RuleOp.setChooseTries && arg1 > 0) tries.choose = arg1;
    else if (op === RuleOp.setChooseleafTries && arg1 > 0) tries.leaf = arg1;
    else if (op === RuleOp.setChooseLocalTries && arg1 >= 0) tries.local = arg1;
    else if (op === RuleOp.setChooseLocalFallbackTries && arg1 >= 0) tries.fallback = arg1;
    else if (op === RuleOp.setChooseleafVaryR && arg1 >= 0) tries.varyR = arg1;
    else if (op === RuleOp.setChooseleafStable && arg1 >= 0) tries.stable = arg1;
  }

  /** One choose step: from each working item so many, or devices below so many. */
  #chooseFrom(working: readonly number[], step: RuleStep): number[] {
    const leaf = step.op === RuleOp.chooseleafFirstn || step.op === RuleOp.chooseleafIndep;
    const firstn = step.op === RuleOp.chooseFirstn || step.op === RuleOp.chooseleafFirstn;
    const wanted = step.arg1 > 0 ? step.arg1 : step.arg1 + this.#max;
    if (wanted <= 0) return [];
    const choice = this.#choice(step.arg2, leaf, firstn);
    const out = new Int32Array(this.#max);
    const leaves = new Int32Array(this.#max);
    let size = 0;
    for (const item of working) {
      const bucket = item < 0 ? this.#buckets[-1 - item] : undefined;
      if (bucket === undefined) continue;
      const below = leaf ? leaves.subarray(size) : undefined;
      if (firstn) {
        size += this.#firstn(bucket, wanted, choice, out.subarray(size), 0, this.#max - size, below, 0);
      } else {
        const left = Math.min(wanted, this.#max - size);
        this.#indep(bucket, left, wanted, choice, out.subarray(size), 0, below, 0);
        size += left;
      }
    }
    return [...(leaf ? leaves : out).subarray(0, size)];
  }

  #choice(type: number, leaf: boolean, firstn: boolean): Choice {
    const { choose, leaf: leafTries, local, fallback, varyR, stable } = this.#tries;
    const once = this.#crush.tunables.chooseleafDescendOnce ? 1 : choose;
    const base = { local, fallback, varyR, stable: stable !== 0 };
    const tries = leafTries || (firstn ? once : 1);
    const inner: Choice = { ...base, type: DEVICE, leaf: false, tries, inner: undefined };
    return { ...base, type, leaf, tries: choose, inner };
  }

  /** Chooses up to `count` items into `out` from `outpos` on; answers where it ended. */
  #firstn(
    bucket: CrushBucket,
    wanted: number,
    choice: Choice,
    out: Int32Array,
    outpos: number,
    count: number,
    leaves: Int32Array | undefined,
    parentR: number,
  ): number {
    let at = outpos;
    for (let rep = choice.stable ? 0 : outpos; rep < wanted && at - outpos < count; rep++) {
      const left = count - (at - outpos);
      const item = this.#firstnOne(bucket, rep + parentR, choice, out, at, left, leaves);
      if (item !== NO_ITEM) out[at++] = item;
    }
    return at;
  }

  /** One item that is in none of `out[0..at)`, or NO_ITEM after too many tries. */
  #firstnOne(
    bucket: CrushBucket,
    rep: number,
    choice: Choice,
    out: Int32Array,
    at: number,
    count: number,
    leaves: Int32Array | undefined,
  ): number {
    let inside = bucket;
    for (let failed = 0, failedHere = 0;;) {
      const r = rep + failed;
      let collides = false;
      if (inside.items.length > 0) {
        const item = this.#draw(inside, r, choice, failedHere, at);
        const type = this.#typeOf(item);
        if (type === undefined || (type !== choice.type && item >= 0)) return NO_ITEM;
        if (type !== choice.type) {
          inside = this.#buckets[-1 - item]!;
          continue;
        }
        collides = contains(out, 0, at, item);
        if (!collides && this.#firstnTakes(item, r, choice, at, count, leaves)) return item;
      }
      failed++;
      failedHere++;
      if (collides && failedHere <= choice.local) continue;
      if (choice.fallback > 0 && failedHere <= inside.items.length + choice.fallback) continue;
      if (failed >= choice.tries) return NO_ITEM;
      inside = bucket;
      failedHere = 0;
    }
  }

  /** After many failures in one bucket its items are gone through in the order of a permutation. */
  #draw(inside: CrushBucket, r: number, { fallback }: Choice, failedHere: number, position: number): number {
    if (fallback > 0 && failedHere >= inside.items.length >> 1 && failedHere > fallback) {
      return choosePermuted(inside, this.#x, r);
    }
    return chooseItem(inside, this.#x, r, this.#argOf(inside), position);
  }

  /** Whether the item is one, and has a device below if that is wanted, which goes to `leaves[at]`. */
  #firstnTakes(
    item: number,
    r: number,
    choice: Choice,
    at: number,
    count: number,
    leaves: Int32Array | undefined,
  ): boolean {
    if (choice.leaf) {
      if (item >= 0) leaves![at] = item;
      else if (!this.#firstnLeaf(item, r, choice, at, count, leaves!)) return false;
    }
    return choice.type !== DEVICE || !isOut(this.#weights, item, this.#x);
  }

  #firstnLeaf(
    item: number,
    r: number,
    choice: Choice,
    at: number,
    count: number,
    leaves: Int32Array,
  ): boolean {
    const below = this.#buckets[-1 - item]!;
    const innerR = choice.varyR ? r >> (choice.varyR - 1) : 0;
    const wanted = choice.stable ? 1 : at + 1;
    return this.#firstn(below, wanted, choice.inner!, leaves, at, count, undefined, innerR) > at;
  }

  /** Fills `left` places of `out` from `outpos` on; each place is drawn for by itself, so that others stay. */
  #indep(
    bucket: CrushBucket,
    left: number,
    wanted: number,
    choice: Choice,
    out: Int32Array,
    outpos: number,
    leaves: Int32Array | undefined,
    parentR: number,
  ): void {
    const end = outpos + left;
    out.fill(UNDEFINED_ITEM, outpos, end);
    leaves?.fill(UNDEFINED_ITEM, outpos, end);
    let open = left;
    for (let failed = 0; open > 0 && failed < choice.tries; failed++) {
      for (let rep = outpos; rep < end; rep++) {
        if (out[rep] !== UNDEFINED_ITEM) continue;
        const item = this.#indepOne(bucket, rep, wanted, failed, choice, out, outpos, end, leaves, parentR);
        if (item === UNDEFINED_ITEM) continue;
        out[rep] = item;
        if (item === NO_ITEM && leaves) leaves[rep] = NO_ITEM;
        open--;
      }
    }
    closeHoles(out, outpos, end);
    if (leaves) closeHoles(leaves, outpos, end);
  }

  /** The item of one place, NO_ITEM if there can be none, UNDEFINED_ITEM if it is to be tried again. */
  #indepOne(
    bucket: CrushBucket,
    rep: number,
    wanted: number,
    failed: number,
    choice: Choice,
    out: Int32Array,
    outpos: number,
    end: number,
    leaves: Int32Array | undefined,
    parentR: number,
  ): number {
    for (let inside = bucket;;) {
      const size = inside.items.length;
      // A permutation whose length the step divides would come to the same items again.
      const stride = inside.alg === 1 && size % wanted === 0 ? wanted + 1 : wanted;
      const r = rep + parentR + stride * failed;
      if (size === 0) return UNDEFINED_ITEM;
      const item = chooseItem(inside, this.#x, r, this.#argOf(inside), outpos);
      const type = this.#typeOf(item);
      if (type === undefined || (type !== choice.type && item >= 0)) return NO_ITEM;
      if (type !== choice.type) {
        inside = this.#buckets[-1 - item]!;
        continue;
      }
      if (contains(out, outpos, end, item)) return UNDEFINED_ITEM;
      if (choice.leaf && !this.#indepLeaf(item, r, wanted, choice, rep, leaves!)) return UNDEFINED_ITEM;
      if (type === DEVICE && isOut(this.#weights, item, this.#x)) return UNDEFINED_ITEM;
      return item;
    }
  }

  #indepLeaf(
    item: number,
    r: number,
    wanted: number,
    choice: Choice,
    rep: number,
    leaves: Int32Array,
  ): boolean {
    if (item >= 0) {
      leaves[rep] = item;
      return true;
    }
    this.#indep(this.#buckets[-1 - item]!, 1, wanted, choice.inner!, leaves, rep, undefined, r);
    return leaves[rep] !== NO_ITEM;
  }

  /** Undefined for what cannot be in a result: a device or a bucket that is not there. */
  #typeOf(item: number): number | undefined {
    if (item >= 0) return item < this.#crush.maxDevices ? DEVICE : undefined;
    return this.#buckets[-1 - item]?.type;
  }

  #argOf(bucket: CrushBucket): ChooseArg | undefined {
    return this.#args?.get(-1 - bucket.id);
  }
}

function isChoice(op: number): boolean {
  return op === RuleOp.chooseFirstn || op === RuleOp.chooseleafFirstn || op === RuleOp.chooseIndep ||
    op === RuleOp.chooseleafIndep;
}

function contains(items: Int32Array, from: number, to: number, item: number): boolean {
  for (let i = from; i < to; i++) if (items[i] === item) return true;
  return false;
}

function closeHoles(items: Int32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) if (items[i] === UNDEFINED_ITEM) items[i] = NO_ITEM;
}
