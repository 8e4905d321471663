/** Messages between clients and OSDs, as a real OSD took and sent them. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { specFixtures } from "../../tests/spec_vectors.ts";
import { DecodeError } from "../encoding/mod.ts";
import { HOBJECT_MAX, HOBJECT_MIN, NO_SNAP } from "../types/hobject.ts";
import { HASH_OF_NAME } from "../types/object_locator.ts";
import { NO_SHARD } from "../types/pg_id.ts";
import { pack, type RawMessage, unpack } from "./message.ts";
import { BackoffOp, MOSDBackoff } from "./osd_backoff.ts";
import { MOSDOp, NO_REQID } from "./osd_op.ts";
import { MOSDOpReply } from "./osd_op_reply.ts";
import { messageOf } from "./registry.ts";

interface Recorded {
  readonly type: number;
  readonly header_version: number;
  readonly compat: number;
  readonly front_hex: string;
  readonly data_hex?: string;
}

const isRecorded = (v: object): v is Recorded => "front_hex" in v;

/** All recorded messages, with the path to each. */
function collect(value: unknown, path: string): [string, Recorded][] {
  if (typeof value !== "object" || value === null) return [];
  if (isRecorded(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, v]) => collect(v, path === "" ? key : `${path}.${key}`));
}

const rawOf = (m: Recorded): RawMessage => ({
  type: m.type,
  version: m.header_version,
  compat: m.compat,
  priority: 63,
  tid: 1n,
  front: Uint8Array.fromHex(m.front_hex),
  middle: new Uint8Array(0),
  data: Uint8Array.fromHex(m.data_hex ?? ""),
});

const fixtures = specFixtures<unknown>("rados");
const recorded = collect(fixtures, "");

Deno.test({ name: "recorded operations: there are some", ignore: fixtures === undefined }, () => {
  assert(recorded.length > 70, `${recorded.length} found`);
});

for (const [path, message] of recorded) {
  Deno.test(`${messageOf(message.type)?.name}: ${path} decodes and encodes to the same bytes`, () => {
    const again = messageOf(message.type)!.repack(rawOf(message));
    assertEquals(again.front.toHex(), message.front_hex);
    assertEquals(again.data.toHex(), message.data_hex ?? "");
    assertEquals([again.version, again.compat], [message.header_version, message.compat]);
  });
}

const WRITEFULL = `0101 12000000 | 01 0200000000000000 00000000 ffffffff | ff
a8ff21be 0b000000 24004000
0202 15000000 | 00 0000000000000000 | 0000000000000000 | 00000000
${"00".repeat(24)}
00000000 | 00f15365 05000000
0603 1c000000 | 0200000000000000 ffffffff 00000000 00000000 ffffffffffffffff
02000000 6678 | 0100
0222 00000000 | 0000000000000000 0500000000000000 0000000000000000 00000000 | 05000000
feffffffffffffff 0000000000000000 00000000 00000000 fffffdffbdcf013f`.replaceAll(/[\s|]/g, "");

Deno.test("MOSDOp: writefull of an object", () => {
  const union = new Uint8Array(28);
  union[8] = 5;
  const value: MOSDOp = {
    pgid: { pg: { pool: 2, seed: 0 }, shard: NO_SHARD },
    hash: 0xbe21ffa8,
    osdmapEpoch: 11,
    flags: 0x400024,
    reqid: NO_REQID,
    clientInc: 0,
    mtime: { sec: 1_700_000_000, nsec: 5 },
    locator: { pool: 2, key: "", nspace: "", hash: HASH_OF_NAME },
    oid: "fx",
    ops: [{ op: 0x2202, flags: 0, union, data: new TextEncoder().encode("hello") }],
    snapid: NO_SNAP,
    snapSeq: 0n,
    snaps: [],
    retryAttempt: 0,
    features: 0x3f01cfbdfffdffffn,
  };
  const raw = pack(MOSDOp, value, 1n, 63);
  assertEquals([raw.front.toHex(), raw.data.toHex()], [WRITEFULL, "68656c6c6f"]);
  assertEquals(unpack(MOSDOp, raw), value);
});

Deno.test("MOSDOp refuses steps whose data are not there", () => {
  const raw: RawMessage = {
    type: MOSDOp.type,
    version: 8,
    compat: 3,
    priority: 63,
    tid: 1n,
    front: Uint8Array.fromHex(WRITEFULL),
    middle: new Uint8Array(0),
    data: new Uint8Array(4),
  };
  assertThrows(() => unpack(MOSDOp, raw), DecodeError, "5 bytes of data announced, 4 left");
});

Deno.test("MOSDOpReply: a redirect names another pool", () => {
  const value: MOSDOpReply = {
    oid: "fx",
    pgid: { pool: 2, seed: 0 },
    flags: 0x400015n,
    result: 0,
    badReplayVersion: { version: 0, epoch: 0 },
    osdmapEpoch: 11,
    ops: [],
    retryAttempt: 0,
    rvals: [],
    replayVersion: { version: 0, epoch: 0 },
    userVersion: 3,
    redirect: { locator: { pool: 4, key: "", nspace: "ns", hash: HASH_OF_NAME }, object: "gx" },
  };
  assertEquals(unpack(MOSDOpReply, pack(MOSDOpReply, value)), value);
});

Deno.test("MOSDBackoff: a whole PG", () => {
  const hex = `0101 12000000 01 0600000000000000 00000000 ffffffff ff 4f000000 01 0100000000000000
    0403 21000000 00000000 00000000 0000000000000000 00000000 00 00000000 0600000000000000
    0403 21000000 00000000 00000000 0000000000000000 00000000 01 00000000 0000000000000080`;
  const value: MOSDBackoff = {
    pgid: { pg: { pool: 6, seed: 0 }, shard: NO_SHARD },
    mapEpoch: 79,
    op: BackoffOp.block,
    id: 1n,
    begin: { ...HOBJECT_MIN, pool: 6 },
    end: HOBJECT_MAX,
  };
  const raw = pack(MOSDBackoff, value);
  assertEquals(raw.front.toHex(), hex.replaceAll(/\s/g, ""));
  assertEquals(unpack(MOSDBackoff, raw), value);
});
