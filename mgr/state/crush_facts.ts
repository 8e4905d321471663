/** What statistics want to know of a CRUSH map: shares of OSDs in a rule, device classes, where an OSD is. */

import { itemWeightOf } from "../types/crush_bucket.ts";
import type { CrushMap } from "../types/crush_map.ts";
import { RuleOp } from "../types/crush_rule.ts";

/** Worked out when asked for, and kept. */
export class CrushFacts {
  readonly #crush: CrushMap;
  readonly #weights = new Map<number, ReadonlyMap<number, number> | undefined>();
  #parentOf: ReadonlyMap<number, number> | undefined;

  constructor(crush: CrushMap) {
    this.#crush = crush;
  }

  /**
   * The share of each OSD in what a rule places, float32; the steps of several takes are added. Undefined when there is
   * no such rule. Upstream: CrushWrapper::get_rule_weight_osd_map
   */
  ruleWeights(rule: number): ReadonlyMap<number, number> | undefined {
    if (!this.#weights.has(rule)) this.#weights.set(rule, this.#weightsOf(rule));
    return this.#weights.get(rule);
  }

  #weightsOf(rule: number): Map<number, number> | undefined {
    const steps = this.#crush.rules[rule]?.steps;
    if (steps === undefined) return undefined;
    const shares = new Map<number, number>();
    for (const { arg1 } of steps.filter(({ op }) => op === RuleOp.take)) {
      const weights = this.#devicesBelow(arg1);
      const sum = [...weights.values()].reduce((a, b) => Math.fround(a + b), 0);
      for (const [osd, weight] of weights) {
        shares.set(osd, Math.fround((shares.get(osd) ?? 0) + Math.fround(weight / sum)));
      }
    }
    return shares;
  }

  #devicesBelow(root: number): Map<number, number> {
    if (root >= 0) return new Map([[root, 1]]);
    const weights = new Map<number, number>();
    const queue = [root];
    // A bucket has one parent, so the queue ends; what is no bucket has no items.
    for (const id of queue) {
      const bucket = this.#crush.buckets[-1 - id];
      bucket?.items.forEach((item, i) => {
        if (item < 0) queue.push(item);
        else weights.set(item, Math.fround(itemWeightOf(bucket, i)));
      });
      if (queue.length > this.#crush.buckets.length) {
        throw new Error("Cannot walk the CRUSH map: it has a cycle");
      }
    }
    return weights;
  }

  deviceClass(osd: number): string | undefined {
    const id = this.#crush.itemClasses.get(osd);
    return id === undefined ? undefined : this.#crush.classNames.get(id);
  }

  /** Names of the buckets above an OSD by the names of their types. Upstream: CrushWrapper::get_full_location */
  parents(osd: number): Map<string, string> {
    const { buckets, typeNames, itemNames } = this.#crush;
    this.#parentOf ??= this.#findParents();
    const found = new Map<string, string>();
    for (let id = this.#parentOf.get(osd); id !== undefined; id = this.#parentOf.get(id)) {
      const type = typeNames.get(buckets[-1 - id]!.type) ?? "";
      // A cycle would come by the same type again.
      if (found.has(type)) break;
      found.set(type, itemNames.get(id) ?? "");
    }
    return found;
  }

  /** Shadow trees of device classes are left out: their names have a tilde. */
  #findParents(): Map<number, number> {
    const parents = new Map<number, number>();
    for (const bucket of this.#crush.buckets) {
      if (bucket === undefined || this.#crush.itemNames.get(bucket.id)?.includes("~")) continue;
      for (const item of bucket.items) parents.set(item, bucket.id);
    }
    return parents;
  }
}

const KNOWN = new WeakMap<CrushMap, CrushFacts>();

/** The facts of a map; maps of successive epochs share theirs while CRUSH does not change. */
export function crushFacts(crush: CrushMap): CrushFacts {
  let facts = KNOWN.get(crush);
  if (facts === undefined) KNOWN.set(crush, facts = new CrushFacts(crush));
  return facts;
}
