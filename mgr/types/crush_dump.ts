/** The CRUSH map as `ceph osd crush dump` and get("osd_map_crush") show it. Upstream: CrushWrapper::dump in crush/CrushWrapper.cc */

import { BucketAlg, type CrushBucket, itemWeightOf } from "./crush_bucket.ts";
import type { ChooseArg } from "./crush_choose_args.ts";
import { type CrushMap, type CrushTunables, LEGACY_TUNABLES, OPTIMAL_TUNABLES } from "./crush_map.ts";
import { type CrushRule, RuleOp, type RuleStep } from "./crush_rule.ts";

const ALG_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(BucketAlg).map(([name, alg]) => [alg, name]),
);

/** Steps that choose, by the name that the dump gives them. */
const CHOICE_NAMES: ReadonlyMap<number, string> = new Map([
  [RuleOp.chooseFirstn, "choose_firstn"],
  [RuleOp.chooseIndep, "choose_indep"],
  [RuleOp.chooseleafFirstn, "chooseleaf_firstn"],
  [RuleOp.chooseleafIndep, "chooseleaf_indep"],
  [RuleOp.chooseMsr, "choosemsr"],
]);

/** Steps with one number. */
const SETTING_NAMES: ReadonlyMap<number, string> = new Map([
  [RuleOp.setChooseTries, "set_choose_tries"],
  [RuleOp.setChooseleafTries, "set_chooseleaf_tries"],
  [RuleOp.setMsrDescents, "set_msr_descents"],
  [RuleOp.setMsrCollisionTries, "set_msr_collision_tries"],
]);

/** A device of the map, its class if it has one. */
export interface CrushDeviceDump {
  readonly id: number;
  readonly name: string;
  readonly class?: string;
}

function dumpDevices(m: CrushMap): CrushDeviceDump[] {
  return Array.from({ length: m.maxDevices }, (_, id) => {
    const name = m.classNames.get(m.itemClasses.get(id) ?? -1);
    return {
      id,
      name: m.itemNames.get(id) ?? `device${id}`,
      ...(name === undefined ? {} : { class: name }),
    };
  });
}

function dumpTypes({ typeNames }: CrushMap) {
  const types = [...typeNames].map(([type_id, name]) => ({ type_id, name }));
  return typeNames.has(0) ? types : [{ type_id: 0, name: "device" }, ...types];
}

/** Weights are raw: 65536 stands for 1. */
function dumpBucket(m: CrushMap, b: CrushBucket) {
  const name = m.itemNames.get(b.id);
  const type = m.typeNames.get(b.type);
  return {
    id: b.id,
    ...(name === undefined ? {} : { name }),
    type_id: b.type,
    ...(type === undefined ? {} : { type_name: type }),
    weight: b.weight,
    alg: ALG_NAMES.get(b.alg) ?? "unknown",
    hash: b.hash === 0 ? "rjenkins1" : "unknown",
    items: [...b.items].map((id, pos) => ({ id, weight: itemWeightOf(b, pos), pos })),
  };
}

/** One step; which keys it has depends on `op`, and steps without a name have `opcode` instead. */
export interface CrushStepDump {
  readonly op?: string;
  readonly item?: number;
  readonly item_name?: string;
  readonly num?: number;
  readonly type?: string;
  readonly opcode?: number;
  readonly arg1?: number;
  readonly arg2?: number;
}

function dumpStep(m: CrushMap, { op, arg1, arg2 }: RuleStep): CrushStepDump {
  if (op === RuleOp.noop) return { op: "noop" };
  if (op === RuleOp.emit) return { op: "emit" };
  if (op === RuleOp.take) return { op: "take", item: arg1, item_name: m.itemNames.get(arg1) ?? "" };
  const choice = CHOICE_NAMES.get(op);
  if (choice !== undefined) return { op: choice, num: arg1, type: m.typeNames.get(arg2) ?? "" };
  const setting = SETTING_NAMES.get(op);
  return setting === undefined ? { opcode: op, arg1, arg2 } : { op: setting, num: arg1 };
}

function dumpRule(m: CrushMap, rule: CrushRule, rule_id: number) {
  const name = m.ruleNames.get(rule_id);
  return {
    rule_id,
    ...(name === undefined ? {} : { rule_name: name }),
    ruleset: rule.ruleset,
    type: rule.type,
    min_size: rule.minSize,
    max_size: rule.maxSize,
    steps: rule.steps.map((step) => dumpStep(m, step)),
  };
}

const BOBTAIL: CrushTunables = {
  ...OPTIMAL_TUNABLES,
  chooseleafVaryR: 0,
  chooseleafStable: 0,
  allowedBucketAlgs: 22,
};

/** From the newest on. */
const PROFILES: readonly [name: string, tunables: CrushTunables][] = [
  ["jewel", OPTIMAL_TUNABLES],
  ["hammer", { ...OPTIMAL_TUNABLES, chooseleafStable: 0 }],
  ["firefly", { ...BOBTAIL, chooseleafVaryR: 1 }],
  ["bobtail", BOBTAIL],
  ["argonaut", LEGACY_TUNABLES],
];

/** How straws are calculated belongs to no profile. */
function sameTunables(a: CrushTunables, b: CrushTunables): boolean {
  return a.chooseLocalTries === b.chooseLocalTries &&
    a.chooseLocalFallbackTries === b.chooseLocalFallbackTries && a.chooseTotalTries === b.chooseTotalTries &&
    a.chooseleafDescendOnce === b.chooseleafDescendOnce && a.chooseleafVaryR === b.chooseleafVaryR &&
    a.chooseleafStable === b.chooseleafStable && a.allowedBucketAlgs === b.allowedBucketAlgs;
}

/** What of the map old clients do not know. */
function novelties(m: CrushMap) {
  const { tunables: t } = m;
  const steps = m.rules.flatMap((rule) => rule?.steps ?? []);
  const uses = (...ops: number[]): boolean => steps.some(({ op }) => ops.includes(op));
  const old = LEGACY_TUNABLES;
  return {
    tunables: t.chooseLocalTries !== old.chooseLocalTries ||
      t.chooseLocalFallbackTries !== old.chooseLocalFallbackTries ||
      t.chooseTotalTries !== old.chooseTotalTries,
    tunables2: t.chooseleafDescendOnce !== 0,
    v2Rules: uses(
      RuleOp.chooseIndep,
      RuleOp.chooseleafIndep,
      RuleOp.setChooseTries,
      RuleOp.setChooseleafTries,
    ),
    tunables3: t.chooseleafVaryR !== 0,
    v3Rules: uses(RuleOp.setChooseleafVaryR),
    v4Buckets: m.buckets.some((bucket) => bucket?.alg === BucketAlg.straw2),
    tunables5: t.chooseleafStable !== 0,
    v5Rules: uses(RuleOp.setChooseleafStable),
  };
}

function minimumVersion(n: ReturnType<typeof novelties>): string {
  if (n.v5Rules || n.tunables5) return "jewel";
  if (n.v4Buckets) return "hammer";
  if (n.tunables3) return "firefly";
  return n.tunables2 || n.tunables ? "bobtail" : "argonaut";
}

function dumpTunables(m: CrushMap) {
  const { tunables: t } = m;
  const n = novelties(m);
  return {
    choose_local_tries: t.chooseLocalTries,
    choose_local_fallback_tries: t.chooseLocalFallbackTries,
    choose_total_tries: t.chooseTotalTries,
    chooseleaf_descend_once: t.chooseleafDescendOnce,
    chooseleaf_vary_r: t.chooseleafVaryR,
    chooseleaf_stable: t.chooseleafStable,
    straw_calc_version: t.strawCalcVersion,
    allowed_bucket_algs: t.allowedBucketAlgs,
    profile: PROFILES.find(([, profile]) => sameTunables(t, profile))?.[0] ?? "unknown",
    optimal_tunables: Number(sameTunables(t, OPTIMAL_TUNABLES)),
    legacy_tunables: Number(sameTunables(t, LEGACY_TUNABLES)),
    minimum_required_version: minimumVersion(n),
    require_feature_tunables: Number(n.tunables),
    require_feature_tunables2: Number(n.tunables2),
    has_v2_rules: Number(n.v2Rules),
    require_feature_tunables3: Number(n.tunables3),
    has_v3_rules: Number(n.v3Rules),
    has_v4_buckets: Number(n.v4Buckets),
    require_feature_tunables5: Number(n.tunables5),
    has_v5_rules: Number(n.v5Rules),
  };
}

function dumpArg(slot: number, { weightSets, ids }: ChooseArg) {
  const share = (weight: number): number => Math.fround(weight / 0x10000);
  return {
    bucket_id: -1 - slot,
    ...(weightSets.length > 0 ? { weight_set: weightSets.map((set) => Array.from(set, share)) } : {}),
    ...(ids.length > 0 ? { ids: [...ids] } : {}),
  };
}

const dumpChooseArgs = ({ chooseArgs }: CrushMap) =>
  Object.fromEntries(
    [...chooseArgs].map(([id, args]) => [String(id), [...args].map(([slot, arg]) => dumpArg(slot, arg))]),
  );

/** The same in both orders: nothing in it is streamed. */
export function dumpCrushMap(m: CrushMap) {
  return {
    devices: dumpDevices(m),
    types: dumpTypes(m),
    buckets: m.buckets.filter((bucket) => bucket !== undefined).map((bucket) => dumpBucket(m, bucket)),
    rules: m.rules.flatMap((rule, id) => (rule ? [dumpRule(m, rule, id)] : [])),
    tunables: dumpTunables(m),
    choose_args: dumpChooseArgs(m),
  };
}

/** What `dumpCrushMap` answers. */
export type CrushMapDump = ReturnType<typeof dumpCrushMap>;
