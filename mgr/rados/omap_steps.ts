/** Steps on an object's omap: its sorted keys and their values, and a header. Not on erasure coded pools. */

import type { Encoder } from "../encoding/mod.ts";
import { ObjectName } from "../types/object_name.ts";
import { OpCode } from "./op_codes.ts";
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
import { Compare, type Comparison } from "./xattr_steps.ts";

/** OSDs answer with no more keys at once. Upstream: osd_max_omap_entries_per_request */
export const MAX_OMAP_ENTRIES = 1024;

/** A part of the keys, in the order of their bytes. */
export interface OmapKeys {
  readonly keys: readonly string[];
  /** There are keys behind them. */
  readonly more: boolean;
}

/** A part of the keys with their values. */
export interface OmapValues {
  readonly values: ReadonlyMap<string, Uint8Array>;
  /** There are keys behind them. */
  readonly more: boolean;
}

/** Which keys. */
export interface OmapRange {
  /** Only keys behind this one; "" = from the first. */
  readonly after?: string;
  /** Only keys that begin so. */
  readonly prefix?: string;
  /** So many at most. */
  readonly max?: number;
}

/** What a value is compared with; the *stored* value stands on the left. */
export interface OmapAssertion {
  readonly comparison: Comparison & ("eq" | "gt" | "lt");
  readonly value: Uint8Array;
}

/** Keys of a range; `prefix` is not looked at. */
export function omapGetKeys({ after = "", max = MAX_OMAP_ENTRIES }: OmapRange): ReadStep<OmapKeys> {
  const data = input((e) => {
    ObjectName.encode(e, after);
    e.u64n(quantity(max, "number of keys"));
  });
  return readStep(
    form(OpCode.omapGetKeys, data),
    output((d) => ({ keys: d.list(ObjectName.decode, 4), more: d.bool() })),
  );
}

/** Keys and values of a range. */
export function omapGetValues(range: OmapRange): ReadStep<OmapValues> {
  const { after = "", prefix = "", max = MAX_OMAP_ENTRIES } = range;
  const data = input((e) => {
    ObjectName.encode(e, after);
    ObjectName.encode(e.u64n(quantity(max, "number of keys")), prefix);
  });
  return readStep(
    form(OpCode.omapGetVals, data),
    output((d) => ({ values: d.map(ObjectName.decode, (d) => d.bytes()), more: d.bool() })),
  );
}

/** Values of these keys; absent ones are left out. */
export function omapGetByKeys(keys: Iterable<string>): ReadStep<Map<string, Uint8Array>> {
  return readStep(
    form(OpCode.omapGetValsByKeys, input((e) => writeKeys(e, keys))),
    output((d) => d.map(ObjectName.decode, (d) => d.bytes())),
  );
}

/** The header; empty when there is none. */
export function omapGetHeader(): ReadStep<Uint8Array> {
  return readStep({ op: OpCode.omapGetHeader }, (bytes) => bytes);
}

/** Makes or replaces keys, and the object. */
export function omapSet(values: ReadonlyMap<string, Uint8Array>): WriteStep {
  return writeStep(
    form(OpCode.omapSetVals, input((e) => void e.map(values, ObjectName.encode, (e, v) => e.bytes(v)))),
  );
}

/** Replaces the header. */
export function omapSetHeader(header: Uint8Array): WriteStep {
  return writeStep(form(OpCode.omapSetHeader, header));
}

/** Removes keys; absent ones are no error. */
export function omapRemove(keys: Iterable<string>): WriteStep {
  return writeStep(form(OpCode.omapRmKeys, input((e) => writeKeys(e, keys))));
}

/** Removes the keys from `begin` up to, but without, `end`. */
export function omapRemoveRange(begin: string, end: string): WriteStep {
  const data = input((e) => {
    ObjectName.encode(e, begin);
    ObjectName.encode(e, end);
  });
  return writeStep(form(OpCode.omapRmKeyRange, data));
}

/** Removes all keys and the header. */
export function omapClear(): WriteStep {
  return writeStep({ op: OpCode.omapClear });
}

/** Lets the operation go on if `stored <comparison> given` holds for each; an absent key counts as an empty value. */
export function omapCompare(assertions: ReadonlyMap<string, OmapAssertion>): ReadStep<void> {
  const data = input((e) =>
    void e.map(assertions, ObjectName.encode, (e, { comparison, value }) => {
      e.bytes(value).i32(Compare[comparison]);
    })
  );
  return guardStep(form(OpCode.omapCmp, data));
}

function writeKeys(e: Encoder, keys: Iterable<string>): void {
  e.list([...keys], ObjectName.encode);
}

function form(op: number, data: Uint8Array) {
  return { op, union: extent(0, data.length), data };
}
