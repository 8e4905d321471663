/** Steps on an object as a whole and on its bytes. Upstream: ObjectOperation in osdc/Objecter.h */

import { UTime } from "../types/utime.ts";
import { OpCode, StepFlag } from "./op_codes.ts";
import {
  extent,
  guardStep,
  input,
  output,
  quantity,
  type ReadStep,
  readStep,
  type WriteStep,
  writeStep,
} from "./step.ts";

/** The most that one read answers with: an answer is held in memory as a whole. */
export const MAX_READ_BYTES = 64 * 1024 * 1024;

/** What `read` takes when it is not told: the size of most objects in use. */
export const DEFAULT_READ_BYTES = 4 * 1024 * 1024;

/** Largest offset and length of an object are far below. */
const U32_MAX = 0xffffffff;

/** What `stat` answers. */
export interface ObjectStat {
  readonly size: number;
  readonly mtime: UTime;
}

/** A part of an object that holds data. */
export interface SparseExtent {
  readonly offset: number;
  readonly data: Uint8Array;
}

/** Bytes from `offset` on; fewer at the end of the object, none behind it. Throws RangeError. */
export function read(offset = 0, length = DEFAULT_READ_BYTES): ReadStep<Uint8Array> {
  if (length > MAX_READ_BYTES) {
    throw new RangeError(`Cannot read ${length} bytes at once: the limit is ${MAX_READ_BYTES}`);
  }
  // A length of 0 would mean "to the end".
  if (quantity(length, "length") === 0) throw new RangeError("Cannot read 0 bytes");
  return readStep({ op: OpCode.read, union: extent(offset, length) }, (bytes) => bytes, length);
}

/** Size and time of the last change. */
export function stat(): ReadStep<ObjectStat> {
  return readStep({ op: OpCode.stat }, output((d) => ({ size: d.u64n(), mtime: UTime.decode(d) })));
}

/** As `read`, without what was never written. */
export function sparseRead(offset: number, length: number): ReadStep<SparseExtent[]> {
  const { expected } = read(offset, length);
  const result = output((d) => {
    const parts = d.list((d) => ({ offset: d.u64n(), length: d.u64n() }), 16);
    return d.within(d.u32(), (d) => parts.map(({ offset, length }) => ({ offset, data: d.raw(length) })));
  });
  return readStep({ op: OpCode.sparseRead, union: extent(offset, length) }, result, expected);
}

/** CRC32C of a range (length 0: all of it), from the register `seed` on. */
export function checksum(offset = 0, length = 0, seed = U32_MAX): ReadStep<number> {
  const range = extent(offset, length);
  const CRC32C = 2;
  return readStep({
    op: OpCode.checksum,
    union: (e) => {
      range(e, undefined);
      e.u32(0).u8(CRC32C);
    },
    data: input((e) => e.u32(seed)),
  }, output((d) => d.list((d) => d.u32(), 4)[0] ?? d.fail("no checksum")));
}

/** Lets the operation go on if these bytes stand there. */
export function compareExtent(offset: number, bytes: Uint8Array): ReadStep<void> {
  return guardStep({ op: OpCode.cmpExt, union: extent(offset, bytes.length), data: bytes });
}

/** Lets the operation go on if the object has that version. */
export function assertVersion(version: number): ReadStep<void> {
  const wanted = quantity(version, "version");
  return guardStep({ op: OpCode.assertVer, union: (e) => void e.u64n(0).u64n(wanted) });
}

/** Makes the object; `exclusive`: it must not be there. */
export function create(exclusive: boolean): WriteStep {
  return writeStep({ op: OpCode.create, flags: exclusive ? StepFlag.excl : 0 });
}

/** Replaces bytes; the object grows as needed. */
export function write(bytes: Uint8Array, offset = 0): WriteStep {
  return writeStep({ op: OpCode.write, union: extent(offset, bytes.length), data: bytes });
}

/** Replaces all bytes; attributes and omap stay. */
export function writeFull(bytes: Uint8Array): WriteStep {
  return writeStep({ op: OpCode.writeFull, union: extent(0, bytes.length), data: bytes });
}

/** Adds bytes at the end. */
export function append(bytes: Uint8Array): WriteStep {
  return writeStep({ op: OpCode.append, union: extent(0, bytes.length), data: bytes });
}

/** Cuts the object, or fills it up with zeros. */
export function truncate(size: number): WriteStep {
  return writeStep({ op: OpCode.truncate, union: extent(size, 0) });
}

/** Zeros in a range. */
export function zero(offset: number, length: number): WriteStep {
  return writeStep({ op: OpCode.zero, union: extent(offset, length) });
}

/** Deletes the object. */
export function remove(): WriteStep {
  return writeStep({ op: OpCode.delete });
}
