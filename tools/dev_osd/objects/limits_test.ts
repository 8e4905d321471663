/** What is refused before the object is looked at. */

import { assertEquals } from "@std/assert";
import { OpCode } from "../../../mgr/rados/op_codes.ts";
import { NO_SNAP } from "../../../mgr/types/hobject.ts";
import { type OpShape, refusalOf } from "./limits.ts";

const LIMITS = { erasure: false, maxName: 10, hasSnapshots: false };
const EOPNOTSUPP = -95;

function op(code: number, over: Partial<OpShape> = {}): OpShape {
  const step = { op: code, flags: 0, union: new Uint8Array(28), data: new Uint8Array(0) };
  const locator = { pool: 1, nspace: "", key: "", hash: -1 };
  return { oid: "o", locator, ops: [step], snapid: NO_SNAP, snaps: [], ...over };
}

Deno.test("refusalOf() refuses snapshots: they are not simulated", () => {
  assertEquals(refusalOf(op(OpCode.read), LIMITS), 0);
  assertEquals(refusalOf(op(OpCode.read, { snapid: 1n }), LIMITS), EOPNOTSUPP);
  assertEquals(refusalOf(op(OpCode.read), { ...LIMITS, hasSnapshots: true }), 0);
  assertEquals(refusalOf(op(OpCode.writeFull), { ...LIMITS, hasSnapshots: true }), EOPNOTSUPP);
  assertEquals(refusalOf(op(OpCode.writeFull, { snaps: [1n] }), LIMITS), EOPNOTSUPP);
});

Deno.test("refusalOf() refuses long names, and appends to erasure coded pools", () => {
  assertEquals(refusalOf(op(OpCode.read, { oid: "x".repeat(11) }), LIMITS), -36);
  assertEquals(refusalOf(op(OpCode.append), { ...LIMITS, erasure: true }), EOPNOTSUPP);
});
