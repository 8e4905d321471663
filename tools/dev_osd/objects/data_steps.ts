/** Steps on an object as a whole and on its bytes. */

import { crc32c } from "../../../mgr/encoding/mod.ts";
import { OpCode, StepFlag } from "../../../mgr/rados/op_codes.ts";
import { UTime } from "../../../mgr/types/utime.ts";
import { bytesOf, Errno, existing, type Step, type StepCall, StepError } from "./step.ts";

/** osd_max_object_size */
const MAX_OBJECT_BYTES = 128 * 1024 * 1024;
/** The first byte that differs is told as -(4095 + i). */
const MAX_ERRNO = 4095;

const extent = ({ union }: StepCall): { offset: number; length: number } => ({
  offset: union.u64n(),
  length: union.u64n(),
});

function fits(end: number): void {
  if (end > MAX_OBJECT_BYTES) throw new StepError(Errno.tooBig);
}

const read: Step = (call) => {
  const { offset, length } = extent(call);
  return { out: existing(call).read(offset, length) };
};

/** Whatever lies in the range is told as one part. */
const sparseRead: Step = (call) => {
  const { offset, length } = extent(call);
  const bytes = existing(call).read(offset, length);
  const parts = new Map(bytes.length > 0 ? [[offset, bytes.length]] : []);
  return {
    out: bytesOf((e) => e.map(parts, (e, at) => e.u64n(at), (e, n) => e.u64n(n)).bytes(bytes)),
  };
};

const stat: Step = (call) => {
  const { size, mtime } = existing(call);
  return { out: bytesOf((e) => UTime.encode(e.u64n(size), mtime)) };
};

const checksum: Step = (call) => {
  const { offset, length } = extent(call);
  call.union.u32();
  const CRC32C = 2;
  if (call.union.u8() !== CRC32C) throw new StepError(Errno.invalid);
  const seed = new DataView(call.data.buffer, call.data.byteOffset).getUint32(0, true);
  const crc = crc32c(seed, existing(call).read(offset, length));
  return { out: bytesOf((e) => e.list([crc], (e, n) => e.u32(n))) };
};

const compareExtent: Step = (call) => {
  const { offset } = extent(call);
  const stored = call.before?.read(offset, call.data.length) ?? new Uint8Array(0);
  const differs = call.data.findIndex((byte, i) => byte !== (stored[i] ?? 0));
  if (differs >= 0) throw new StepError(-(MAX_ERRNO + differs));
};

const assertVersion: Step = (call) => {
  call.union.u64n();
  const wanted = call.union.u64n();
  const { version } = existing(call);
  if (version > wanted) throw new StepError(Errno.range);
  if (version < wanted) throw new StepError(Errno.overflow);
};

const create: Step = ({ draft, flags }) => {
  if (draft.exists && (flags & StepFlag.excl) !== 0) throw new StepError(Errno.exists);
  draft.change(() => {});
};

const write: Step = (call) => {
  const { offset } = extent(call);
  fits(offset + call.data.length);
  call.draft.change((object) => object.write(offset, call.data));
};

const writeFull: Step = ({ draft, data }) => {
  fits(data.length);
  draft.change((object) => {
    object.truncate(0);
    object.write(0, data);
  });
};

const append: Step = ({ before, draft, data }) => {
  fits((before?.size ?? 0) + data.length);
  draft.change((object) => object.write(object.size, data));
};

const truncate: Step = (call) => {
  const { offset: size } = extent(call);
  fits(size);
  if (call.draft.exists) call.draft.change((object) => object.truncate(size));
};

const zero: Step = (call) => {
  const { offset, length } = extent(call);
  fits(offset + length);
  if (call.draft.exists) call.draft.change((object) => object.write(offset, new Uint8Array(length)));
};

const remove: Step = ({ draft }) => draft.remove();

/** By op code. */
export const DATA_STEPS: readonly (readonly [number, Step])[] = [
  [OpCode.read, read],
  [OpCode.sparseRead, sparseRead],
  [OpCode.stat, stat],
  [OpCode.checksum, checksum],
  [OpCode.cmpExt, compareExtent],
  [OpCode.assertVer, assertVersion],
  [OpCode.create, create],
  [OpCode.write, write],
  [OpCode.writeFull, writeFull],
  [OpCode.append, append],
  [OpCode.truncate, truncate],
  [OpCode.zero, zero],
  [OpCode.delete, remove],
];
