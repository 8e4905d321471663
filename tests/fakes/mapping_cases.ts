/** Maps by number, each with the mappings to be compared with those of the real tools. */

import { chooseArgsOf, doRule } from "../../mgr/crush/mapper.ts";
import { OsdMapper } from "../../mgr/crush/osd_mapper.ts";
import { crc32c } from "../../mgr/encoding/mod.ts";
import type { CrushMap } from "../../mgr/types/crush_map.ts";
import type { OsdMap } from "../../mgr/types/osd_map.ts";
import { formatPgId } from "../../mgr/types/pg_id.ts";
import { Random } from "./random.ts";
import { randomCrush, shapeOf } from "./random_crush.ts";
import { randomOsdMap } from "./random_osd_map.ts";

/** All rules of a CRUSH map for the inputs 0 .. inputs-1. */
export interface RulesCase {
  readonly crush: CrushMap;
  readonly inputs: number;
  readonly max: number;
  /** Shares of devices that are not 1. */
  readonly reweights: ReadonlyMap<number, number>;
}

/** All PGs of an OSDMap. */
export interface PgsCase {
  readonly map: OsdMap;
}

/** Either kind. */
export type MappingCase = RulesCase | PgsCase;

/** What a rule finds. */
export interface RuleResult {
  readonly rule: number;
  readonly x: number;
  readonly items: readonly number[];
}

/** Where a PG is. */
export interface PgResult {
  readonly pgid: string;
  readonly raw: readonly number[];
  readonly up: readonly number[];
  readonly upPrimary: number;
  readonly acting: readonly number[];
  readonly actingPrimary: number;
}

/** Case number `n`: even ones are rules, odd ones PGs. `inputs` is how much there is to map. */
export function mappingCase(n: number, inputs: number): MappingCase {
  const random = new Random(n);
  const shape = shapeOf(random, n >> 1);
  if (n % 2 === 0) return rulesCase(random, randomCrush(random, shape), inputs);
  const chooseArgs = [[], [-1], [-1, 2, 3], [1]][(n >> 1) % 4]!;
  const crush = randomCrush(random, { ...shape, chooseArgs });
  const disorder = random.pick([0, 0.1, 0.3]);
  return { map: randomOsdMap(random, { crush, pools: 6, pgNum: Math.max(2, inputs), disorder }) };
}

function rulesCase(random: Random, crush: CrushMap, inputs: number): RulesCase {
  const reweighted = Array.from({ length: crush.maxDevices }, (_, osd) => osd).filter(() =>
    random.chance(0.1)
  );
  const reweights = new Map(reweighted.map((osd) => [osd, random.pick([0, 0.25, 0.7])]));
  return { crush, inputs, max: 1 + random.below(6), reweights };
}

/** Our results, in the order of the tools. */
export function ourResults(c: MappingCase): Generator<RuleResult | PgResult> {
  return "map" in c ? ourPgs(c) : ourRules(c);
}

/** crushtool takes 1 for devices that are in a bucket. */
function weightsOf({ crush, reweights }: RulesCase): Uint32Array {
  const weights = new Uint32Array(crush.maxDevices);
  for (const bucket of crush.buckets) {
    for (const item of bucket?.items ?? []) if (item >= 0) weights[item] = 0x10000;
  }
  for (const [osd, share] of reweights) weights[osd] = Math.trunc(share * 0x10000);
  return weights;
}

function* ourRules(c: RulesCase): Generator<RuleResult> {
  const weights = weightsOf(c);
  const args = chooseArgsOf(c.crush, 0);
  for (const rule of c.crush.rules.keys()) {
    for (let x = 0; x < c.inputs; x++) {
      yield { rule, x, items: doRule(c.crush, rule, { x, max: c.max, weights, args }) };
    }
  }
}

function* ourPgs({ map }: PgsCase): Generator<PgResult> {
  const mapper = new OsdMapper(map);
  for (const [id, { pgNum }] of map.pools) {
    const pool = mapper.pool(id)!;
    for (let seed = 0; seed < pgNum; seed++) {
      const { up, upPrimary, acting, actingPrimary } = pool.map(seed);
      const pgid = formatPgId({ pool: id, seed });
      yield { pgid, raw: pool.raw(seed), up, upPrimary, acting, actingPrimary };
    }
  }
}

/** A checksum over results, to be recorded in place of them. */
export class ResultDigest {
  readonly #utf8 = new TextEncoder();
  crc = 0xffffffff;

  add(result: RuleResult | PgResult): void {
    this.crc = crc32c(this.crc, this.#utf8.encode(JSON.stringify(result)));
  }
}
