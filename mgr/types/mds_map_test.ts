/** MDSMap: what newer releases append to it. */

import { assertEquals } from "@std/assert";
import { decodeAll, encodeAll, Encoder } from "../encoding/mod.ts";
import { EMPTY_COMPAT_SET } from "./compat_set.ts";
import { dumpMdsMap, MdsMap } from "./mds_map.ts";
import { ZERO_TIME } from "./utime.ts";

const MAP: MdsMap = {
  epoch: 3,
  flags: 0x12,
  lastFailure: 0,
  root: 0,
  sessionTimeout: 60,
  sessionAutoclose: 300,
  maxFileSize: 2 ** 40,
  maxMds: 1,
  mdsInfo: new Map(),
  dataPools: [3],
  casPool: -1,
  compat: EMPTY_COMPAT_SET,
  metadataPool: 2,
  created: ZERO_TIME,
  modified: ZERO_TIME,
  tableserver: 0,
  in: [0],
  inc: new Map([[0, 4]]),
  up: new Map([[0, 4122n]]),
  failed: [],
  stopped: [],
  lastFailureOsdEpoch: 0,
  everAllowedFeatures: 0,
  explicitlyAllowedFeatures: 0,
  inlineDataEnabled: false,
  enabled: true,
  fsName: "fs1",
  damaged: [],
  balancer: "",
  standbyCountWanted: -1,
  oldMaxMds: 0,
  minCompatClient: 0,
  requiredClientFeatures: [(1n << 9n) | 1n],
  tail: { balRankMask: "", maxXattrSize: 0, qdbLeader: 0n, qdbMembers: [] },
};

/** Where the inner version stands: behind the outer header and the fields of the head of MAP. */
const INNER_VERSION_AT = 6 + 4 * 6 + 8 + 4 + 4 + 4 + 8 + 8;

/** MAP as a monitor with this inner version writes it. */
function withTail(version: number, tail: (e: Encoder) => void): Uint8Array {
  const body = encodeAll(MdsMap.encode, MAP).slice(6);
  body[INNER_VERSION_AT - 6] = version;
  const e = new Encoder();
  e.versioned(5, 4, (e) => tail(e.raw(body)));
  return e.finish();
}

const tailOf = (version: number, tail: (e: Encoder) => void): MdsMap["tail"] =>
  decodeAll(withTail(version, tail), MdsMap.decode).tail;

Deno.test("MdsMap: encodes and decodes", () => {
  assertEquals(decodeAll(encodeAll(MdsMap.encode, MAP), MdsMap.decode), MAP);
});

Deno.test("MdsMap: inner version 17 is a mask, or eight bytes of a size", () => {
  assertEquals(tailOf(17, (e) => e.string("0xf")).balRankMask, "0xf");
  assertEquals(tailOf(17, (e) => e.u64n(65536)).maxXattrSize, 65536);
});

Deno.test("MdsMap: inner version 18 in both orders", () => {
  const wanted = { balRankMask: "-1", maxXattrSize: 65536, qdbLeader: 0n, qdbMembers: [] };
  assertEquals(tailOf(18, (e) => e.string("-1").u64n(65536)), wanted);
  assertEquals(tailOf(18, (e) => e.u64n(65536).string("-1")), wanted);
});

Deno.test("MdsMap: inner version 19 has the quiesce database, later ones more", () => {
  const tail = (e: Encoder) => e.string("").u64n(0).u64(7n).list([7n], (e, gid) => e.u64(gid));
  assertEquals(tailOf(19, tail).qdbMembers, [7n]);
  assertEquals(tailOf(20, (e) => tail(e).u32(1)).qdbLeader, 7n);
});

Deno.test("dumpMdsMap(): ranks by name, client features by name, no negative count", () => {
  const dump = dumpMdsMap(MAP);
  assertEquals(dump.up, { mds_0: 4122n });
  assertEquals(dump.required_client_features, { feature_0: "reserved", feature_9: "reply_encoding" });
  assertEquals(dump.standby_count_wanted, 0);
});
