/** Which OSD may stand in for another one in a placement group, so that the rule's failure domains stay apart. */

import type { CrushBucket } from "../types/crush_bucket.ts";
import type { CrushMap } from "../types/crush_map.ts";
import { RuleOp } from "../types/crush_rule.ts";
import { pathsBelow } from "./tree.ts";

/** Type of devices. */
const DEVICE = 0;

const CHOICES: ReadonlySet<number> = new Set([
  RuleOp.chooseFirstn,
  RuleOp.chooseIndep,
  RuleOp.chooseleafFirstn,
  RuleOp.chooseleafIndep,
  RuleOp.chooseMsr,
]);

/** From one "take" to its "emit". */
interface Block {
  /** Buckets above each device that can be chosen. */
  readonly paths: ReadonlyMap<number, readonly CrushBucket[]>;
  /** Types of the buckets that a choice before the last one made: a replacement stays below the same. */
  readonly kept: readonly number[];
  /** Type that no two OSDs may share a bucket of. */
  readonly apart: number;
}

function blocksOf(crush: CrushMap, rule: number): Block[] {
  const blocks: Block[] = [];
  let root: number | undefined;
  let types: number[] = [];
  for (const { op, arg1, arg2 } of crush.rules[rule]?.steps ?? []) {
    if (op === RuleOp.take) root = arg1;
    if (CHOICES.has(op)) types.push(arg2);
    if (op !== RuleOp.emit || root === undefined) continue;
    blocks.push({ paths: pathsBelow(crush, root), kept: types.slice(0, -1), apart: types.at(-1) ?? DEVICE });
    types = [];
  }
  return blocks;
}

function idOfType(path: readonly CrushBucket[], type: number): number | undefined {
  return path.find((bucket) => bucket.type === type)?.id;
}

/** The constraints of one rule. */
export class UpmapRule {
  readonly #blocks: readonly Block[];

  constructor(crush: CrushMap, rule: number) {
    this.#blocks = blocksOf(crush, rule);
  }

  /** Whether the rule can choose that OSD. */
  has(osd: number): boolean {
    return this.#blocks.some(({ paths }) => paths.has(osd));
  }

  /** Whether in the PG on `osds` the one at `at` may be replaced by `to`, which is not among them. */
  allows(osds: readonly number[], at: number, to: number): boolean {
    const from = osds[at]!;
    return this.has(to) && this.#blocks.every((block) => {
      const pathFrom = block.paths.get(from);
      const pathTo = block.paths.get(to);
      if (pathFrom === undefined || pathTo === undefined) return pathFrom === pathTo;
      return block.kept.every((type) => idOfType(pathFrom, type) === idOfType(pathTo, type)) &&
        isApart(block, osds, at, pathTo);
    });
  }
}

function isApart(
  { paths, apart }: Block,
  osds: readonly number[],
  at: number,
  pathTo: readonly CrushBucket[],
): boolean {
  const own = idOfType(pathTo, apart);
  if (apart === DEVICE || own === undefined) return true;
  return osds.every((osd, i) => i === at || idOfType(paths.get(osd) ?? [], apart) !== own);
}
