/** Which steps may stand together in one operation. */

import { accessFlags, OpCode, OpFlag } from "./op_codes.ts";
import { RadosError } from "./rados_error.ts";
import type { WriteStep } from "./step.ts";

/** The number of steps is a u16; nobody needs so many. */
export const MAX_STEPS = 1024;

/** Input of one operation. Upstream: osd_max_write_size */
export const MAX_WRITE_BYTES = 90 * 1024 * 1024;

const TOO_LONG = -90;

/**
 * Steps that read bytes. They see the object as it was before the operation, and 16.2.15 compares these old bytes with
 * the checksum of new ones: it reports a broken object and repairs it.
 */
const READS_BYTES: readonly number[] = [OpCode.read, OpCode.sparseRead, OpCode.checksum];

/** Throws RangeError. */
export function checkReading(steps: readonly WriteStep[]): void {
  checkCount(steps);
  const codes = steps.map(({ osdOp }) => osdOp.op).filter((code) => code !== OpCode.call);
  if (accessFlags(codes) & OpFlag.write) {
    throw new RangeError("Cannot read with steps that write: use a writing operation");
  }
}

/** Throws RangeError, RadosError EMSGSIZE. */
export function checkWriting(action: string, steps: readonly WriteStep[]): void {
  checkCount(steps);
  if (steps.some(({ osdOp }) => READS_BYTES.includes(osdOp.op))) {
    throw new RangeError(`Cannot ${action}: a writing operation cannot read bytes`);
  }
  const bytes = steps.reduce((sum, { osdOp }) => sum + osdOp.data.length, 0);
  if (bytes > MAX_WRITE_BYTES) {
    throw new RadosError(action, TOO_LONG, `${bytes} bytes, the limit of an operation is ${MAX_WRITE_BYTES}`);
  }
}

function checkCount({ length }: readonly WriteStep[]): void {
  if (length === 0 || length > MAX_STEPS) {
    throw new RangeError(`Cannot do ${length} steps in one operation: it has 1 to ${MAX_STEPS}`);
  }
}
