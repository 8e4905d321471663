/**
 * `deno run -A tools/crush_compare.ts [maps] [inputs]`: our mappings against those of the real crushtool and osdmaptool.
 *
 * Half of the maps are CRUSH maps whose rules are run for so many inputs, half are OSDMaps whose PGs are mapped. Every
 * map is made of its number, so a mismatch can be looked at again.
 */

import { doRule } from "../mgr/crush/mapper.ts";
import { OsdMapper } from "../mgr/crush/osd_mapper.ts";
import { chooseArgsOf } from "../mgr/crush/mapper.ts";
import { encodeAll } from "../mgr/encoding/mod.ts";
import { CrushMap } from "../mgr/types/crush_map.ts";
import type { OsdMap } from "../mgr/types/osd_map.ts";
import { parsePgId } from "../mgr/types/pg_id.ts";
import { Random } from "../tests/fakes/random.ts";
import { randomCrush, shapeOf } from "../tests/fakes/random_crush.ts";
import { randomOsdMap } from "../tests/fakes/random_osd_map.ts";
import { parsePgResult, parseRuleResult, toolLines } from "./crush_tool.ts";
import { print, printError } from "./print.ts";

/** What a comparison came to. */
export interface Comparison {
  readonly mappings: number;
  /** The first few that differ. */
  readonly mismatches: readonly string[];
}

const MAX_MISMATCHES = 5;

/** Counts and remembers. */
class Tally {
  mappings = 0;
  readonly mismatches: string[] = [];

  note(what: string, ours: unknown, theirs: unknown): void {
    this.mappings++;
    const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
    if (a !== b && this.mismatches.length < MAX_MISMATCHES) {
      this.mismatches.push(`${what}: ours ${a}, theirs ${b}`);
    }
  }
}

async function withFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile({ prefix: "ganglion-map-" });
  try {
    await Deno.writeFile(path, bytes);
    return await use(path);
  } finally {
    await Deno.remove(path);
  }
}

/** What crushtool takes for the devices' weights: 1 for those in a bucket. */
function presentWeights(crush: CrushMap): Uint32Array {
  const weights = new Uint32Array(crush.maxDevices);
  for (const bucket of crush.buckets) {
    for (const item of bucket?.items ?? []) if (item >= 0) weights[item] = 0x10000;
  }
  return weights;
}

/** All rules of a map, for inputs 0 .. `inputs`-1, with some devices reweighted. */
export function compareRules(
  crush: CrushMap,
  random: Random,
  inputs: number,
  max: number,
): Promise<Comparison> {
  const weights = presentWeights(crush);
  const flags: string[] = [];
  for (let osd = 0; osd < weights.length; osd++) {
    if (!random.chance(0.1)) continue;
    const share = random.pick([0, 0.25, 0.7]);
    weights[osd] = Math.trunc(share * 0x10000);
    flags.push("--weight", String(osd), String(share));
  }
  const args = chooseArgsOf(crush, 0);
  return withFile(encodeAll(CrushMap.encode, crush), async (path) => {
    const tally = new Tally();
    const range = ["--min-x", "0", "--max-x", String(inputs - 1), "--num-rep", String(max)];
    const command = ["-i", path, "--test", "--show-mappings", ...range, ...flags];
    for await (const line of toolLines("crushtool", command)) {
      const theirs = parseRuleResult(line);
      if (!theirs) continue;
      const ours = doRule(crush, theirs.rule, { x: theirs.x, max, weights, args });
      tally.note(`rule ${theirs.rule} x ${theirs.x}`, ours, theirs.items);
    }
    return tally;
  });
}

/** All PGs of a map: raw, up, acting and both primaries. */
export function comparePgs(map: OsdMap): Promise<Comparison> {
  return withFile(map.bytes, async (path) => {
    const tally = new Tally();
    const mapper = new OsdMapper(map);
    for await (const line of toolLines("osdmaptool", [path, "--test-map-pgs-dump-all"])) {
      const theirs = parsePgResult(line);
      if (!theirs) continue;
      const { pool, seed } = parsePgId(theirs.pgid)!;
      const { up, upPrimary, acting, actingPrimary } = mapper.pool(pool)!.map(seed);
      const raw = mapper.pool(pool)!.raw(seed);
      tally.note(theirs.pgid, { pgid: theirs.pgid, raw, up, upPrimary, acting, actingPrimary }, theirs);
    }
    return tally;
  });
}

/** Map number `n`, of either kind in turn. */
export function compareMap(n: number, inputs: number): Promise<Comparison> {
  const random = new Random(n);
  const shape = shapeOf(random, n >> 1);
  if (n % 2 === 0) return compareRules(randomCrush(random, shape), random, inputs, 1 + random.below(6));
  const chooseArgs = [[], [-1], [-1, 2, 3], [1]][(n >> 1) % 4]!;
  const crush = randomCrush(random, { ...shape, chooseArgs });
  const pgNum = Math.max(2, inputs);
  return comparePgs(randomOsdMap(random, { crush, pools: 6, pgNum, disorder: random.pick([0, 0.1, 0.3]) }));
}

if (import.meta.main) {
  const maps = Number(Deno.args[0] ?? 60);
  const inputs = Number(Deno.args[1] ?? 4000);
  let total = 0;
  let wrong = 0;
  for (let n = 0; n < maps; n++) {
    const { mappings, mismatches } = await compareMap(n, inputs);
    total += mappings;
    wrong += mismatches.length;
    for (const mismatch of mismatches) printError(`map ${n}: ${mismatch}`);
  }
  print(`${maps} maps, ${total} mappings, ${wrong} mismatches`);
  Deno.exit(wrong === 0 && total > 0 ? 0 : 1);
}
