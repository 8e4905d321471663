/** Balancing: how far it gets, what it never does. */

import { assert, assertEquals } from "@std/assert";
import { Random } from "../../tests/fakes/random.ts";
import { randomCrush } from "../../tests/fakes/random_crush.ts";
import { nextEpoch, randomOsdMap } from "../../tests/fakes/random_osd_map.ts";
import { OPTIMAL_TUNABLES } from "../types/crush_map.ts";
import type { OsdMap } from "../types/osd_map.ts";
import { OsdMapper } from "./osd_mapper.ts";
import { calcPgUpmaps, type UpmapChanges } from "./upmap.ts";
import { UpmapState } from "./upmap_state.ts";

function skewed(seed: number, disorder = 0): OsdMap {
  const random = new Random(seed);
  const shape = {
    alg: 5,
    tunables: OPTIMAL_TUNABLES,
    racks: 4,
    hostsPerRack: 4,
    osdsPerHost: 4,
    classes: true,
  };
  return randomOsdMap(random, { crush: randomCrush(random, shape), pools: 2, pgNum: 300, disorder });
}

const applied = (map: OsdMap, changes: UpmapChanges): OsdMap =>
  nextEpoch(map, {
    newPgUpmapItems: changes.newPgUpmapItems,
    oldPgUpmapItems: changes.oldPgUpmapItems,
  });

/** Greatest deviation, and the sum of the squares. */
function spread(map: OsdMap): { max: number; squares: number } {
  const state = new UpmapState(map, map.pools.keys());
  const deviations = state.byDeviation().map((osd) => state.deviation(osd));
  return {
    max: Math.max(...deviations.map(Math.abs)),
    squares: deviations.reduce((sum, d) => sum + d * d, 0),
  };
}

const all = { maxDeviation: 1, maxChanges: 10_000 };

Deno.test("calcPgUpmaps() brings OSDs near their share where the rules allow it", () => {
  const results = [1, 2, 4, 5, 6, 7].map((seed) => {
    const map = skewed(seed);
    return { before: spread(map), after: spread(applied(map, calcPgUpmaps(map, all))) };
  });
  assert(results.every(({ before, after }) => after.squares < before.squares / 2));
  assert(results.filter(({ after }) => after.max <= 1).length >= 3);
});

Deno.test("calcPgUpmaps() has nothing to do once it is balanced", () => {
  const map = skewed(2);
  const balanced = applied(map, calcPgUpmaps(map, all));
  assertEquals(calcPgUpmaps(balanced, all).count, 0);
});

Deno.test("calcPgUpmaps() makes no more changes than it may, the best ones first", () => {
  const map = skewed(2);
  const few = calcPgUpmaps(map, { ...all, maxChanges: 5 });
  assert(few.count > 0 && few.count <= 5);
  assert(spread(applied(map, few)).squares < spread(map).squares);
});

Deno.test("calcPgUpmaps() looks at the pools it is told to", () => {
  const map = skewed(2);
  const { newPgUpmapItems } = calcPgUpmaps(map, { ...all, pools: [2] });
  assertEquals([...newPgUpmapItems.keys()], [2]);
  assertEquals(calcPgUpmaps(map, { ...all, pools: [99] }).count, 0);
});

Deno.test("calcPgUpmaps() keeps PGs on different OSDs and sends none to an OSD that is down or out", () => {
  for (const seed of [2, 3, 5]) {
    const map = skewed(seed, 0.2);
    const changes = calcPgUpmaps(map, all);
    const next = applied(map, changes);
    const mapper = new OsdMapper(next);
    for (const [pool, row] of changes.newPgUpmapItems) {
      for (const pgSeed of row.keys()) {
        const before = new Set(new OsdMapper(map).pool(pool)!.up(pgSeed));
        const up = mapper.pool(pool)!.up(pgSeed).filter((osd) => osd !== 0x7fffffff);
        assertEquals(new Set(up).size, up.length);
        assert(up.every((osd) => before.has(osd) || (next.isUp(osd) && next.osdWeight[osd]! > 0)));
      }
    }
  }
});

Deno.test("calcPgUpmaps() takes upmaps back that unbalance", () => {
  const map = skewed(2);
  const balanced = applied(map, calcPgUpmaps(map, all));
  const worse = nextEpoch(balanced, { newWeight: new Map([[3, 0x8000]]) });
  const mended = nextEpoch(worse, { newWeight: new Map([[3, 0x10000]]) });
  assertEquals(calcPgUpmaps(mended, all).count, 0);
  const changes = calcPgUpmaps(worse, all);
  assert(changes.count > 0);
  assert(spread(applied(worse, changes)).squares < spread(worse).squares);
});
