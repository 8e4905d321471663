/** Steps on attributes and on the omap. */

import { Decoder } from "../../../mgr/encoding/mod.ts";
import { OpCode } from "../../../mgr/rados/op_codes.ts";
import { Compare } from "../../../mgr/rados/xattr_steps.ts";
import { compareNames, nameOfBytes, ObjectName } from "../../../mgr/types/object_name.ts";
import { bytesOf, Errno, existing, type Step, type StepCall, StepError } from "./step.ts";

/** osd_max_attr_name_len */
const MAX_ATTR_NAME = 100;
/** osd_max_omap_entries_per_request */
const MAX_ENTRIES = 1024;
const MODE_STRING = 1;
const NOTHING = new Uint8Array(0);

/** Name and value of an attribute, as the union cuts the data. */
function attribute({ union, data }: StepCall): { name: string; value: Uint8Array } {
  const [nameLength, valueLength] = [union.u32(), union.u32()];
  if (nameLength > MAX_ATTR_NAME) throw new StepError(Errno.nameTooLong);
  const name = nameOfBytes(data.subarray(0, nameLength));
  return { name, value: data.subarray(nameLength, nameLength + valueLength) };
}

const getXattr: Step = (call) => {
  const { name } = attribute(call);
  const value = existing(call).xattrs.get(name);
  if (value === undefined) throw new StepError(Errno.noData);
  return { out: value };
};

const getXattrs: Step = (call) => ({ out: pairs([...existing(call).xattrs].sort(byName)) });

const setXattr: Step = (call) => {
  const { name, value } = attribute(call);
  call.draft.change(({ xattrs }) => void xattrs.set(name, value.slice()));
};

const rmXattr: Step = (call) => {
  const { name } = attribute(call);
  call.draft.changeExisting(({ xattrs }) => void xattrs.delete(name));
};

/** Whether an order (negative, 0, positive) is what the comparison wants. */
const HOLDS: ReadonlyMap<number, (order: number) => boolean> = new Map([
  [Compare.eq, (order) => order === 0],
  [Compare.ne, (order) => order !== 0],
  [Compare.gt, (order) => order > 0],
  [Compare.gte, (order) => order >= 0],
  [Compare.lt, (order) => order < 0],
  [Compare.lte, (order) => order <= 0],
]);

/** The given value stands on the left. */
const compareXattr: Step = (call) => {
  const { name, value } = attribute(call);
  const holds = HOLDS.get(call.union.u8());
  if (holds === undefined) throw new StepError(Errno.invalid);
  const isText = call.union.u8() === MODE_STRING;
  const stored = existing(call).xattrs.get(name) ?? NOTHING;
  const order = isText ? compareBytes(value, stored) : compareNumbers(value, stored);
  if (!holds(order)) throw new StepError(Errno.canceled);
  return { rval: 1 };
};

function compareNumbers(given: Uint8Array, stored: Uint8Array): number {
  const left = new Decoder(given).u64();
  const right = BigInt(/^\d+/.exec(new TextDecoder().decode(stored))?.[0] ?? "0");
  return left < right ? -1 : left > right ? 1 : 0;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

type Pair = readonly [key: string, value: Uint8Array];

const byName = ([a]: Pair, [b]: Pair): number => compareNames(a, b);

function pairs(list: readonly Pair[], more?: boolean): Uint8Array {
  return bytesOf((e) => {
    e.list(list, (e, [key, value]) => {
      ObjectName.encode(e, key);
      e.bytes(value);
    });
    if (more !== undefined) e.bool(more);
  });
}

/** A part of the omap in order, and whether there is more behind it. */
function page(call: StepCall, after: string, max: number, prefix: string): { list: Pair[]; more: boolean } {
  const all = [...existing(call).omap].sort(byName)
    .filter(([key]) => (after === "" || compareNames(key, after) > 0) && key.startsWith(prefix));
  const limit = Math.min(max, MAX_ENTRIES);
  return { list: all.slice(0, limit), more: all.length > limit };
}

const omapKeys: Step = (call) => {
  const d = new Decoder(call.data);
  const { list, more } = page(call, ObjectName.decode(d), d.u64n(), "");
  return {
    out: bytesOf((e) => e.list(list, (e, [key]) => ObjectName.encode(e, key)).bool(more)),
  };
};

const omapValues: Step = (call) => {
  const d = new Decoder(call.data);
  const { list, more } = page(call, ObjectName.decode(d), d.u64n(), ObjectName.decode(d));
  return { out: pairs(list, more) };
};

const omapByKeys: Step = (call) => {
  const { omap } = existing(call);
  const keys = new Decoder(call.data).list(ObjectName.decode, 4);
  const list = keys.flatMap((key): Pair[] => (omap.has(key) ? [[key, omap.get(key)!]] : []));
  return { out: pairs(list.sort(byName)) };
};

const omapHeader: Step = (call) => ({ out: existing(call).omapHeader });

/** The stored value stands on the left; an absent key counts as an empty value. */
const omapCompare: Step = (call) => {
  const { omap } = existing(call);
  const assertions = new Decoder(call.data).map(
    ObjectName.decode,
    (d) => ({ value: d.bytes(), op: d.i32() }),
  );
  for (const [key, { value, op }] of assertions) {
    const holds = op % 2 === 1 ? HOLDS.get(op) : undefined;
    if (holds === undefined) throw new StepError(Errno.invalid);
    if (!holds(compareBytes(omap.get(key) ?? NOTHING, value))) throw new StepError(Errno.canceled);
  }
};

const omapSet: Step = ({ draft, data }) => {
  const values = new Decoder(data).map(ObjectName.decode, (d) => d.bytes().slice());
  draft.change(({ omap }) => values.forEach((value, key) => omap.set(key, value)));
};

const omapSetHeader: Step = ({ draft, data }) =>
  draft.change((object) => {
    object.omapHeader = data.slice();
  });

const omapClear: Step = ({ draft }) =>
  draft.changeExisting((object) => {
    object.omap.clear();
    object.omapHeader = NOTHING;
  });

const omapRemove: Step = ({ draft, data }) => {
  const keys = new Decoder(data).list(ObjectName.decode, 4);
  draft.changeExisting(({ omap }) => keys.forEach((key) => omap.delete(key)));
};

const omapRemoveRange: Step = ({ draft, data }) => {
  const d = new Decoder(data);
  const [begin, end] = [ObjectName.decode(d), ObjectName.decode(d)];
  draft.changeExisting(({ omap }) => {
    for (const key of [...omap.keys()]) {
      if (compareNames(key, begin) >= 0 && compareNames(key, end) < 0) omap.delete(key);
    }
  });
};

/** By op code. */
export const ATTRIBUTE_STEPS: readonly (readonly [number, Step])[] = [
  [OpCode.getXattr, getXattr],
  [OpCode.getXattrs, getXattrs],
  [OpCode.setXattr, setXattr],
  [OpCode.rmXattr, rmXattr],
  [OpCode.cmpXattr, compareXattr],
  [OpCode.omapGetKeys, omapKeys],
  [OpCode.omapGetVals, omapValues],
  [OpCode.omapGetValsByKeys, omapByKeys],
  [OpCode.omapGetHeader, omapHeader],
  [OpCode.omapCmp, omapCompare],
  [OpCode.omapSetVals, omapSet],
  [OpCode.omapSetHeader, omapSetHeader],
  [OpCode.omapClear, omapClear],
  [OpCode.omapRmKeys, omapRemove],
  [OpCode.omapRmKeyRange, omapRemoveRange],
];
