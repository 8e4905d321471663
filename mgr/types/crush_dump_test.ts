/** The dump of CRUSH maps beyond release 16: the parity harness holds all else against ceph-mgr. */

import { assertEquals } from "@std/assert";
import { Random } from "../../tests/fakes/random.ts";
import { randomCrush } from "../../tests/fakes/random_crush.ts";
import { dumpCrushMap } from "./crush_dump.ts";
import { OPTIMAL_TUNABLES } from "./crush_map.ts";
import { RuleOp as Op, type RuleStep, RuleType } from "./crush_rule.ts";

const step = (op: number, arg1 = 0, arg2 = 0): RuleStep => ({ op, arg1, arg2 });

Deno.test("dumpCrushMap() names the steps of MSR rules as release 19 does, and no step that it does not know", () => {
  const steps = [
    step(Op.setMsrDescents, 7),
    step(Op.setMsrCollisionTries, 8),
    step(Op.chooseMsr, 4, 1),
    step(99, 1, 2),
  ];
  const shape = { tunables: OPTIMAL_TUNABLES, racks: 1, hostsPerRack: 1, osdsPerHost: 1 };
  const rules = [{ ruleset: 0, type: RuleType.msrIndep, minSize: 1, maxSize: 4, steps }];
  assertEquals(dumpCrushMap({ ...randomCrush(new Random(1), shape), rules }).rules[0]!.steps, [
    { op: "set_msr_descents", num: 7 },
    { op: "set_msr_collision_tries", num: 8 },
    { op: "choosemsr", num: 4, type: "host" },
    { opcode: 99, arg1: 1, arg2: 2 },
  ]);
});
