/** The OSDMap as a module sees it, on the recorded map of a real cluster. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { dumpOsdTree } from "../../mgr/crush/osd_tree.ts";
import { ModuleOsdMap } from "../../mgr/host/runner/module_osd_map.ts";
import { inherit, partsOf } from "../../mgr/host/runner/osd_map_parts.ts";
import { dumpCrushMap } from "../../mgr/types/crush_dump.ts";
import { OsdMap } from "../../mgr/types/osd_map.ts";
import { osdMapCodec } from "../../mgr/types/osd_map_apply.ts";
import { dumpOsdMap } from "../../mgr/types/osd_map_dump.ts";
import { withExactTypes } from "../../sdk/exact.ts";
import { lastRecordedMap, recordedIncrements } from "./recorded_map.ts";

const map = new ModuleOsdMap(await lastRecordedMap());
const pools = [...map.getPools().values()];

Deno.test("ModuleOsdMap names pools, profiles and the release as its dump does", () => {
  assertEquals(map.dump().epoch, map.getEpoch());
  assertEquals([...map.getPoolsByName().keys()].sort(), pools.map(({ pool_name }) => pool_name).sort());
  for (const pool of pools.filter(({ type }) => type === 3)) {
    const { k, m } = map.getEcProfile(pool.erasure_code_profile)!;
    assertEquals(map.poolRawUsedRate(pool.pool), Math.fround((Number(k) + Number(m)) / Number(k)));
  }
  assertEquals([map.getRequireOsdRelease(), map.getEcProfile("nosuch")], ["pacific", undefined]);
  assertThrows(() => map.poolRawUsedRate(999), Error, "no such pool");
});

Deno.test("ModuleOsdMap maps single PGs and whole pools alike", () => {
  for (const { pool, pg_num } of pools) {
    const all = map.mapPoolPgsUp(pool);
    assertEquals(all.size, pg_num);
    for (let seed = 0; seed < pg_num; seed++) {
      assertEquals(map.pgToUpActingOsds(pool, seed).up, all.get(`${pool}.${seed.toString(16)}`)!);
    }
  }
  assertEquals(map.pgToUpActingOsds(999, 0), { up: [], up_primary: -1, acting: [], acting_primary: -1 });
  assertThrows(() => map.mapPoolPgsUp(999), Error, "no such pool");
});

Deno.test("ModuleOsdMap takes an incremental with reweights and leaves the old map as it was", () => {
  const before = map.dump().osds.find(({ osd }) => osd === 0)!.weight;
  const incremental = map.newIncremental();
  assertEquals(incremental.getEpoch(), map.getEpoch() + 1);
  incremental.setOsdReweights({ 0: 0.5 });
  const next = map.applyIncremental(incremental);
  assertEquals(next.getEpoch(), map.getEpoch() + 1);
  assertEquals(next.dump().osds.find(({ osd }) => osd === 0)!.weight, 0.5);
  assertEquals(map.dump().osds.find(({ osd }) => osd === 0)!.weight, before);
  assertThrows(() => incremental.setOsdReweights({ x: 1 } as never), TypeError, "'x' is no id");
  assertThrows(() => map.applyIncremental({} as never), TypeError, "newIncremental()");
  assertThrows(() => next.applyIncremental(incremental), Error, "does not follow");
});

Deno.test("ModuleOsdMap.calcPgUpmaps() fills an incremental, and refuses a pool that is not there", () => {
  const incremental = map.newIncremental();
  const count = map.calcPgUpmaps(incremental, 1);
  const { new_pg_upmap_items, old_pg_upmap_items } = incremental.dump() as {
    new_pg_upmap_items: unknown[];
    old_pg_upmap_items: unknown[];
  };
  assertEquals(new_pg_upmap_items.length + old_pg_upmap_items.length, count);
  assertThrows(() => map.calcPgUpmaps(incremental, 1, 10, ["nosuch"]), Error, "no such pool");
});

Deno.test("ModuleCrushMap tells roots, shares and rules", () => {
  const crush = map.getCrush();
  const [root] = crush.findTakes();
  assert(crush.findRoots().includes(root!));
  const shares = crush.getTakeWeightOsdMap(root!);
  assertEquals([...shares.keys()], crush.getOsdsUnder(root!));
  const sum = [...shares.values()].reduce((a, b) => a + b, 0);
  assert(Math.abs(sum - 1) < 1e-6);
  const rule = crush.dump().rules[0]!;
  assertEquals(crush.getRule(rule.rule_name!), rule);
  assertEquals(crush.getRuleById(rule.rule_id), rule);
  assertEquals(crush.getRuleRoot("nosuch"), undefined);
  const counted = [...crush.deviceClassCounts().values()].reduce((a, b) => a + b, 0);
  assertEquals(counted, crush.dump().devices.length);
  assertEquals([crush.getItemName(12345), crush.getItemWeight(12345)], [undefined, undefined]);
  assertThrows(() => crush.getOsdsUnder(-999), Error, "no bucket");
});

Deno.test("The parts that a map takes over from the one before are what it would make itself, in every recorded epoch", async () => {
  let map = OsdMap.blank();
  for (const bytes of await recordedIncrements()) {
    const next = osdMapCodec.apply(map, bytes);
    inherit(next, map);
    map = next;
    const parts = partsOf(map);
    const fresh = withExactTypes(dumpOsdMap(map, "python"));
    assertEquals(parts.osdMap(), fresh as ReturnType<typeof parts.osdMap>);
    assertEquals(parts.part("osd_map_tree"), dumpOsdTree(map, "python"));
    assertEquals(parts.part("osd_map_crush"), dumpCrushMap(map.crush));
  }
});
