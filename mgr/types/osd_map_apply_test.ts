/** Increments: the rules by which they are applied, and recorded ones of real monitors. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../tests/fakes/random.ts";
import { randomCrush } from "../../tests/fakes/random_crush.ts";
import { specFixtures } from "../../tests/spec_vectors.ts";
import { decodeAll, DecodeError, encodeAll, Packed } from "../encoding/mod.ts";
import { CrushMap, OPTIMAL_TUNABLES } from "./crush_map.ts";
import type { EntityAddr } from "./entity_addr.ts";
import { FULL_WEIGHT, OsdMap } from "./osd_map.ts";
import { applyChecked, applyIncremental, osdMapCodec } from "./osd_map_apply.ts";
import { OsdMapFlag, OsdState } from "./osd_map_bits.ts";
import {
  blankIncremental,
  decodeIncremental,
  encodeIncremental,
  type OsdMapIncremental,
} from "./osd_map_incremental.ts";
import { BLANK_POOL, PgPool } from "./pg_pool.ts";
import { ZERO_UUID } from "./uuid.ts";

const SHAPE = { alg: 5, tunables: OPTIMAL_TUNABLES, racks: 1, hostsPerRack: 2, osdsPerHost: 2 };
const FSID = "82e38c3a-4cdb-458e-a50f-e613b7b0eee2";
const STAMP = { sec: 1_800_000_000, nsec: 5 };

/** The next epoch with these changes. */
function next(map: OsdMap, changes: Partial<OsdMapIncremental>): OsdMap {
  return applyIncremental(map, { ...blankIncremental(FSID, map.epoch + 1, STAMP), ...changes });
}

const UP = [{ type: 2, nonce: 1, ip: "127.0.0.1", port: 6800 }];

/** Three OSDs, of which 0 and 1 are up and in. */
function small(): OsdMap {
  const map = next(OsdMap.blank(), { newMaxOsd: 3, newPoolMax: 0, newRequireOsdRelease: 16 });
  return next(map, {
    newState: new Map([[0, OsdState.new], [1, OsdState.new]]),
    newWeight: new Map([[0, FULL_WEIGHT], [1, FULL_WEIGHT]]),
    newUpClient: new Map([[0, UP], [1, UP]]),
    newHbBackUp: new Map([[0, UP], [1, UP]]),
  });
}

Deno.test("applyIncremental() makes an OSD exist by its weight, and up by its address", () => {
  const map = small();
  assertEquals([map.epoch, map.fsid, map.modified], [2, FSID, STAMP]);
  assertEquals([0, 1, 2].map((i) => [map.exists(i), map.isUp(i), map.isIn(i)]), [
    [true, true, true],
    [true, true, true],
    [false, false, false],
  ]);
  assertEquals(map.clientAddrs.at(0), UP);
  assertEquals(map.hbFrontAddrs.at(0), []);
  assertEquals(map.osdInfo.at(1)?.upFrom, 2);
});

Deno.test("applyIncremental() sets the flags that follow from the required release", () => {
  assertEquals(small().flags, OsdMapFlag.recovery_deletes | OsdMapFlag.pglog_hardlimit);
  assertEquals(next(small(), { newFlags: OsdMapFlag.noup }).flags & OsdMapFlag.noup, OsdMapFlag.noup);
});

Deno.test("applyIncremental() takes an OSD down: state 0 stands for up", () => {
  const map = next(small(), { newState: new Map([[0, 0]]) });
  assertEquals([map.isUp(0), map.exists(0)], [false, true]);
  assertEquals([map.osdInfo.at(0)?.downAt, map.osdXInfo.at(0)?.downStamp], [3, STAMP]);
});

Deno.test("applyIncremental() destroys an OSD whole and makes the affinities", () => {
  const map = next(small(), { newState: new Map([[1, OsdState.exists | OsdState.up]]) });
  assertEquals([map.osdState[1], map.osdUuid.at(1), map.osdInfo.at(1)?.upFrom], [0, ZERO_UUID, 0]);
  assertEquals([...map.primaryAffinity], [FULL_WEIGHT, FULL_WEIGHT, FULL_WEIGHT]);
  assertEquals(map.clientAddrs.at(1), []);
});

Deno.test("applyIncremental() fills affinities up only when there are any", () => {
  assertEquals(small().primaryAffinity.length, 0);
  const set = next(small(), { newPrimaryAffinity: new Map([[1, 5]]) });
  assertEquals([...next(set, { newMaxOsd: 4 }).primaryAffinity], [FULL_WEIGHT, 5, FULL_WEIGHT, FULL_WEIGHT]);
  assertEquals(next(small(), { newMaxOsd: 4 }).primaryAffinity.length, 0);
});

Deno.test("applyIncremental() stamps a new pool with the epoch and renames by overwriting", () => {
  const pool = Packed.of(PgPool, { ...BLANK_POOL, pgNum: 8, lastChange: 77 });
  const map = next(small(), {
    newPools: new Map([[4, pool]]),
    newPoolNames: new Map([[4, "a"]]),
    newPoolMax: 4,
  });
  assertEquals([map.pools.get(4)?.lastChange, map.pools.get(4)?.pgNum, map.poolMax], [3, 8, 4]);
  const renamed = next(map, { newPoolNames: new Map([[4, "b"]]) });
  assertEquals([renamed.poolId("a"), renamed.poolId("b")], [undefined, 4]);
  assertEquals(next(map, { oldPools: [4] }).pools.size, 0);
});

Deno.test("applyIncremental() keeps new snapshots for one epoch and queues them until purged", () => {
  const snaps = new Map([[4, new Map([[5n, 3n]])]]);
  const removed = next(small(), { newRemovedSnaps: snaps });
  assertEquals([removed.newRemovedSnaps, removed.removedSnapsQueue], [snaps, snaps]);
  const purged = next(removed, { newPurgedSnaps: new Map([[4, new Map([[5n, 1n]])]]) });
  assertEquals(purged.newRemovedSnaps.size, 0);
  assertEquals(purged.removedSnapsQueue, new Map([[4, new Map([[6n, 2n]])]]));
  assertEquals(next(purged, { newPurgedSnaps: snaps }).removedSnapsQueue.size, 0);
});

Deno.test("applyIncremental() removes profiles before, upmaps after it sets them", () => {
  const profile = new Map([["k", "2"]]);
  const map = next(small(), {
    newErasureCodeProfiles: new Map([["p", profile]]),
    oldErasureCodeProfiles: ["p"],
    newPgUpmapItems: new Map([[1, new Map([[2, [{ from: 0, to: 1 }]]])]]),
    oldPgUpmapItems: [{ pool: 1, seed: 2 }],
  });
  assertEquals([map.erasureCodeProfiles.get("p"), map.pgUpmapItems.size], [profile, 0]);
});

Deno.test("applyIncremental() erases temporary mappings by an empty list and by -1", () => {
  const temp = next(small(), {
    newPgTemp: new Map([[1, new Map([[0, [1, 0]], [3, [0]]])]]),
    newPrimaryTemp: new Map([[1, new Map([[0, 1]])]]),
  });
  assertEquals([temp.pgTemp.get(1)?.get(0), temp.primaryTemp.get(1)?.get(0)], [[1, 0], 1]);
  const erased = next(temp, {
    newPgTemp: new Map([[1, new Map([[0, []]])]]),
    newPrimaryTemp: new Map([[1, new Map([[0, -1]])]]),
  });
  assertEquals([erased.pgTemp, erased.primaryTemp.size], [new Map([[1, new Map([[3, [0]]])]]), 0]);
});

Deno.test("applyIncremental() does not prolong what is blocklisted already", () => {
  const addr: EntityAddr = { type: 3, nonce: 9, ip: "10.0.0.1", port: 0 };
  const listed = next(small(), { newBlocklist: [{ addr, expires: STAMP }] });
  const again = next(listed, { newBlocklist: [{ addr, expires: { sec: 1, nsec: 0 } }] });
  assertEquals(again.blocklist, [{ addr, expires: STAMP }]);
  assertEquals(next(again, { oldBlocklist: [addr] }).blocklist, []);
});

Deno.test("applyIncremental() writes a range blocklist only while there is one", () => {
  const addr: EntityAddr = { type: 3, nonce: 24, ip: "10.0.0.0", port: 0 };
  const listed = next(small(), { newRangeBlocklist: [{ addr, expires: STAMP }] });
  assertEquals([small().osd.version, listed.osd.version], [9, 11]);
  assertEquals(next(listed, { oldRangeBlocklist: [addr] }).osd.version, 9);
});

Deno.test("applyIncremental() counts CRUSH maps and drops flags of classes that are gone", () => {
  const crush = encodeAll(CrushMap.encode, {
    ...decodeAll(new Uint8Array([0, 0, 1, 0, ...new Uint8Array(24)]), CrushMap.decode),
    classNames: new Map([[1, "ssd"]]),
  });
  const flagged = next(small(), { newDeviceClassFlags: new Map([[1, OsdState.noup], [2, OsdState.noup]]) });
  const map = next(flagged, { crush });
  assertEquals([map.crushVersion, [...map.deviceClassFlags.keys()]], [1, [1]]);
  assertEquals(map.crush.classNames.get(1), "ssd");
});

Deno.test("applyIncremental() shares what does not change", () => {
  const map = small();
  const flagged = next(map, { newFlags: 1 });
  for (const name of ["pools", "osdState", "osdInfo", "clientAddrs", "pgTemp", "blocklist"] as const) {
    assert(map[name] === flagged[name], name);
  }
});

Deno.test("applyIncremental() refuses what does not fit the map", () => {
  const map = small();
  const inc = blankIncremental(FSID, 3);
  const refuses = (change: Partial<OsdMapIncremental>, why: string): void =>
    assertThrows(() => applyIncremental(map, { ...inc, ...change }), Error, why);
  refuses({ epoch: 5 }, "epoch 5 does not follow 2");
  refuses({ fsid: ZERO_UUID }, "another cluster");
  refuses({ newWeight: new Map([[3, 1]]) }, "osd.3 is beyond max_osd 3");
  refuses({ newMaxOsd: 2 ** 31 - 1 }, "is above 1000000");
  refuses({ newUpThru: new Map([[-1, 1]]) }, "osd.-1 is beyond");
  assertEquals(map.epoch, 2);
});

Deno.test("osdMapCodec.apply() compares checksums when the monitor encodes as we do", () => {
  const map = small();
  const inc = { ...blankIncremental(FSID, 3), encodeFeatures: 0x0f00088010212a04n };
  const fullCrc = applyIncremental(map, inc).crc;
  assertEquals(osdMapCodec.apply(map, encodeIncremental({ ...inc, fullCrc })).epoch, 3);
  const wrong = encodeIncremental({ ...inc, fullCrc: fullCrc ^ 1 });
  assertThrows(() => osdMapCodec.apply(map, wrong), Error, "crc of epoch 3 should be");
  assertEquals(osdMapCodec.apply(map, encodeIncremental(blankIncremental(FSID, 3))).epoch, 3);
});

Deno.test("osdMapCodec.apply() keeps a CRUSH map of today and converts one of an older tool", () => {
  const map = small();
  const crush = encodeAll(CrushMap.encode, randomCrush(new Random(1), SHAPE));
  const inc = { ...blankIncremental(FSID, 3), encodeFeatures: 0x0f00088010212a04n };
  const expected = applyIncremental(map, { ...inc, crush });
  // An older tool does not write the choose_args at the end.
  for (const form of [crush, crush.subarray(0, crush.length - 4)]) {
    const bytes = encodeIncremental({ ...inc, crush: form, fullCrc: expected.crc });
    assertEquals(osdMapCodec.apply(map, bytes).bytes.toHex(), expected.bytes.toHex());
  }
});

Deno.test("CrushMap.decode() refuses a bucket inside of itself", () => {
  const crush = randomCrush(new Random(1), SHAPE);
  const buckets = crush.buckets.map((
    b,
    slot,
  ) => (slot === 0 && b ? { ...b, items: b.items.map(() => -3) } : b));
  const bytes = encodeAll(CrushMap.encode, { ...crush, buckets });
  assertThrows(() => decodeAll(bytes, CrushMap.decode), DecodeError, "a bucket is inside of itself");
});

Deno.test("OsdMap.decode() and decodeIncremental() refuse bytes with another checksum", () => {
  const map = small();
  assertEquals(OsdMap.decode(map.bytes).crc, map.crc);
  const flip = (bytes: Uint8Array): Uint8Array => bytes.map((b, i) => (i === 40 ? b ^ 1 : b));
  assertThrows(() => OsdMap.decode(flip(map.bytes)), DecodeError, "that of the bytes is");
  const inc = encodeIncremental(blankIncremental(FSID, 3));
  assertThrows(() => decodeIncremental(flip(inc)), DecodeError, "that of the bytes is");
});

interface Recorded {
  readonly epoch: number;
  /** Null when it was not recorded. */
  readonly before: string | null;
  readonly incremental: string;
  readonly full_crc: number;
  readonly after_length: number;
}

interface Fixtures {
  readonly incrementals: { readonly entries: readonly Recorded[] };
  readonly stretch_incrementals: { readonly entries: readonly Recorded[] };
  readonly big_map: { readonly hex: string };
}

const recorded = specFixtures<Fixtures>("osdmap_crush");

for (const name of ["incrementals", "stretch_incrementals"] as const) {
  Deno.test({
    name: `applyChecked() makes of recorded ${name} the bytes of the monitor`,
    ignore: recorded === undefined,
    fn() {
      for (const { before, incremental, full_crc, after_length } of recorded![name].entries) {
        const inc = decodeIncremental(Uint8Array.fromHex(incremental));
        assertEquals(encodeIncremental(inc).toHex(), incremental);
        if (before === null) continue;
        const map = applyChecked(OsdMap.decode(Uint8Array.fromHex(before)), inc);
        assertEquals([map.crc, map.bytes.length], [full_crc, after_length]);
        OsdMap.decode(map.bytes);
      }
    },
  });
}

Deno.test({
  name: "CrushMap and PgPool of a recorded map encode to the same bytes",
  ignore: recorded === undefined,
  fn() {
    const map = OsdMap.decode(Uint8Array.fromHex(recorded!.big_map.hex));
    const { crush, pools } = map.client.fields;
    assertEquals(encodeAll(CrushMap.encode, map.crush).toHex(), crush.bytes.subarray(4).toHex());
    const again = pools.with([...map.pools].map(([id, pool]) => [id, encodeAll(PgPool.encode, pool)]));
    assertEquals(again.bytes.toHex(), pools.bytes.toHex());
  },
});
