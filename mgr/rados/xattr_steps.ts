/** Steps on an object's attributes. */

import { bytesOfName, ObjectName } from "../types/object_name.ts";
import { OpCode } from "./op_codes.ts";
import {
  guardStep,
  output,
  type ReadStep,
  readStep,
  type StepForm,
  type WriteStep,
  writeStep,
} from "./step.ts";

/** How two values are compared; in an operation the *given* value stands on the left. Upstream: CEPH_OSD_CMPXATTR_OP_* */
export const Compare = { eq: 1, ne: 2, gt: 3, gte: 4, lt: 5, lte: 6 } as const;

/** A name of `Compare`. */
export type Comparison = keyof typeof Compare;

const MODE_STRING = 1;
const MODE_U64 = 2;
const NOTHING = new Uint8Array(0);

/** The value of one attribute; absent: the operation fails with ENODATA. */
export function getXattr(name: string): ReadStep<Uint8Array> {
  return readStep(form(OpCode.getXattr, name, NOTHING), (bytes) => bytes);
}

/** All attributes. */
export function getXattrs(): ReadStep<Map<string, Uint8Array>> {
  return readStep(
    { op: OpCode.getXattrs },
    output((d) => d.map(ObjectName.decode, (d) => d.bytes())),
  );
}

/** Makes or replaces one. */
export function setXattr(name: string, value: Uint8Array): WriteStep {
  return writeStep(form(OpCode.setXattr, name, value));
}

/** Removes one; an absent one is no error. */
export function rmXattr(name: string): WriteStep {
  return writeStep(form(OpCode.rmXattr, name, NOTHING));
}

/**
 * Lets the operation go on if `given <comparison> stored` holds, else it fails with ECANCELED. Numbers are compared
 * with what the attribute says in decimal digits, bytes in their order.
 */
export function compareXattr(
  name: string,
  comparison: Comparison,
  given: Uint8Array | bigint,
): ReadStep<void> {
  if (given instanceof Uint8Array) return compared(name, comparison, MODE_STRING, given);
  const value = new Uint8Array(8);
  new DataView(value.buffer).setBigUint64(0, BigInt.asUintN(64, given), true);
  return compared(name, comparison, MODE_U64, value);
}

function compared(name: string, comparison: Comparison, mode: number, value: Uint8Array): ReadStep<void> {
  return guardStep(form(OpCode.cmpXattr, name, value, Compare[comparison], mode));
}

function form(op: number, name: string, value: Uint8Array, comparison = 0, mode = 0): StepForm {
  const key = bytesOfName(name);
  const data = new Uint8Array(key.length + value.length);
  data.set(key);
  data.set(value, key.length);
  return {
    op,
    union: (e) => void e.u32(key.length).u32(value.length).u8(comparison).u8(mode),
    data,
  };
}
