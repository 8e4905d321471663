/** Rules of 19.x that choose several devices below each bucket and try again as a whole. Upstream: crush_msr_do_rule in crush/mapper.c */

import type { CrushBucket } from "../types/crush_bucket.ts";
import type { CrushMap, MsrTunables } from "../types/crush_map.ts";
import { type CrushRule, RuleOp, type RuleStep, RuleType } from "../types/crush_rule.ts";
import { chooseItem, isOut } from "./bucket_choose.ts";
import { NO_ITEM, type RuleInput } from "./rule_input.ts";

/** What maps that do not say it mean. */
const DEFAULT_TUNABLES: MsrTunables = { descents: 100, collisionTries: 100 };

/** "take", "choosemsr" steps, "emit". */
interface Block {
  readonly root: number;
  readonly steps: readonly RuleStep[];
}

/** The blocks of a rule; undefined when it is not made of such. */
function blocksOf(steps: readonly RuleStep[]): Block[] | undefined {
  const blocks: Block[] = [];
  for (let at = 0; at < steps.length;) {
    const emit = steps.findIndex(({ op }, i) => i > at && op === RuleOp.emit);
    const choices = steps.slice(at + 1, emit);
    const take = steps[at]!;
    if (emit < 0 || take.op !== RuleOp.take || take.arg1 >= 0) return undefined;
    if (choices.length === 0 || choices.some(({ op }) => op !== RuleOp.chooseMsr)) return undefined;
    blocks.push({ root: take.arg1, steps: choices });
    at = emit + 1;
  }
  return blocks;
}

/** The places of the result that a call is to fill, and what is chosen for them. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** One run of such a rule. */
export class MsrRun {
  readonly #crush: CrushMap;
  readonly #rule: CrushRule;
  readonly #input: RuleInput;
  readonly #result: Int32Array;
  #emitted = 0;
  #tunables: MsrTunables;
  /** What is chosen by each step of the block for each place: a step must not choose an item for two strides. */
  #used: (number | undefined)[][] = [];
  #steps: readonly RuleStep[] = [];
  #attempt = 0;

  constructor(crush: CrushMap, rule: CrushRule, input: RuleInput) {
    this.#crush = crush;
    this.#rule = rule;
    this.#input = input;
    this.#result = new Int32Array(input.max).fill(NO_ITEM);
    this.#tunables = crush.msr ?? DEFAULT_TUNABLES;
  }

  run(): number[] {
    const blocks = blocksOf(this.#configure());
    if (blocks === undefined) return [];
    let start = 0;
    for (const block of blocks) start = this.#runBlock(block, start);
    const length = this.#rule.type === RuleType.msrFirstn ? this.#emitted : this.#input.max;
    return [...this.#result.subarray(0, length)];
  }

  /** Takes the settings at the head of the rule; answers the steps behind them. */
  #configure(): readonly RuleStep[] {
    const { steps } = this.#rule;
    let at = 0;
    for (; at < steps.length; at++) {
      const { op, arg1 } = steps[at]!;
      if (op === RuleOp.setMsrDescents) this.#tunables = { ...this.#tunables, descents: arg1 };
      else if (op === RuleOp.setMsrCollisionTries) {
        this.#tunables = { ...this.#tunables, collisionTries: arg1 };
      } else break;
    }
    return steps.slice(at);
  }

  #width({ arg1 }: RuleStep): number {
    return arg1 || this.#input.max;
  }

  /** Fills the places from `start` on; answers where the next block begins. */
  #runBlock({ root, steps }: Block, start: number): number {
    const bucket = this.#crush.buckets[-1 - root];
    const total = steps.reduce((product, step) => product * this.#width(step), 1);
    const end = Math.min(start + total, this.#input.max);
    if (bucket === undefined || end <= start) return end;
    this.#steps = steps;
    this.#used = steps.map(() => new Array(this.#input.max));
    const wanted = this.#emitted + end - start;
    for (this.#attempt = 0; this.#attempt < this.#tunables.descents; this.#attempt++) {
      if (this.#emitted >= wanted) break;
      this.#choose(bucket, total, { start, end }, 0);
    }
    return end;
  }

  /** One pass over the strides of a range; answers how many devices it found. */
  #choose(bucket: CrushBucket, total: number, range: Range, stepNo: number): number {
    const length = total / this.#width(this.#steps[stepNo]!);
    const undo: [Range, number][] = [];
    let mapped = 0;
    for (let index = 0, at = range.start; at < range.end; index++, at += length) {
      const stride = { start: at, end: Math.min(at + length, range.end) };
      if (this.#isFull(stride)) continue;
      const item = this.#candidate(bucket, range, stride, index, stepNo);
      if (item === undefined) continue;
      const found = item >= 0
        ? this.#takeDevice(item, stride, length, stepNo)
        : this.#takeBelow(item, stride, length, stepNo, undo);
      mapped += found;
    }
    // Only now: within this pass what led nowhere still collides, so that other choices do not move.
    for (const [stride, item] of undo) this.#forget(stride, item, stepNo);
    return mapped;
  }

  #isFull({ start, end }: Range): boolean {
    const leaves = this.#used.at(-1)!;
    for (let i = start; i < end; i++) if (leaves[i] === undefined) return false;
    return true;
  }

  /** An item that no other stride of the range has, after a limited number of tries. */
  #candidate(
    bucket: CrushBucket,
    range: Range,
    stride: Range,
    index: number,
    stepNo: number,
  ): number | undefined {
    const used = this.#used[stepNo]!.slice(range.start, range.end);
    for (let local = 0; local < this.#tunables.collisionTries; local++) {
      const item = this.#descend(bucket, this.#steps[stepNo]!.arg2, index, local);
      if (item === undefined) return undefined;
      const at = used.indexOf(item);
      if (at < 0 || (at + range.start >= stride.start && at + range.start < stride.end)) return item;
    }
    return undefined;
  }

  /** Down to a device or a bucket of the type. */
  #descend(from: CrushBucket, type: number, index: number, local: number): number | undefined {
    const { x, max, args } = this.#input;
    const r = ((this.#attempt * max + index) << 16) + local;
    for (let bucket: CrushBucket | undefined = from; bucket !== undefined && bucket.items.length > 0;) {
      const item: number = chooseItem(bucket, x, r, args?.get(-1 - bucket.id), index);
      if (item >= 0) return item;
      bucket = this.#crush.buckets[-1 - item];
      if (bucket?.type === type) return item;
    }
    return undefined;
  }

  #takeDevice(item: number, stride: Range, length: number, stepNo: number): number {
    const isLast = stepNo + 1 === this.#steps.length;
    if (this.#steps[stepNo]!.arg2 !== 0 || length !== 1 || !isLast) return 0;
    if (item >= this.#crush.maxDevices || isOut(this.#input.weights, item, this.#input.x)) return 0;
    this.#use(stride, item, stepNo);
    const place = this.#rule.type === RuleType.msrFirstn ? this.#emitted : stride.start;
    this.#result[place] = item;
    this.#emitted++;
    return 1;
  }

  #takeBelow(item: number, stride: Range, length: number, stepNo: number, undo: [Range, number][]): number {
    if (stepNo + 1 >= this.#steps.length) return 0;
    const found = this.#choose(this.#crush.buckets[-1 - item]!, length, stride, stepNo + 1);
    if (this.#use(stride, item, stepNo) && found === 0) undo.push([stride, item]);
    return found;
  }

  /** Notes the item for the stride; false when it was noted before. */
  #use({ start, end }: Range, item: number, stepNo: number): boolean {
    const used = this.#used[stepNo]!;
    for (let i = start; i < end; i++) {
      if (used[i] === item) return false;
      if (used[i] === undefined) {
        used[i] = item;
        return true;
      }
    }
    return false;
  }

  /** The last item that was noted. */
  #forget({ start, end }: Range, item: number, stepNo: number): void {
    const at = this.#used[stepNo]!.slice(start, end).lastIndexOf(item);
    if (at >= 0) this.#used[stepNo]![start + at] = undefined;
  }
}
