/** Rules of the MSR types on maps of all shapes, to be held against another implementation. */

import { doRule } from "../../mgr/crush/mapper.ts";
import type { CrushMap } from "../../mgr/types/crush_map.ts";
import { RuleOp as Op, type RuleStep, RuleType } from "../../mgr/types/crush_rule.ts";
import { DEFAULT_CHOOSE_ARGS } from "../../mgr/types/crush_choose_args.ts";
import { Random } from "./random.ts";
import { randomCrush, shapeOf } from "./random_crush.ts";

/** One map, one rule, and inputs. */
export interface MsrCase {
  /** Its only rule is the one to run. */
  readonly crush: CrushMap;
  readonly max: number;
  readonly weights: Uint32Array;
  /** Inputs 0 .. inputs-1. */
  readonly inputs: number;
}

const OSD = 0;
const HOST = 1;
const RACK = 2;
const FULL = 0x10000;

/** Levels of the steps of a block, from the top: two of them are of rules that find nothing. */
const LEVELS: readonly (readonly number[])[] = [
  [RACK, HOST, OSD],
  [RACK, OSD],
  [HOST, OSD],
  [HOST, OSD],
  [OSD],
  [RACK, HOST],
  [OSD, OSD],
];

const step = (op: number, arg1 = 0, arg2 = 0): RuleStep => ({ op, arg1, arg2 });

function block(random: Random, crush: CrushMap): RuleStep[] {
  const levels = random.pick(LEVELS);
  const top = levels[0] === OSD && random.chance(0.5) ? "host0" : "default";
  const [id] = crush.itemNames.entries().find(([, name]) => name === top)!;
  return [
    step(Op.take, id),
    ...levels.map((type) => step(Op.chooseMsr, random.below(5), type)),
    step(Op.emit),
  ];
}

function stepsOf(random: Random, crush: CrushMap): RuleStep[] {
  const settings = [
    step(Op.setMsrDescents, 1 + random.below(20)),
    step(Op.setMsrCollisionTries, 1 + random.below(20)),
  ];
  return [
    ...settings.filter(() => random.chance(0.3)),
    ...block(random, crush),
    ...random.chance(0.25) ? block(random, crush) : [],
  ];
}

function weightsOf(random: Random, crush: CrushMap): Uint32Array {
  const out = random.pick([0, 0.05, 0.3, 0.6]);
  const weight = (): number => (random.chance(out) ? random.pick([0, FULL / 2]) : FULL);
  return Uint32Array.from({ length: crush.maxDevices }, weight);
}

function caseOf(n: number, inputs: number): MsrCase {
  const random = new Random(n);
  const chooseArgs = random.chance(0.3) ? [DEFAULT_CHOOSE_ARGS] : [];
  const crush = randomCrush(random, { ...shapeOf(random, n), chooseArgs });
  const type = random.pick([RuleType.msrFirstn, RuleType.msrIndep]);
  const steps = stepsOf(random, crush);
  const msr = random.chance(0.5)
    ? undefined
    : { descents: 1 + random.below(60), collisionTries: 1 + random.below(60) };
  return {
    crush: { ...crush, msr, rules: [{ ruleset: 0, type, minSize: 1, maxSize: 20, steps }] },
    max: 1 + random.below(12),
    weights: weightsOf(random, crush),
    inputs,
  };
}

/** So many cases, the same ones each time. */
export function* msrCases(count: number, inputs: number): Generator<MsrCase> {
  for (let n = 0; n < count; n++) yield caseOf(n, inputs);
}

/** What ours finds for each input. */
export function runMsrCase({ crush, max, weights, inputs }: MsrCase): number[][] {
  const args = crush.chooseArgs.get(DEFAULT_CHOOSE_ARGS);
  return Array.from({ length: inputs }, (_, x) => doRule(crush, 0, { x, max, weights, args }));
}
