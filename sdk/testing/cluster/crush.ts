/** The CRUSH map of a new cluster: a root, hosts, OSDs of class hdd, and a rule for each kind of pool. */

import { BucketAlg, type CrushBucket } from "../../../mgr/types/crush_bucket.ts";
import { type CrushMap, OPTIMAL_TUNABLES } from "../../../mgr/types/crush_map.ts";
import { type CrushRule, RuleOp, type RuleStep, RuleType } from "../../../mgr/types/crush_rule.ts";
import { FULL_WEIGHT } from "../../../mgr/types/osd_map.ts";
import { type ClusterPlan, hostOf } from "./setup.ts";

const HOST = 1;
const ROOT = 11;
/** Upstream: OSDMap::_build_crush_types */
const TYPES = [
  ...["osd", "host", "chassis", "rack", "row", "pdu", "pod", "room", "datacenter", "zone", "region", "root"],
];
const CLASS_ID = 0;
const ROOT_ID = -1;
const TIB = 2 ** 40;
/** Rules by the kind of pool: their places in the map. */
export const RULES = { replicated: 0, erasure: 1 } as const;

const hostId = (host: number): number => -3 - 2 * host;
/** A bucket's shadow, which has the OSDs of one class only, stands behind it. */
const shadowOf = (id: number): number => id - 1;

function bucket(id: number, type: number, items: readonly number[], weights: readonly number[]): CrushBucket {
  return {
    id,
    type,
    alg: BucketAlg.straw2,
    hash: 0,
    weight: weights.reduce((sum, weight) => sum + weight, 0),
    items: Int32Array.from(items),
    itemWeights: Uint32Array.from(weights),
  };
}

/** The weight of an OSD is its size in TiB. */
function hostsOf(plan: ClusterPlan): readonly { readonly host: number; readonly osds: readonly number[] }[] {
  const ids = Array.from({ length: plan.osds }, (_, osd) => osd);
  const groups = Map.groupBy(ids, (osd) => hostOf(osd, plan));
  return [...groups].map(([host, osds]) => ({ host, osds }));
}

function bucketsOf(plan: ClusterPlan): CrushBucket[] {
  const weight = Math.round(plan.deviceBytes / TIB * FULL_WEIGHT);
  const hosts = hostsOf(plan);
  const shadow = (id: number): number => shadowOf(id);
  const same = (id: number): number => id;
  const tree = (place: (id: number) => number): CrushBucket[] => {
    const leaves = hosts.map(({ host, osds }) =>
      bucket(place(hostId(host)), HOST, osds, osds.map(() => weight))
    );
    const root = bucket(place(ROOT_ID), ROOT, leaves.map(({ id }) => id), leaves.map((leaf) => leaf.weight));
    return [root, ...leaves];
  };
  return [...tree(same), ...tree(shadow)].sort((a, b) => b.id - a.id);
}

const step = (op: number, arg1 = 0, arg2 = 0): RuleStep => ({ op, arg1, arg2 });

/** Upstream: CrushWrapper::add_simple_rule_at */
function rulesOf({ failureDomain }: ClusterPlan): CrushRule[] {
  const take = step(RuleOp.take, ROOT_ID);
  const emit = step(RuleOp.emit);
  const [firstn, indep] = failureDomain === "host"
    ? [step(RuleOp.chooseleafFirstn, 0, HOST), step(RuleOp.chooseleafIndep, 0, HOST)]
    : [step(RuleOp.chooseFirstn), step(RuleOp.chooseIndep)];
  const tries = [step(RuleOp.setChooseleafTries, 5), step(RuleOp.setChooseTries, 100)];
  return [
    {
      ruleset: RULES.replicated,
      type: RuleType.replicated,
      minSize: 1,
      maxSize: 10,
      steps: [take, firstn, emit],
    },
    {
      ruleset: RULES.erasure,
      type: RuleType.erasure,
      minSize: 3,
      maxSize: 20,
      steps: [...tries, take, indep, emit],
    },
  ];
}

const sorted = <V>(entries: readonly (readonly [number, V])[]): Map<number, V> =>
  new Map([...entries].sort(([a], [b]) => a - b));

/** The map of a cluster. */
export function crushOf(plan: ClusterPlan): CrushMap {
  const ids = Array.from({ length: plan.osds }, (_, osd) => osd);
  const hosts = hostsOf(plan).map(({ host }) => [hostId(host), `host${host}`] as const);
  const named = [[ROOT_ID, "default"] as const, ...hosts];
  const shadows = named.map(([id, name]) => [shadowOf(id), `${name}~hdd`] as const);
  return {
    buckets: bucketsOf(plan),
    rules: rulesOf(plan),
    maxDevices: plan.osds,
    typeNames: new Map(TYPES.entries()),
    itemNames: sorted([...named, ...shadows, ...ids.map((osd) => [osd, `osd.${osd}`] as const)]),
    ruleNames: new Map([[RULES.replicated, "replicated_rule"], [RULES.erasure, "erasure-code"]]),
    tunables: OPTIMAL_TUNABLES,
    itemClasses: sorted([...ids, ...shadows.map(([id]) => id)].map((id) => [id, CLASS_ID] as const)),
    classNames: new Map([[CLASS_ID, "hdd"]]),
    classBuckets: sorted(named.map(([id]) => [id, new Map([[CLASS_ID, shadowOf(id)]])] as const)),
    chooseArgs: new Map(),
    msr: undefined,
  };
}
