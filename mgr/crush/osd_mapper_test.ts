/** Placement: seeds, upmaps, temporary mappings, affinity; recorded mappings of osdmaptool. */

import { assertEquals } from "@std/assert";
import { Random } from "../../tests/fakes/random.ts";
import { randomCrush } from "../../tests/fakes/random_crush.ts";
import { nextEpoch, randomOsdMap } from "../../tests/fakes/random_osd_map.ts";
import { specFixtures } from "../../tests/spec_vectors.ts";
import { OPTIMAL_TUNABLES } from "../types/crush_map.ts";
import { OsdMap } from "../types/osd_map.ts";
import type { UpmapItem } from "../types/osd_map_layouts.ts";
import { parsePgId } from "../types/pg_id.ts";
import { BLANK_POOL } from "../types/pg_pool.ts";
import { NO_OSD, OsdMapper, type PgMapping } from "./osd_mapper.ts";
import { hashName, objectSeed, stableMod } from "./placement.ts";

type Row = readonly [string, number[], number, number[], number];

interface Fixtures {
  readonly osdmap_mapping: {
    readonly map: string;
    readonly pgs: readonly [string, number[], ...unknown[]][];
  };
  readonly big_map: { readonly hex: string; readonly pgs: readonly Row[] };
  readonly str_hash: readonly { readonly hex: string; readonly rjenkins: number; readonly linux: number }[];
  readonly objects: readonly {
    readonly name: string;
    readonly key: string;
    readonly namespace: string;
    readonly seed: number;
    readonly pg_num_37: number;
  }[];
}

const recorded = specFixtures<Fixtures>("osdmap_crush");
const ignore = recorded === undefined;

const rowOf = (m: PgMapping): unknown[] => [m.up, m.upPrimary, m.acting, m.actingPrimary];

Deno.test({
  name: "OsdMapper maps as recorded: choose_args, classes, affinities, upmaps, temporary mappings",
  ignore,
  fn() {
    const mapper = new OsdMapper(OsdMap.decode(Uint8Array.fromHex(recorded!.osdmap_mapping.map)));
    for (const [pgid, raw, ...rest] of recorded!.osdmap_mapping.pgs) {
      const pg = parsePgId(pgid)!;
      assertEquals(mapper.pool(pg.pool)!.raw(pg.seed), raw, pgid);
      assertEquals(rowOf(mapper.map(pg)!), rest, pgid);
    }
  },
});

Deno.test({
  name: "OsdMapper maps a real cluster as `ceph osd map` does",
  ignore,
  fn() {
    const mapper = new OsdMapper(OsdMap.decode(Uint8Array.fromHex(recorded!.big_map.hex)));
    for (const [pgid, ...rest] of recorded!.big_map.pgs) {
      assertEquals(rowOf(mapper.map(parsePgId(pgid)!)!), rest, pgid);
    }
  },
});

Deno.test({
  name: "hashName() and objectSeed() give the recorded values",
  ignore,
  fn() {
    for (const { hex, rjenkins, linux } of recorded!.str_hash) {
      const bytes = Uint8Array.fromHex(hex);
      assertEquals([hashName(2, bytes), hashName(1, bytes), hashName(9, bytes)], [
        rjenkins,
        linux,
        0xffffffff,
      ]);
    }
    for (const { name, key, namespace, seed, pg_num_37 } of recorded!.objects) {
      const ours = objectSeed(BLANK_POOL, name, namespace, key);
      assertEquals([ours, stableMod(ours, 37)], [seed, pg_num_37]);
    }
  },
});

Deno.test("stableMod() folds every seed into the range and keeps those below half of it", () => {
  assertEquals([0, 11, 12, 15, 16].map((x) => stableMod(x, 12)), [0, 11, 4, 7, 0]);
  assertEquals([stableMod(5, 1), stableMod(0xffffffff, 16)], [0, 15]);
});

/** Twelve devices in order, one replicated pool of size 3 with eight PGs. */
function ordered(changes: Parameters<typeof nextEpoch>[1]): OsdMap {
  const random = new Random(5);
  const shape = { alg: 5, tunables: OPTIMAL_TUNABLES, racks: 2, hostsPerRack: 3, osdsPerHost: 2 };
  const map = randomOsdMap(random, { crush: randomCrush(random, shape), pools: 8, pgNum: 8, disorder: 0 });
  return nextEpoch(map, changes);
}

/** A pool of `ordered` of that type and size 3 at least. */
function poolOf(map: OsdMap, type: number): number {
  return [...map.pools].find(([, pool]) => pool.type === type && pool.size >= 3)![0];
}

const mapping = (map: OsdMap, pool: number): PgMapping => new OsdMapper(map).map({ pool, seed: 0 })!;

function upmapped(items: (up: readonly number[], spare: readonly number[]) => UpmapItem[]) {
  const map = ordered({});
  const pool = poolOf(map, 1);
  const { up } = mapping(map, pool);
  const spare = [...map.osdState.keys()].filter((osd) => map.isUp(osd) && !up.includes(osd));
  const next = nextEpoch(map, { newPgUpmapItems: new Map([[pool, new Map([[0, items(up, spare)]])]]) });
  return { up, spare, after: mapping(next, pool).up, next, pool };
}

Deno.test("PoolMapper replaces OSDs by upmaps, but not by one that is there already", () => {
  const moved = upmapped(([a], [s]) => [{ from: a!, to: s! }]);
  assertEquals(moved.after, [moved.spare[0]!, ...moved.up.slice(1)]);
  const refused = upmapped(([a, b]) => [{ from: a!, to: b! }]);
  assertEquals(refused.after, refused.up);
});

Deno.test("PoolMapper passes over an upmap to an OSD that is out", () => {
  const { up, spare, next, pool } = upmapped(([a], [s]) => [{ from: a!, to: s! }]);
  assertEquals(mapping(nextEpoch(next, { newWeight: new Map([[spare[0]!, 0]]) }), pool).up, up);
});

Deno.test("PoolMapper lets a hole or closes up, as the type of the pool is", () => {
  const map = ordered({});
  for (const type of [1, 3]) {
    const pool = poolOf(map, type);
    const { up } = mapping(map, pool);
    const down = nextEpoch(map, { newState: new Map([[up[0]!, 0]]) });
    assertEquals(mapping(down, pool).up, type === 1 ? up.slice(1) : [0x7fffffff, ...up.slice(1)]);
    assertEquals(mapping(down, pool).upPrimary, up[1]);
  }
});

Deno.test("PoolMapper serves a PG by its temporary OSDs, and by its temporary primary alone", () => {
  const map = ordered({});
  const pool = poolOf(map, 1);
  const { up } = mapping(map, pool);
  const temp = nextEpoch(map, { newPgTemp: new Map([[pool, new Map([[0, [...up].reverse()]])]]) });
  assertEquals(rowOf(mapping(temp, pool)), [up, up[0], [...up].reverse(), up.at(-1)]);
  const primary = nextEpoch(map, { newPrimaryTemp: new Map([[pool, new Map([[0, up[1]!]])]]) });
  assertEquals(rowOf(mapping(primary, pool)), [up, up[0], up, up[1]]);
});

Deno.test("PoolMapper moves the primary of a replicated PG to the front when the first one declines", () => {
  const map = ordered({});
  const pool = poolOf(map, 1);
  const { up } = mapping(map, pool);
  const [first, second, ...others] = up as [number, number, ...number[]];
  const declined = mapping(nextEpoch(map, { newPrimaryAffinity: new Map([[first, 0]]) }), pool);
  const moved = [second, first, ...others];
  assertEquals(rowOf(declined), [moved, second, moved, second]);
  const none = nextEpoch(map, { newPrimaryAffinity: new Map(up.map((osd) => [osd, 0])) });
  assertEquals(mapping(none, pool).upPrimary, first);
});

Deno.test("OsdMapper knows no pool that is not there, and no OSD where none is up", () => {
  const map = ordered({});
  assertEquals(new OsdMapper(map).map({ pool: 99, seed: 0 }), undefined);
  const pool = poolOf(map, 1);
  const down = nextEpoch(map, { newState: new Map(mapping(map, pool).up.map((osd) => [osd, 0])) });
  assertEquals(rowOf(mapping(down, pool)), [[], NO_OSD, [], NO_OSD]);
});
