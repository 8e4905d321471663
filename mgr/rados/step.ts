/** Steps of an operation: what is sent for each, and what comes back. Pure. */

import { Decoder, Encoder, type Write } from "../encoding/mod.ts";
import { OSD_OP_UNION_SIZE, type OsdOp } from "../types/osd_op.ts";
import { StepFlag } from "./op_codes.ts";

/** A step of a writing operation. */
export interface WriteStep {
  readonly osdOp: OsdOp;
}

/** A step of a reading operation; those that compare may stand in a writing one as well. */
export interface ReadStep<R> extends WriteStep {
  /** Reads the output. Throws DecodeError. */
  readonly result: (output: Uint8Array, returned: number) => R;
  /** Bytes that may come back, where they can be many. */
  readonly expected?: number;
}

/** What each of the steps returns. */
export type Results<S extends readonly ReadStep<unknown>[]> = {
  -readonly [K in keyof S]: S[K] extends ReadStep<infer R> ? R : never;
};

const NOTHING = new Uint8Array(0);
const NO_UNION: Write<void> = () => {};

/** How a step looks; the union is filled up with zeros. */
export interface StepForm {
  readonly op: number;
  readonly flags?: number;
  readonly union?: Write<void>;
  readonly data?: Uint8Array;
}

/** A step without a result. */
export function writeStep({ op, flags = 0, union = NO_UNION, data = NOTHING }: StepForm): WriteStep {
  const e = new Encoder(OSD_OP_UNION_SIZE);
  union(e, undefined);
  const whole = new Uint8Array(OSD_OP_UNION_SIZE);
  whole.set(e.finish());
  return { osdOp: { op, flags, union: whole, data } };
}

/** A step whose output is read by `result`. */
export function readStep<R>(
  form: StepForm,
  result: (output: Uint8Array, returned: number) => R,
  expected?: number,
): ReadStep<R> {
  return { ...writeStep(form), result, ...(expected === undefined ? {} : { expected }) };
}

/** A step that only lets the operation go on or not. */
export function guardStep(form: StepForm): ReadStep<void> {
  return readStep(form, () => {});
}

/** As it is, but the operation goes on when it fails. */
export function failOk<S extends WriteStep>(step: S): S {
  return { ...step, osdOp: { ...step.osdOp, flags: step.osdOp.flags | StepFlag.failOk } };
}

/** The union of steps on a range of bytes. Throws RangeError. */
export function extent(offset: number, length: number): Write<void> {
  const at = quantity(offset, "offset");
  const n = quantity(length, "length");
  return (e) => void e.u64n(at).u64n(n);
}

/** Reads an output that holds one value. */
export function output<R>(read: (d: Decoder) => R): (output: Uint8Array) => R {
  return (bytes) => read(new Decoder(bytes));
}

/** Bytes of one step's input. */
export function input(write: (e: Encoder) => void): Uint8Array {
  const e = new Encoder();
  write(e);
  return e.finish();
}

/** A count or a size of the caller's. Throws RangeError. */
export function quantity(n: number, what: string): number {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`Cannot use ${n} as ${what}`);
  return n;
}
