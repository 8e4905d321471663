/** Roots, takes and weights as the real manager answered them. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { specFixtures } from "../../tests/spec_vectors.ts";
import { Random } from "../../tests/fakes/random.ts";
import { randomCrush } from "../../tests/fakes/random_crush.ts";
import { OPTIMAL_TUNABLES } from "../types/crush_map.ts";
import { RuleOp } from "../types/crush_rule.ts";
import { OsdMap } from "../types/osd_map.ts";
import { OsdMapper } from "./osd_mapper.ts";
import { itemWeight, pathsBelow, rootsOf, ruleWeights, takesOf, takeWeights } from "./tree.ts";

interface Recorded {
  readonly map: string;
  readonly takes: readonly number[];
  readonly roots: readonly number[];
  readonly w: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly iw: Readonly<Record<string, number | null>>;
  readonly pools: Readonly<Record<string, { readonly up: Readonly<Record<string, number[]>> }>>;
}

const recorded = specFixtures<{ module_objects: Recorded }>("osdmap_crush")?.module_objects;
const ignore = recorded === undefined;

Deno.test({
  name: "rootsOf(), takesOf(), takeWeights() and itemWeight() answer as ceph-mgr did",
  ignore,
  fn() {
    const { crush } = OsdMap.decode(Uint8Array.fromHex(recorded!.map));
    assertEquals([rootsOf(crush), takesOf(crush)], [recorded!.roots, recorded!.takes]);
    for (const [root, weights] of Object.entries(recorded!.w)) {
      assertEquals(Object.fromEntries(takeWeights(crush, Number(root))), weights);
    }
    for (const [item, weight] of Object.entries(recorded!.iw)) {
      assertEquals(itemWeight(crush, Number(item)) ?? null, weight, item);
    }
  },
});

Deno.test({
  name: "PoolMapper.up() answers as map_pool_pgs_up did",
  ignore,
  fn() {
    const map = OsdMap.decode(Uint8Array.fromHex(recorded!.map));
    const mapper = new OsdMapper(map);
    for (const [pool, { up }] of Object.entries(recorded!.pools)) {
      const { pgNum } = map.pools.get(Number(pool))!;
      const ours = Array.from({ length: pgNum }, (_, seed) => [
        `${pool}.${seed.toString(16)}`,
        mapper.pool(Number(pool))!.map(seed).up,
      ]);
      assertEquals(Object.fromEntries(ours), up);
    }
  },
});

const SHAPE = {
  alg: 5,
  tunables: OPTIMAL_TUNABLES,
  racks: 2,
  hostsPerRack: 2,
  osdsPerHost: 3,
  classes: true,
};

Deno.test("ruleWeights() adds up to one for each take of the rule", () => {
  const crush = randomCrush(new Random(1), SHAPE);
  for (const [id, rule] of crush.rules.entries()) {
    const sum = [...ruleWeights(crush, id).values()].reduce((a, b) => a + b, 0);
    const takes = rule!.steps.filter(({ op }) => op === RuleOp.take).length;
    assert(Math.abs(sum - takes) < 1e-5);
  }
  assertEquals(ruleWeights(crush, 99).size, 0);
});

Deno.test("ruleWeights() knows only the devices of the rule's class", () => {
  const crush = randomCrush(new Random(1), SHAPE);
  const ofClass = [...crush.itemClasses].filter(([id, cls]) => id >= 0 && cls === 0).map(([id]) => id);
  assertEquals([...ruleWeights(crush, 6).keys()], ofClass);
});

Deno.test("takeWeights() throws for a bucket that is not there", () => {
  assertThrows(() => takeWeights(randomCrush(new Random(1), SHAPE), -99), Error, "there is no bucket -99");
});

Deno.test("pathsBelow() names the buckets above each device, from the root on", () => {
  const crush = randomCrush(new Random(1), { ...SHAPE, classes: false });
  const paths = pathsBelow(crush, -7);
  assertEquals([...paths.keys()], Array.from({ length: 12 }, (_, osd) => osd));
  assertEquals(paths.get(4)?.map(({ id }) => crush.itemNames.get(id)), ["default", "rack0", "host1"]);
});
