/** Values that stay as they are on the wire: decoded when asked for, changed by splicing, checksummed once. */

import type { Codec } from "./codec.ts";
import { crc32c, crc32cAppend } from "./crc32c.ts";
import { decodeAll, Decoder, type Read } from "./decoder.ts";
import { Encoder } from "./encoder.ts";

/** Below this many bytes the checksum over them is cheaper than the memory of it. */
const SMALL = 256;

/** Bytes of one value. Immutable; what is derived from them is kept. */
export class Packed<T> {
  readonly bytes: Uint8Array;
  readonly #read: Read<T>;
  #value: { readonly it: T } | undefined;
  #crc: number | undefined;

  constructor(bytes: Uint8Array, read: Read<T>) {
    this.bytes = bytes;
    this.#read = read;
  }

  /** Takes the bytes that `skip` moves over; without `skip` the value is decoded, and thereby checked, at once. */
  static read<T>(d: Decoder, codec: Codec<T>, skip?: Read<void>): Packed<T> {
    if (skip !== undefined) return new Packed(d.span(skip), codec.decode);
    let value: { it: T } | undefined;
    const packed = new Packed(d.span((d) => value = { it: codec.decode(d) }), codec.decode);
    packed.#value = value;
    return packed;
  }

  /** Encodes the value. */
  static of<T>(codec: Codec<T>, value: T): Packed<T> {
    const e = new Encoder(64);
    codec.encode(e, value);
    const packed = new Packed<T>(e.finish(), codec.decode);
    packed.#value = { it: value };
    return packed;
  }

  /** Decoded at the first call. Throws DecodeError. */
  get value(): T {
    this.#value ??= { it: decodeAll(this.bytes, this.#read) };
    return this.#value.it;
  }

  /** The register `crc` after these bytes; those of a long value are looked at once only. */
  appendTo(crc: number): number {
    if (this.bytes.length < SMALL) return crc32c(crc, this.bytes);
    this.#crc ??= crc32c(0, this.bytes);
    return crc32cAppend(crc, this.#crc, this.bytes.length);
  }
}

/** How the items of a list or the values of a map look on the wire. */
export interface Item<T> extends Codec<T> {
  /** Moves over one. */
  readonly skip: Read<void>;
}

/** u32 count. */
const COUNT_SIZE = 4;

/** vector: items are found by an index of their offsets. */
export class PackedList<T> extends Packed<readonly T[]> {
  readonly #item: Item<T>;
  #offsets: Uint32Array | undefined;

  constructor(bytes: Uint8Array, item: Item<T>) {
    super(bytes, (d) => d.list(item.decode));
    this.#item = item;
  }

  /** Takes a vector. */
  static readList<T>(d: Decoder, item: Item<T>): PackedList<T> {
    return new PackedList(d.span((d) => skipMany(d, d.count(), item.skip)), item);
  }

  /** Encodes the items. */
  static ofItems<T>(item: Item<T>, items: readonly T[]): PackedList<T> {
    return new PackedList(new Encoder(1024).list(items, item.encode).finish(), item);
  }

  get length(): number {
    return new Decoder(this.bytes).u32();
  }

  /** The item at `index`; undefined beyond the ends. */
  at(index: number): T | undefined {
    const bytes = this.bytesAt(index);
    return bytes && this.#item.decode(new Decoder(bytes));
  }

  /** The bytes of the item at `index`, as a view; undefined beyond the ends. */
  bytesAt(index: number): Uint8Array | undefined {
    const offsets = this.#index();
    if (index < 0 || index >= offsets.length - 1) return undefined;
    return this.bytes.subarray(offsets[index], offsets[index + 1]);
  }

  /** A list in which these indexes (all below `length`) have other items. */
  with(changes: ReadonlyMap<number, T>): PackedList<T> {
    if (changes.size === 0) return this;
    const offsets = this.#index();
    const e = new Encoder(this.bytes.length + 1024);
    let from = 0;
    for (const [index, item] of [...changes].sort(([a], [b]) => a - b)) {
      e.raw(this.bytes.subarray(from, offsets[index]));
      this.#item.encode(e, item);
      from = offsets[index + 1]!;
    }
    return new PackedList(e.raw(this.bytes.subarray(from)).finish(), this.#item);
  }

  /** A list of `length` items, cut or filled up with `blank`. */
  resized(length: number, blank: T): PackedList<T> {
    const offsets = this.#index();
    const old = offsets.length - 1;
    const e = new Encoder(this.bytes.length + 1024);
    e.u32(length).raw(this.bytes.subarray(COUNT_SIZE, offsets[Math.min(old, length)]));
    for (let i = old; i < length; i++) this.#item.encode(e, blank);
    return new PackedList(e.finish(), this.#item);
  }

  /** Offset of each item, and the end. */
  #index(): Uint32Array {
    if (this.#offsets === undefined) {
      const d = new Decoder(this.bytes);
      const offsets = new Uint32Array(d.u32() + 1);
      for (let i = 0; i < offsets.length - 1; i++) {
        offsets[i] = d.offset;
        this.#item.skip(d);
      }
      offsets[offsets.length - 1] = d.offset;
      this.#offsets = offsets;
    }
    return this.#offsets;
  }
}

/** How a sorted map looks on the wire, and what it is decoded to. */
export interface MapLayout<K, V, T> {
  readonly key: Codec<K>;
  readonly value: Item<V>;
  /** The order of the keys on the wire. */
  readonly compare: (a: K, b: K) => number;
  readonly decode: Read<T>;
}

/** A key and its new value; without one the key is removed. */
export type Change<K, V> = readonly [key: K, value: V | undefined];

/** map: entries are merged in without decoding those that stay. */
export class PackedMap<K, V, T> extends Packed<T> {
  readonly #layout: MapLayout<K, V, T>;

  constructor(bytes: Uint8Array, layout: MapLayout<K, V, T>) {
    super(bytes, layout.decode);
    this.#layout = layout;
  }

  /** Takes a map. */
  static readMap<K, V, T>(d: Decoder, layout: MapLayout<K, V, T>): PackedMap<K, V, T> {
    const skipEntry = (d: Decoder): void => {
      layout.key.decode(d);
      layout.value.skip(d);
    };
    return new PackedMap(d.span((d) => skipMany(d, d.count(), skipEntry)), layout);
  }

  /** A map without entries. */
  static empty<K, V, T>(layout: MapLayout<K, V, T>): PackedMap<K, V, T> {
    return new PackedMap(new Uint8Array(COUNT_SIZE), layout);
  }

  get size(): number {
    return new Decoder(this.bytes).u32();
  }

  /** The map without its entries. */
  cleared(): PackedMap<K, V, T> {
    return this.size === 0 ? this : PackedMap.empty(this.#layout);
  }

  /** A map with these changes; of two changes of one key the later one counts. */
  with(changes: readonly Change<K, V>[]): PackedMap<K, V, T> {
    if (changes.length === 0) return this;
    const { key, value, compare } = this.#layout;
    const old = new Entries(this.bytes, this.#layout);
    const e = new Encoder(this.bytes.length + 1024).u32(0);
    let size = this.size;
    let from = COUNT_SIZE;
    for (const [k, v] of this.#sorted(changes)) {
      while (old.key !== undefined && compare(old.key, k) < 0) old.next();
      e.raw(this.bytes.subarray(from, old.start));
      if (old.key !== undefined && compare(old.key, k) === 0) {
        old.next();
        size--;
      }
      from = old.start;
      if (v === undefined) continue;
      key.encode(e, k);
      value.encode(e, v);
      size++;
    }
    const bytes = e.raw(this.bytes.subarray(from)).finish();
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, size, true);
    return new PackedMap(bytes, this.#layout);
  }

  #sorted(changes: readonly Change<K, V>[]): Change<K, V>[] {
    const { compare } = this.#layout;
    const sorted = [...changes].sort(([a], [b]) => compare(a, b));
    return sorted.filter(([k], i) => i === sorted.length - 1 || compare(k, sorted[i + 1]![0]) !== 0);
  }
}

/** Steps through the entries of an encoded map. */
class Entries<K, V> {
  readonly #d: Decoder;
  readonly #layout: MapLayout<K, V, unknown>;
  #left: number;
  /** Offset of the current entry, or of the end. */
  start = 0;
  /** Undefined at the end. */
  key: K | undefined;

  constructor(bytes: Uint8Array, layout: MapLayout<K, V, unknown>) {
    this.#d = new Decoder(bytes);
    this.#layout = layout;
    this.#left = this.#d.u32();
    this.#load();
  }

  next(): void {
    this.#layout.value.skip(this.#d);
    this.#load();
  }

  #load(): void {
    this.start = this.#d.offset;
    this.key = this.#left-- > 0 ? this.#layout.key.decode(this.#d) : undefined;
  }
}

function skipMany(d: Decoder, n: number, skip: Read<void>): void {
  for (let i = 0; i < n; i++) skip(d);
}
