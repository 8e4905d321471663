/** A rule of the CRUSH map: the steps that choose OSDs for a PG. */

import type { Codec, Decoder } from "../encoding/mod.ts";

/** Upstream: crush_opcodes in crush/crush.h */
export const RuleOp = {
  noop: 0,
  take: 1,
  chooseFirstn: 2,
  chooseIndep: 3,
  emit: 4,
  chooseleafFirstn: 6,
  chooseleafIndep: 7,
  setChooseTries: 8,
  setChooseleafTries: 9,
  setChooseLocalTries: 10,
  setChooseLocalFallbackTries: 11,
  setChooseleafVaryR: 12,
  setChooseleafStable: 13,
  setMsrDescents: 14,
  setMsrCollisionTries: 15,
  chooseMsr: 16,
} as const;

/** Upstream: crush_rule_type in crush/crush.h; the first two are those of pools. */
export const RuleType = { replicated: 1, erasure: 3, msrFirstn: 4, msrIndep: 5 } as const;

/** One step; what the arguments mean depends on the operation. */
export interface RuleStep {
  readonly op: number;
  readonly arg1: number;
  readonly arg2: number;
}

/** Upstream: crush_rule in crush/crush.h. Since Luminous `ruleset` is the rule's id; 17 and later ignore the sizes. */
export interface CrushRule {
  readonly ruleset: number;
  readonly type: number;
  readonly minSize: number;
  readonly maxSize: number;
  readonly steps: readonly RuleStep[];
}

const STEP_SIZE = 12;

function decodeRule(d: Decoder): CrushRule {
  const length = d.count(STEP_SIZE);
  return {
    ruleset: d.u8(),
    type: d.u8(),
    minSize: d.u8(),
    maxSize: d.u8(),
    steps: Array.from({ length }, () => ({ op: d.u32(), arg1: d.i32(), arg2: d.i32() })),
  };
}

/** u32 exists (0: nothing follows), u32 number of steps, the mask, the steps. */
export const CrushRule: Codec<CrushRule | undefined> = {
  decode: (d) => d.struct("crush_rule", (d) => d.u32() === 0 ? undefined : decodeRule(d)),
  encode(e, rule) {
    e.u32(rule ? 1 : 0);
    if (!rule) return;
    e.u32(rule.steps.length).u8(rule.ruleset).u8(rule.type).u8(rule.minSize).u8(rule.maxSize);
    for (const { op, arg1, arg2 } of rule.steps) e.u32(op).i32(arg1).i32(arg2);
  },
};
