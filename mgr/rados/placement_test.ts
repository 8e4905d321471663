/** Where operations go. */

import { assertEquals } from "@std/assert";
import { nextEpoch } from "../../tests/fakes/random_osd_map.ts";
import { OSDS, POOL, servedBy, smallOsdMap, withPool } from "../../tests/fakes/small_osd_map.ts";
import { OsdMapper } from "../crush/osd_mapper.ts";
import { NO_ITEM } from "../crush/rule_input.ts";
import { HOBJECT_MIN, NO_SNAP } from "../types/hobject.ts";
import { HASH_OF_NAME } from "../types/object_locator.ts";
import type { OsdMap } from "../types/osd_map.ts";
import { OsdMapFlag, PoolFlag } from "../types/osd_map_bits.ts";
import { PoolType } from "../types/pg_pool.ts";
import { Backoffs, MAX_BACKOFFS } from "./backoffs.ts";
import { OpFlag } from "./op_codes.ts";
import { hobjectOf, holdReason, place, refusesEverything, type Target } from "./placement.ts";

const viewOf = (map: OsdMap) => ({ map, mapper: new OsdMapper(map) });

function target(oid: string, over: Partial<Target["locator"]> = {}): Target {
  return { oid, locator: { pool: POOL, key: "", nspace: "", hash: HASH_OF_NAME, ...over } };
}

const eightPgs = () => withPool(smallOsdMap(), POOL, "p", { pgNum: 8, pgpNum: 8 });

Deno.test("place() hashes the name, or the key in its place, with the namespace", () => {
  const hashOf = (t: Target) => place(viewOf(eightPgs()), t, 0)!.hash;
  assertEquals(hashOf(target("fx")), 3189899176);
  assertEquals(hashOf(target("nsobj", { nspace: "ns1" })), 1693893530);
  assertEquals(hashOf(target("lobj", { key: "thekey" })), 3148393039);
});

Deno.test("place() folds the hash into the PGs, and sends that of a PG operation folded", () => {
  const view = viewOf(eightPgs());
  const object = place(view, target("fx"), 0)!;
  assertEquals([object.pgid.pg, object.locator.hash], [{ pool: POOL, seed: 3189899176 % 8 }, HASH_OF_NAME]);
  const onPg = place(view, target("", { hash: 0xdc040525 }), 0)!;
  assertEquals([onPg.pgid.pg.seed, onPg.hash, onPg.locator.hash], [5, 5, 5]);
});

Deno.test("place() names the primary's shard of an erasure coded pool", () => {
  const ec = withPool(smallOsdMap(), 2, "ec", { type: PoolType.erasure, size: 3 });
  const holed = servedBy(ec, [NO_ITEM, 3, 1], 0, 2);
  const placement = place(viewOf(holed), target("x", { pool: 2 }), 0)!;
  assertEquals([placement.primary, placement.pgid.shard], [3, 1]);
});

Deno.test("place() answers nothing for a pool that is not there", () => {
  assertEquals(place(viewOf(smallOsdMap()), target("x", { pool: 9 }), 0), undefined);
});

Deno.test("an interval ends with the OSDs, the size or the PGs of a pool, not with an epoch", () => {
  const map = smallOsdMap();
  const { interval } = place(viewOf(map), target("x"), 0)!;
  const after = (next: OsdMap) => place(viewOf(next), target("x"), 0)!.interval === interval;
  assertEquals(after(nextEpoch(map, { newFlags: OsdMapFlag.noout })), true);
  const ends = [
    servedBy(map, [1, 0]),
    servedBy(map, [0, 2]),
    withPool(map, POOL, "p", { size: 3 }),
    withPool(map, POOL, "p", { minSize: 2 }),
    withPool(map, POOL, "p", { pgNumPending: 1 }),
    withPool(map, POOL, "p", { lastForceOpResend: 5 }),
  ];
  assertEquals(ends.map(after), ends.map(() => false));
});

Deno.test("holdReason(): what waits for what", () => {
  const map = smallOsdMap();
  const reasons = (flags: number, poolFlags: bigint, op: number) => {
    const held = withPool(nextEpoch(map, { newFlags: flags }), POOL, "p", { flags: poolFlags });
    return holdReason(held, held.pools.get(POOL)!, op);
  };
  const { read, write, fullTry, fullForce } = OpFlag;
  assertEquals(reasons(0, 0n, read | write), undefined);
  assertEquals(reasons(OsdMapFlag.pauserd, 0n, read), "reads are paused (osd pause)");
  assertEquals(reasons(OsdMapFlag.pauserd, 0n, write), undefined);
  assertEquals(reasons(OsdMapFlag.pausewr, 0n, write | fullForce), "writes are paused (osd pause)");
  assertEquals(reasons(OsdMapFlag.full, 0n, write), "the cluster is full");
  assertEquals(reasons(OsdMapFlag.full, 0n, read), undefined);
  assertEquals(reasons(OsdMapFlag.full, 0n, write | fullTry), undefined);
  assertEquals(reasons(0, 1n << PoolFlag.full, write), "the pool is full");
  assertEquals(reasons(0, 1n << PoolFlag.full_quota, write), "the pool has reached its quota");
  assertEquals(reasons(0, 1n << PoolFlag.full_quota, write | fullForce), undefined);
});

Deno.test("refusesEverything() by the flag eio", () => {
  const pool = withPool(smallOsdMap(), POOL, "p", { flags: 1n << PoolFlag.eio }).pools.get(POOL)!;
  assertEquals([refusesEverything(pool), refusesEverything({ ...pool, flags: 1n })], [true, false]);
});

Deno.test("hobjectOf() leaves a key out that is the name", () => {
  const view = viewOf(smallOsdMap());
  const keyed = (key: string) => {
    const t = target("a", { key, nspace: "n" });
    return hobjectOf(t, place(view, t, 0)!);
  };
  assertEquals([keyed("a").key, keyed("b").key], ["", "b"]);
  const { hash: _, ...rest } = keyed("b");
  assertEquals(rest, { key: "b", oid: "a", snap: NO_SNAP, max: false, nspace: "n", pool: POOL });
});

Deno.test("Backoffs: one object, a range, and an end to it", () => {
  const backoffs = new Backoffs();
  const pgid = { pg: { pool: POOL, seed: 0 }, shard: -1 };
  const at = (hash: number) => ({ ...HOBJECT_MIN, pool: POOL, oid: "x", hash });
  const base = { pgid, mapEpoch: 1, op: 1 };
  backoffs.add({ ...base, id: 1n, begin: at(4), end: at(4) });
  // In the order of reversed bits 4 stands before 6, and 6 before 1.
  backoffs.add({ ...base, id: 2n, begin: at(6), end: at(1) });
  const blocked = [4, 2, 6, 5, 1].map((hash) => backoffs.blocks(pgid, () => at(hash)));
  assertEquals(blocked, [true, false, true, false, false]);
  assertEquals(backoffs.blocks({ ...pgid, shard: 1 }, () => at(4)), false);
  backoffs.remove({ pgid, id: 1n });
  backoffs.remove({ pgid, id: 1n });
  assertEquals([backoffs.size, backoffs.blocks(pgid, () => at(4))], [1, false]);
  backoffs.clear();
  assertEquals([backoffs.size, backoffs.blocks(pgid, () => at(6))], [0, false]);
  assertEquals(MAX_BACKOFFS > OSDS.length, true);
});
