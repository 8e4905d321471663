/** Codecs of the plain values, for tables that take codecs. */

import type { Codec } from "./codec.ts";
import { decodeAll } from "./decoder.ts";

/** 8 bits. */
export const U8: Codec<number> = { decode: (d) => d.u8(), encode: (e, v) => void e.u8(v) };
/** 32 bits. */
export const U32: Codec<number> = { decode: (d) => d.u32(), encode: (e, v) => void e.u32(v) };
/** 32 bits, signed. */
export const I32: Codec<number> = { decode: (d) => d.i32(), encode: (e, v) => void e.i32(v) };
/** 64 bits, signed: a quantity or the id of a pool. */
export const I64N: Codec<number> = { decode: (d) => d.i64n(), encode: (e, v) => void e.i64n(v) };
/** 64 bits: an identity or a mask. */
export const U64: Codec<bigint> = { decode: (d) => d.u64(), encode: (e, v) => void e.u64(v) };
/** 32 bits, IEEE 754. */
export const F32: Codec<number> = { decode: (d) => d.f32(), encode: (e, v) => void e.f32(v) };
/** One byte. */
export const Bool: Codec<boolean> = { decode: (d) => d.bool(), encode: (e, v) => void e.bool(v) };
/** std::string */
export const Str: Codec<string> = { decode: (d) => d.string(), encode: (e, v) => void e.string(v) };
/** map<string, string> */
export const StrMap: Codec<ReadonlyMap<string, string>> = {
  decode: (d) => d.stringMap(),
  encode: (e, v) => void e.stringMap(v),
};

/** vector<s32> */
export const I32List: Codec<readonly number[]> = listOf(I32, 4);

/** vector<u32> as a typed array. */
export const U32Array: Codec<Uint32Array> = {
  decode(d) {
    const out = new Uint32Array(d.count(4));
    for (let i = 0; i < out.length; i++) out[i] = d.u32();
    return out;
  },
  encode(e, v) {
    e.u32(v.length);
    for (let i = 0; i < v.length; i++) e.u32(v[i]!);
  },
};

/** vector, list or set of what `item` reads and writes; `minSize` is that of one item in bytes. */
export function listOf<T>(item: Codec<T>, minSize = 1): Codec<readonly T[]> {
  return {
    decode: (d) => d.list(item.decode, minSize),
    encode: (e, v) => void e.list(v, item.encode),
  };
}

/** map, in the order of the Map. */
export function mapOf<K, V>(key: Codec<K>, value: Codec<V>): Codec<ReadonlyMap<K, V>> {
  return {
    decode: (d) => d.map(key.decode, value.decode),
    encode: (e, v) => void e.map(v, key.encode, value.encode),
  };
}

/** A value inside a bufferlist: u32 length, then exactly the value. */
export function blobOf<T>(codec: Codec<T>): Codec<T> {
  return {
    decode: (d) => decodeAll(d.bytes(), codec.decode),
    encode: (e, v) => void e.blob((e) => codec.encode(e, v)),
  };
}
