/** Steps of an operation as an OSD runs them: reads see the object as it was, writes happen together at the end. Upstream: PrimaryLogPG::do_osd_ops */

import { type Decoder, Encoder } from "../../../mgr/encoding/mod.ts";
import type { SimObject } from "./sim_object.ts";

/** Negative errnos. */
export const Errno = {
  perm: -1,
  noEntry: -2,
  exists: -17,
  invalid: -22,
  tooBig: -27,
  range: -34,
  nameTooLong: -36,
  noData: -61,
  overflow: -75,
  notSupported: -95,
  notConnected: -107,
  shutdown: -108,
  canceled: -125,
} as const;

/** One failed: its rval. */
export class StepError extends Error {
  override readonly name = "StepError";
  constructor(readonly rval: number) {
    super(`rval ${rval}`);
  }
}

/** What one step has to do with. */
export interface StepCall {
  /** Before the operation; undefined: it is not there. */
  readonly before: SimObject | undefined;
  readonly draft: Draft;
  /** The 28 bytes whose meaning depends on the code. */
  readonly union: Decoder;
  readonly data: Uint8Array;
  readonly flags: number;
}

/** Output bytes, and the rval if it is not 0. */
export interface StepOutput {
  readonly out?: Uint8Array;
  readonly rval?: number;
}

/** Runs a step. Throws StepError. */
export type Step = (call: StepCall) => StepOutput | void;

/** What the writes of one operation come to. */
export class Draft {
  /** Whether the object will be there. */
  exists: boolean;
  /** Something is to be changed. */
  touched = false;
  readonly #changes: ((object: SimObject) => void)[] = [];

  constructor(exists: boolean) {
    this.exists = exists;
  }

  /** Makes the object if it is not there. */
  change(apply: (object: SimObject) => void): void {
    this.exists = true;
    this.touched = true;
    this.#changes.push(apply);
  }

  /** Throws StepError when it is not there. */
  remove(): void {
    if (!this.exists) throw new StepError(Errno.noEntry);
    this.exists = false;
    this.touched = true;
    this.#changes.length = 0;
  }

  /** As `change` for an object that must be there. */
  changeExisting(apply: (object: SimObject) => void): void {
    if (!this.exists) throw new StepError(Errno.noEntry);
    this.change(apply);
  }

  apply(object: SimObject): void {
    for (const change of this.#changes) change(object);
  }
}

/** The object as it was; reads of one that is not there fail. */
export function existing({ before }: StepCall): SimObject {
  if (before === undefined) throw new StepError(Errno.noEntry);
  return before;
}

/** Output of a step. */
export function bytesOf(write: (e: Encoder) => void): Uint8Array {
  const e = new Encoder();
  write(e);
  return e.finish();
}
