/** Steps of an operation on one object: all of them are done, or none. */

/** One step and what comes back of it. */
export interface RadosStep<R> {
  /** Its name and what it takes, as they go to the manager. */
  readonly wire: readonly [name: string, ...args: readonly unknown[]];
  /** What it answers, of what comes from the manager. */
  readonly result: (value: unknown) => R;
}

/** What each of the steps answers. */
export type StepResults<S extends readonly RadosStep<unknown>[]> = {
  -readonly [K in keyof S]: S[K] extends RadosStep<infer R> ? R : never;
};

/** How two values are compared: `gt`: the given one is the greater. */
export type Comparison = "eq" | "ne" | "gt" | "gte" | "lt" | "lte";

/** Size and time of the last change. */
export interface ObjectStat {
  /** Bytes. */
  readonly size: number;
  /** To the millisecond. */
  readonly mtime: Date;
}

/** A part of an omap: its keys with their values, in the order of the keys. */
export interface OmapPage {
  /** At most 1024. */
  readonly values: ReadonlyMap<string, Uint8Array>;
  /** There are keys behind them. */
  readonly more: boolean;
}

/** Which keys of an omap. */
export interface OmapRange {
  /** Only those behind this one. */
  readonly after?: string;
  /** Only those that begin so. */
  readonly prefix?: string;
  /** So many at most: 1024 when it is left out. */
  readonly max?: number;
}

/** A client that watches an object. */
export interface Watcher {
  /** "client.4153" */
  readonly name: string;
  /** "127.0.0.1:0/1234" */
  readonly addr: string;
  /** Its own number for the watch. */
  readonly cookie: bigint;
}

type Wire = RadosStep<unknown>["wire"];
type Pairs = readonly (readonly [string, Uint8Array])[];

/** Bytes; texts are taken in UTF-8. */
export type Bytes = Uint8Array | string;

const utf8 = new TextEncoder();
const bytesOf = (bytes: Bytes): Uint8Array => (typeof bytes === "string" ? utf8.encode(bytes) : bytes);
const nothing = (...wire: Wire): RadosStep<void> => ({ wire, result: () => {} });
const bytes = (...wire: Wire): RadosStep<Uint8Array> => ({ wire, result: (value) => value as Uint8Array });
const map = (...wire: Wire): RadosStep<Map<string, Uint8Array>> => ({
  wire,
  result: (value) => new Map(value as Pairs),
});

function pairsOf(values: Readonly<Record<string, Bytes>> | ReadonlyMap<string, Bytes>): Pairs {
  const entries = values instanceof Map ? [...values] : Object.entries(values as Record<string, Bytes>);
  return entries.map(([key, value]) => [key, bytesOf(value)]);
}

/** Bytes from `offset` on: 4 MiB of them unless `length` says otherwise, fewer at the end of the object. */
function read(offset = 0, length = 4 * 1024 * 1024): RadosStep<Uint8Array> {
  return bytes("read", offset, length);
}

/** Size and time of the last change. */
function stat(): RadosStep<ObjectStat> {
  const result = (value: unknown): ObjectStat => {
    const [size, ms] = value as [number, number];
    return { size, mtime: new Date(ms) };
  };
  return { wire: ["stat"], result };
}

/** Keys and values of an omap, a page of them. */
function omapGet({ after = "", prefix = "", max = 1024 }: OmapRange = {}): RadosStep<OmapPage> {
  const result = (value: unknown): OmapPage => {
    const [pairs, more] = value as [Pairs, boolean];
    return { values: new Map(pairs), more };
  };
  return { wire: ["omapGet", after, prefix, max], result };
}

/** Who watches the object. */
function listWatchers(): RadosStep<readonly Watcher[]> {
  const result = (value: unknown): readonly Watcher[] =>
    (value as [string, string, string][]).map(([name, addr, cookie]) => ({
      name,
      addr,
      cookie: BigInt(cookie),
    }));
  return { wire: ["listWatchers"], result };
}

/** Makes steps. Those that read bytes do not stand together with those that write. */
export const step = {
  read,
  stat,
  /** One attribute; the operation fails with ENODATA when it is not there. */
  getXattr: (name: string): RadosStep<Uint8Array> => bytes("getXattr", name),
  /** All attributes. */
  getXattrs: (): RadosStep<Map<string, Uint8Array>> => map("getXattrs"),
  omapGet,
  /** Values of these keys; those that are not there are left out. */
  omapGetByKeys: (keys: Iterable<string>): RadosStep<Map<string, Uint8Array>> =>
    map("omapGetByKeys", [...keys]),
  /** The header of the omap; empty when there is none. */
  omapHeader: (): RadosStep<Uint8Array> => bytes("omapHeader"),
  listWatchers,
  /** The operation fails unless the object has this version. */
  assertVersion: (version: number): RadosStep<void> => nothing("assertVersion", version),
  /** The operation fails with ECANCELED unless the comparison of `value` with the attribute holds. */
  compareXattr: (name: string, comparison: Comparison, value: Bytes): RadosStep<void> =>
    nothing("compareXattr", name, comparison, bytesOf(value)),
  /** The operation fails with ECANCELED unless each key has this value; one that is not there counts as empty. */
  omapCompare: (values: Readonly<Record<string, Bytes>> | ReadonlyMap<string, Bytes>): RadosStep<void> =>
    nothing("omapCompare", pairsOf(values)),
  /** Makes the object; it must not be there, unless `exclusive` is false. */
  create: (exclusive = true): RadosStep<void> => nothing("create", exclusive),
  /** Replaces bytes; the object grows as needed. */
  write: (data: Bytes, offset = 0): RadosStep<void> => nothing("write", bytesOf(data), offset),
  /** Replaces all bytes. */
  writeFull: (data: Bytes): RadosStep<void> => nothing("writeFull", bytesOf(data)),
  /** Adds bytes at the end. */
  append: (data: Bytes): RadosStep<void> => nothing("append", bytesOf(data)),
  /** Cuts the object, or fills it up with zeros. */
  truncate: (size: number): RadosStep<void> => nothing("truncate", size),
  /** Zeros in a range. */
  zero: (offset: number, length: number): RadosStep<void> => nothing("zero", offset, length),
  /** Deletes the object. */
  remove: (): RadosStep<void> => nothing("remove"),
  /** Makes or replaces an attribute. */
  setXattr: (name: string, value: Bytes): RadosStep<void> => nothing("setXattr", name, bytesOf(value)),
  /** Removes an attribute; one that is not there is no error. */
  rmXattr: (name: string): RadosStep<void> => nothing("rmXattr", name),
  /** Makes or replaces keys of the omap. */
  omapSet: (values: Readonly<Record<string, Bytes>> | ReadonlyMap<string, Bytes>): RadosStep<void> =>
    nothing("omapSet", pairsOf(values)),
  /** Replaces the header of the omap. */
  omapSetHeader: (header: Bytes): RadosStep<void> => nothing("omapSetHeader", bytesOf(header)),
  /** Removes keys; those that are not there are no error. */
  omapRemove: (keys: Iterable<string>): RadosStep<void> => nothing("omapRemove", [...keys]),
  /** Removes all keys and the header. */
  omapClear: (): RadosStep<void> => nothing("omapClear"),
  /** Runs a method of an object class on the OSD. */
  exec: (cls: string, method: string, input: Bytes = ""): RadosStep<Uint8Array> =>
    bytes("exec", cls, method, bytesOf(input)),
} as const;
