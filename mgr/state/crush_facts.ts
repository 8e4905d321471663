/** What statistics want to know of a CRUSH map: shares of OSDs in a rule, device classes, where an OSD is. */

import { bucketOf, ruleWeights } from "../crush/tree.ts";
import type { CrushMap } from "../types/crush_map.ts";

/** Worked out when asked for, and kept. */
export class CrushFacts {
  readonly #crush: CrushMap;
  readonly #weights = new Map<number, ReadonlyMap<number, number>>();
  #parentOf: ReadonlyMap<number, number> | undefined;

  constructor(crush: CrushMap) {
    this.#crush = crush;
  }

  /** The share of each OSD in what a rule places, a float32; undefined when there is no such rule. */
  ruleWeights(rule: number): ReadonlyMap<number, number> | undefined {
    if (this.#crush.rules[rule] === undefined) return undefined;
    let weights = this.#weights.get(rule);
    if (weights === undefined) this.#weights.set(rule, weights = ruleWeights(this.#crush, rule));
    return weights;
  }

  deviceClass(osd: number): string | undefined {
    const id = this.#crush.itemClasses.get(osd);
    return id === undefined ? undefined : this.#crush.classNames.get(id);
  }

  /** Names of the buckets above an OSD by the names of their types. Upstream: CrushWrapper::get_full_location */
  parents(osd: number): Map<string, string> {
    const { typeNames, itemNames } = this.#crush;
    this.#parentOf ??= this.#findParents();
    const found = new Map<string, string>();
    for (let id = this.#parentOf.get(osd); id !== undefined; id = this.#parentOf.get(id)) {
      const type = typeNames.get(bucketOf(this.#crush, id)!.type) ?? "";
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
