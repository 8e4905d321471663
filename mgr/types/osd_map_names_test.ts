/** Names of bits, oldest clients, blocklists. */

import { assertEquals } from "@std/assert";
import { Random } from "../../tests/fakes/random.ts";
import { randomCrush, TUNABLES } from "../../tests/fakes/random_crush.ts";
import { nextEpoch, randomOsdMap } from "../../tests/fakes/random_osd_map.ts";
import { isBlocklisted } from "./blocklist.ts";
import { BucketAlg } from "./crush_bucket.ts";
import type { EntityAddr } from "./entity_addr.ts";
import type { OsdMap } from "./osd_map.ts";
import { OsdMapFlag, OsdState } from "./osd_map_bits.ts";
import { flagSet, flagText, minCompatClient, stateNames } from "./osd_map_names.ts";
import { poolFlagNames, snapSetText } from "./pg_pool_dump.ts";
import { releaseName } from "./release_name.ts";

Deno.test("flagText() joins in upstream's order, flagSet() sorts", () => {
  const flags = OsdMapFlag.norecover | OsdMapFlag.norebalance | OsdMapFlag.noup;
  assertEquals(flagText(flags), "noup,norebalance,norecover");
  assertEquals(flagSet(flags | OsdMapFlag.full), ["", "norebalance", "norecover", "noup"]);
});

Deno.test("stateNames() and poolFlagNames() name the bits", () => {
  assertEquals(stateNames(OsdState.up | OsdState.exists | OsdState.noout), ["exists", "noout", "up"]);
  assertEquals(poolFlagNames(0b1001n | (1n << 60n)), "hashpspool,incomplete_clones,???");
});

Deno.test("snapSetText() is hexadecimal", () => {
  assertEquals([snapSetText(new Map()), snapSetText(new Map([[1n, 2n], [26n, 16n]]))], ["[]", "[1~2,1a~10]"]);
});

/** A map of that tunables profile. */
function mapOf(alg: number, tunables: (typeof TUNABLES)[number], chooseArgs: readonly number[] = []): OsdMap {
  const random = new Random(4);
  const shape = { alg, tunables, racks: 2, hostsPerRack: 2, osdsPerHost: 2, chooseArgs };
  const crush = randomCrush(random, shape);
  const plain = { ...crush, rules: crush.rules.slice(0, 3) };
  return randomOsdMap(random, { crush: plain, pools: 1, pgNum: 8, disorder: 0 });
}

Deno.test("minCompatClient() tells by tunables, buckets, affinities and upmaps", () => {
  const [legacy, bobtail, firefly, jewel] = TUNABLES;
  const of = (map: OsdMap): string => releaseName(minCompatClient(map));
  assertEquals(of(mapOf(BucketAlg.straw, jewel!)), "jewel");
  assertEquals(of(mapOf(BucketAlg.straw2, bobtail!)), "hammer");
  assertEquals(of(mapOf(BucketAlg.straw, firefly!)), "firefly");
  assertEquals(of(mapOf(BucketAlg.straw, bobtail!)), "dumpling");
  const old = mapOf(BucketAlg.straw, legacy!);
  assertEquals(of(nextEpoch(old, { newPrimaryAffinity: new Map([[0, 1]]) })), "firefly");
  const upmap = new Map([[1, new Map([[0, [{ from: 0, to: 1 }]]])]]);
  assertEquals(of(nextEpoch(old, { newPgUpmapItems: upmap })), "luminous");
  assertEquals(of(mapOf(BucketAlg.straw2, jewel!, [-1, 1])), "luminous");
});

Deno.test("isBlocklisted() finds the instance, its host and its network", () => {
  const addr = (ip: string, port = 0, nonce = 0): EntityAddr => ({ type: 3, ip, port, nonce });
  const expires = { sec: 1, nsec: 0 };
  const map = {
    blocklist: [addr("192.168.0.1", 6800, 7), addr("192.168.0.2")].map((addr) => ({ addr, expires })),
    rangeBlocklist: [addr("10.9.0.0", 0, 12), addr("fd00::", 0, 64)].map((addr) => ({ addr, expires })),
  };
  const is = (ip: string, port: number, nonce: number): boolean =>
    isBlocklisted(map, { type: 2, ip, port, nonce });
  assertEquals([is("192.168.0.1", 6800, 7), is("192.168.0.1", 6800, 8), is("192.168.0.2", 1, 1)], [
    true,
    false,
    true,
  ]);
  assertEquals([is("10.15.255.255", 1, 1), is("10.16.0.0", 1, 1)], [true, false]);
  assertEquals([is("fd00::1:2", 1, 1), is("fd00:0:0:1::", 1, 1), is("::1", 1, 1)], [true, false, false]);
});
