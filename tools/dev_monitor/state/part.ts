/** One part of what a monitor has committed: how a change makes the next state, and how both look in the store. */

import { type Codec, Decoder, encodeAll } from "../../../mgr/encoding/mod.ts";

/** One value of the store; undefined removes it. */
export interface Row {
  readonly part: string;
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

/** A part: its state S and the changes C that it takes. All functions are pure. */
export interface Part<S, C> {
  readonly empty: S;
  apply(state: S, change: C): S;
  /** What of `after` has to be written because of `change`: key and value, undefined = removed. */
  rows(after: S, change: C): Iterable<readonly [key: string, value: Uint8Array | undefined]>;
  /** The state that the rows hold. Throws DecodeError or an Error. */
  load(rows: ReadonlyMap<string, Uint8Array>): S;
}

/** A copy of the map with some values set, and those that are undefined removed. */
export function merged<K, V>(
  map: ReadonlyMap<K, V>,
  changes: ReadonlyMap<K, V | undefined>,
): ReadonlyMap<K, V> {
  const next = new Map(map);
  for (const [key, value] of changes) {
    if (value === undefined) next.delete(key);
    else next.set(key, value);
  }
  return next;
}

/** The entries in the byte order of their keys, as std::map has them. */
export function sorted<V>(map: Iterable<readonly [string, V]>): Map<string, V> {
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

const utf8 = new TextEncoder();

/** Values of the store that are JSON. */
export function jsonBytes(value: unknown): Uint8Array {
  return utf8.encode(JSON.stringify(value));
}

/** Reads what `jsonBytes` has written. */
export function parseJsonBytes<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}

/** Metadata of a daemon. */
export type Metadata = ReadonlyMap<string, string>;

/** A value with a codec, as bytes of its own. */
export function pack<T>(codec: Codec<T>, value: T): Uint8Array {
  return encodeAll(codec.encode, value).slice();
}

/** Reads what `pack` has written. */
export function unpackRow<T>(codec: Codec<T>, bytes: Uint8Array | undefined): T | undefined {
  return bytes && codec.decode(new Decoder(bytes));
}

/** A version as a key that sorts by number. */
export function versionKey(version: number): string {
  return String(version).padStart(10, "0");
}
