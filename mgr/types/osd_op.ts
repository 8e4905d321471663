/** One step of an operation on an object: ceph_osd_op and its data. */

import type { Decoder, Encoder } from "../encoding/mod.ts";

/** Bytes of the part whose meaning depends on the code. */
export const OSD_OP_UNION_SIZE = 28;
/** u16 code, u32 flags, union, u32 length of the data. */
const OSD_OP_SIZE = 2 + 4 + OSD_OP_UNION_SIZE + 4;

/** Upstream: struct ceph_osd_op in include/rados.h, OSDOp in osd/osd_types.h */
export interface OsdOp {
  readonly op: number;
  readonly flags: number;
  readonly union: Uint8Array;
  /** Input in a request, output in a reply: its part of the data segment. */
  readonly data: Uint8Array;
}

/** Reads `n` steps and cuts their data out of the data segment. */
export function decodeOsdOps(d: Decoder, n: number, data: Uint8Array): OsdOp[] {
  if (n * OSD_OP_SIZE > d.remaining) d.fail(`${n} steps announced, ${d.remaining} bytes left`);
  let at = 0;
  return Array.from({ length: n }, () => {
    const head = { op: d.u16(), flags: d.u32(), union: d.raw(OSD_OP_UNION_SIZE) };
    const length = d.u32();
    if (length > data.length - at) d.fail(`${length} bytes of data announced, ${data.length - at} left`);
    const step = { ...head, data: data.subarray(at, at + length) };
    at += length;
    return step;
  });
}

/** Writes the steps without a count; their data is `osdOpData`. */
export function encodeOsdOps(e: Encoder, ops: readonly OsdOp[]): void {
  for (const { op, flags, union, data } of ops) e.u16(op).u32(flags).raw(union).u32(data.length);
}

/** The data segment: the data of all steps in their order. */
export function osdOpData(ops: readonly OsdOp[]): Uint8Array {
  const filled = ops.filter(({ data }) => data.length > 0);
  if (filled.length === 1) return filled[0]!.data;
  const out = new Uint8Array(filled.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { data } of filled) {
    out.set(data, at);
    at += data.length;
  }
  return out;
}
