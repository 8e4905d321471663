/** Texts of the OSDMap's bits, and the oldest client that understands a map. */

import { BucketAlg } from "./crush_bucket.ts";
import { type ChooseArgs, DEFAULT_CHOOSE_ARGS } from "./crush_choose_args.ts";
import { type CrushRule, RuleOp, RuleType } from "./crush_rule.ts";
import { FULL_WEIGHT, type OsdMap } from "./osd_map.ts";
import type { PgPool } from "./pg_pool.ts";
import { hasPoolFlag, OsdMapFlag, OsdState } from "./osd_map_bits.ts";

/** The order in which the text joins the names: not that of the bits. Upstream: OSDMap::get_flag_string */
const FLAG_ORDER: readonly (keyof typeof OsdMapFlag)[] = [
  "pauserd",
  "pausewr",
  "pauserec",
  "noup",
  "nodown",
  "noout",
  "noin",
  "nobackfill",
  "norebalance",
  "norecover",
  "noscrub",
  "nodeep-scrub",
  "notieragent",
  "nosnaptrim",
  "sortbitwise",
  "require_jewel_osds",
  "require_kraken_osds",
  "require_luminous_osds",
  "recovery_deletes",
  "purged_snapdirs",
  "pglog_hardlimit",
  "noautoscale",
];

/** `sortbitwise,recovery_deletes`; some bits have no name. */
export function flagText(flags: number): string {
  return FLAG_ORDER.filter((name) => flags & OsdMapFlag[name]).join(",");
}

/** Sorted; an empty text stands for bits without a name. Upstream: OSDMap::get_flag_set */
export function flagSet(flags: number): string[] {
  const bits = Array.from({ length: 32 }, (_, bit) => (1 << bit) >>> 0).filter((bit) => flags & bit);
  return [...new Set(bits.map(flagText))].sort();
}

const STATES = Object.entries(OsdState).sort(([a], [b]) => (a < b ? -1 : 1));

/** Sorted. Upstream: OSDMap::calc_state_set */
export function stateNames(bits: number): string[] {
  return STATES.filter(([, bit]) => bits & bit).map(([name]) => name);
}

const Release = {
  argonaut: 1,
  dumpling: 4,
  firefly: 6,
  hammer: 8,
  jewel: 10,
  luminous: 12,
  squid: 19,
} as const;

/** The release number of the oldest client that can use the map. Upstream: OSDMap::get_min_compat_client */
export function minCompatClient(map: OsdMap): number {
  return OLDEST_CLIENT.find(([needs]) => needs(map))?.[1] ?? Release.argonaut;
}

/** What needs which client; the first row that holds counts. */
const OLDEST_CLIENT: readonly [needs: (map: OsdMap) => boolean, release: number][] = [
  [({ crush }) => crush.rules.some((rule) => isMsr(rule)), Release.squid],
  [({ client: { fields } }) => fields.pgUpmap.size + fields.pgUpmapItems.size > 0, Release.luminous],
  [(map) => map.client.fields.pgUpmapPrimaries.size > 0, Release.luminous],
  [({ crush }) => hasIncompatibleChooseArgs(crush.chooseArgs), Release.luminous],
  [(map) => map.crush.tunables.chooseleafStable !== 0, Release.jewel],
  [(map) => poolsUse(map, RuleOp.setChooseleafStable), Release.jewel],
  [({ crush }) => crush.buckets.some((bucket) => bucket?.alg === BucketAlg.straw2), Release.hammer],
  [(map) => map.primaryAffinity.some((affinity) => affinity !== FULL_WEIGHT), Release.firefly],
  [(map) => map.crush.tunables.chooseleafVaryR !== 0, Release.firefly],
  [(map) => poolsUse(map, RuleOp.setChooseleafVaryR), Release.firefly],
  [(map) => somePool(map, ({ tiers, tierOf }) => tiers.length > 0 || tierOf >= 0), Release.firefly],
  [(map) => map.crush.tunables.chooseleafDescendOnce !== 0, Release.dumpling],
  [(map) => somePool(map, ({ flags }) => hasPoolFlag(flags, "hashpspool")), Release.dumpling],
];

function somePool(map: OsdMap, is: (pool: PgPool) => boolean): boolean {
  return map.pools.values().some(is);
}

/** Whether the rule of a pool has such a step. */
function poolsUse({ pools, crush }: OsdMap, op: number): boolean {
  return pools.values().some(({ crushRule }) => crush.rules[crushRule]?.steps.some((step) => step.op === op));
}

function isMsr(rule: CrushRule | undefined): boolean {
  return rule?.type === RuleType.msrFirstn || rule?.type === RuleType.msrIndep;
}

/** One weight set of all pools, without positions and ids, is what old clients see as the weights of the buckets. */
function hasIncompatibleChooseArgs(all: ChooseArgs): boolean {
  const compatible = all.get(DEFAULT_CHOOSE_ARGS);
  if (compatible === undefined) return all.size > 0;
  return all.size > 1 ||
    compatible.values().some(({ weightSets, ids }) => weightSets.length !== 1 || ids.length > 0);
}
