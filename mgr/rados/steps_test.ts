/** Steps of operations: the bytes that real OSDs took, and what they answered. */

import { assertEquals, assertThrows } from "@std/assert";
import { specFixtures } from "../../tests/spec_vectors.ts";
import type { RawMessage } from "../messages/message.ts";
import { unpack } from "../messages/message.ts";
import { MOSDOp } from "../messages/osd_op.ts";
import { MOSDOpReply } from "../messages/osd_op_reply.ts";
import { HOBJECT_MIN, NO_SNAP } from "../types/hobject.ts";
import { call } from "./class_steps.ts";
import * as data from "./data_steps.ts";
import { listObjects } from "./list_steps.ts";
import * as omap from "./omap_steps.ts";
import { accessFlags, OpCode, OpFlag, StepFlag } from "./op_codes.ts";
import { failOk, type ReadStep, type WriteStep } from "./step.ts";
import { listWatchers, notify, notifyAck, readNotifyResult, watch } from "./watch_steps.ts";
import * as xattr from "./xattr_steps.ts";

interface Recorded {
  readonly type: number;
  readonly header_version: number;
  readonly compat: number;
  readonly front_hex: string;
  readonly data_hex: string;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (text: string): Uint8Array => Uint8Array.fromHex(text);
const id = { cookie: 4660n, gen: 0 };
const l06 = { key: "", oid: "l06", snap: NO_SNAP, hash: 3691271666, max: false, nspace: "", pool: 2 };

/** Recorded exchanges: the steps, and what the answers mean. */
const EXCHANGES: Record<string, { steps: readonly WriteStep[]; results?: readonly unknown[] }> = {
  create_excl: { steps: [data.create(true)] },
  writefull: { steps: [data.writeFull(bytes("hello"))] },
  write: { steps: [data.write(bytes("XY"), 2)] },
  append: { steps: [data.append(bytes("!"))] },
  read_range_and_stat: {
    steps: [data.read(1, 3), data.stat()],
    results: [bytes("eXY"), { size: 6, mtime: { sec: 1_700_000_000, nsec: 5 } }],
  },
  truncate: { steps: [data.truncate(4)] },
  zero: { steps: [data.zero(1, 1)] },
  setxattr_two: { steps: [xattr.setXattr("k1", bytes("v1")), xattr.setXattr("k2", hex("00ff"))] },
  getxattr: { steps: [xattr.getXattr("k1")], results: [bytes("v1")] },
  getxattrs: { steps: [xattr.getXattrs()], results: [new Map([["k1", bytes("v1")], ["k2", hex("00ff")]])] },
  cmpxattr_fail_then_set: {
    steps: [xattr.compareXattr("k1", "eq", bytes("other")), xattr.setXattr("k3", bytes("x"))],
  },
  rmxattr: { steps: [xattr.rmXattr("k2")] },
  omap_set: {
    steps: [omap.omapSet(new Map([["a", bytes("1")], ["b", hex("0001")], ["p1", bytes("x")]]))],
  },
  omap_get_keys: {
    steps: [omap.omapGetKeys({ after: "a", max: 1 })],
    results: [{ keys: ["b"], more: true }],
  },
  omap_get_vals: {
    steps: [omap.omapGetValues({ max: 10, prefix: "p" })],
    results: [{ values: new Map([["p1", bytes("x")]]), more: false }],
  },
  omap_get_vals_by_keys: {
    steps: [omap.omapGetByKeys(["a", "zz"])],
    results: [new Map([["a", bytes("1")]])],
  },
  omap_set_header: { steps: [omap.omapSetHeader(bytes("HDR"))] },
  omap_get_header: { steps: [omap.omapGetHeader()], results: [bytes("HDR")] },
  omap_cmp_ok_and_rm: {
    steps: [
      omap.omapCompare(new Map([["a", { comparison: "eq", value: bytes("1") }]])),
      omap.omapRemove(["b"]),
    ],
  },
  omap_rm_range: { steps: [omap.omapRemoveRange("p", "q")] },
  omap_clear: { steps: [omap.omapClear()] },
  exec_hello: { steps: [call("hello", "say_hello", bytes("Bob"))], results: [bytes("Hello, Bob!")] },
  assert_ver_ok: {
    steps: [data.assertVersion(51), data.stat()],
    results: [undefined, { size: 4, mtime: { sec: 1_700_000_000, nsec: 5 } }],
  },
  watch: { steps: [watch("watch", id, 30)] },
  list_watchers: {
    steps: [listWatchers()],
    results: [[{
      name: { type: 8, num: 4140n },
      cookie: 4660n,
      timeoutSeconds: 30,
      addr: { type: 2, nonce: 0xb9afb630, ip: "127.0.0.1", port: 0 },
    }]],
  },
  watch_ping: { steps: [watch("ping", id)] },
  notify: { steps: [notify(77n, 10, bytes("from us"))], results: [0xb00000001n] },
  notify_ack: { steps: [notifyAck(0xb00000001n, 4660n, bytes("mine"))] },
  unwatch: { steps: [watch("unwatch", id)] },
  pgnls_first_page: {
    steps: [listObjects(HOBJECT_MIN, 1, 11)],
    results: [{ next: l06, objects: [{ namespace: "", name: "l02", locator: "" }] }],
  },
  pgnls_last_page: {
    steps: [listObjects(l06, 50, 11)],
    results: [{
      next: { ...HOBJECT_MIN, pool: 2, hash: 6, snap: NO_SNAP },
      objects: ["l06", "l01"].map((name) => ({ namespace: "", name, locator: "" })),
    }],
  },
  delete: { steps: [data.remove()] },
};

const rawOf = (m: Recorded): RawMessage => ({
  type: m.type,
  version: m.header_version,
  compat: m.compat,
  priority: 63,
  tid: 1n,
  front: hex(m.front_hex),
  middle: new Uint8Array(0),
  data: hex(m.data_hex),
});

const recorded = specFixtures<Record<string, { request: Recorded; reply: Recorded }>>("rados");

for (const [name, { steps, results }] of Object.entries(EXCHANGES)) {
  Deno.test({ name: `steps of the recorded exchange ${name}`, ignore: recorded === undefined }, () => {
    const { request, reply } = recorded![name]!;
    const sent = unpack(MOSDOp, rawOf(request));
    assertEquals(steps.map((s) => s.osdOp), sent.ops);
    assertEquals(accessFlags(sent.ops.map(({ op }) => op)), sent.flags & (OpFlag.read | OpFlag.write));
    const { ops, rvals } = unpack(MOSDOpReply, rawOf(reply));
    const read = ops.map(({ data }, i) => (steps[i] as ReadStep<unknown>).result?.(data, rvals[i]!));
    if (results) assertEquals(read, [...results]);
  });
}

Deno.test("read() refuses what cannot be read at once", () => {
  for (const [offset, length] of [[0, 0], [-1, 5], [0, data.MAX_READ_BYTES + 1], [0.5, 1], [0, NaN]]) {
    assertThrows(() => data.read(offset, length), RangeError);
  }
});

Deno.test("compareXattr() gives numbers in 8 bytes", () => {
  const { osdOp } = xattr.compareXattr("n", "gte", 258n);
  assertEquals(osdOp.union.toHex(), "01000000" + "08000000" + "04" + "02" + "00".repeat(18));
  assertEquals(osdOp.data.toHex(), "6e" + "0201000000000000");
});

Deno.test("checksum() asks for CRC32C of the whole and reads the first one", () => {
  const step = data.checksum();
  assertEquals(step.osdOp.union.toHex(), "00".repeat(20) + "02" + "00".repeat(7));
  assertEquals(step.osdOp.data.toHex(), "ffffffff");
  assertEquals(step.result(hex("0100000078563412"), 0), 0x12345678);
});

Deno.test("sparseRead() cuts the data along the extents", () => {
  const answer = "02000000" + "0000000000000000" + "0200000000000000" + "0800000000000000" +
    "0100000000000000" + "03000000" + "616263";
  assertEquals(data.sparseRead(0, 100).result(hex(answer), 0), [
    { offset: 0, data: bytes("ab") },
    { offset: 8, data: bytes("c") },
  ]);
});

Deno.test("call() refuses names that do not fit", () => {
  assertThrows(() => call("", "m", bytes("")), RangeError);
  assertThrows(() => call("c", "m".repeat(256), bytes("")), RangeError);
});

Deno.test("failOk() keeps the other flags of a step", () => {
  assertEquals(failOk(data.create(true)).osdOp.flags, StepFlag.excl | StepFlag.failOk);
  assertEquals(failOk(data.stat()).osdOp.op, OpCode.stat);
});

Deno.test("readNotifyResult(): who answered and who did not", () => {
  const answers = "01000000" + "2c10000000000000" + "3412000000000000" + "04000000" + "6d696e65" +
    "01000000" + "0500000000000000" + "0600000000000000";
  assertEquals(readNotifyResult(hex(answers)), {
    acks: [{ gid: 4140n, cookie: 4660n, reply: bytes("mine") }],
    timeouts: [{ gid: 5n, cookie: 6n }],
  });
  assertEquals(readNotifyResult(hex("")), { acks: [], timeouts: [] });
});
