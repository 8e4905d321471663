/** Reads Ceph's little-endian values out of a byte buffer. Bounds-checked; no length of a peer is believed. */

import { DecodeError } from "./errors.ts";

/** Reads one value. */
export type Read<T> = (d: Decoder) => T;

/** No container of Ceph's has elements without bytes; those that a caller says may have are limited to this many. */
const MAX_EMPTY_ELEMENTS = 65_536;

const utf8 = new TextDecoder("utf-8");

/** More fields than a structure has behind the failing one: a loop would read nothing for ever. */
const MAX_READS_AFTER_FAILURE = 200;
/** u8 version, u8 compat, u32 length. */
const HEADER_SIZE = 6;

/** Ends the search for a failing field. */
class ProbeOver extends Error {}

/** More elements than this are made room for as they come: a peer announces what it likes. */
const MAX_PREPARED = 65_536;

/**
 * Strings up to this length are tried as ASCII first: TextDecoder costs more than the loop. What V8 puts together of
 * more characters keeps all its pieces in memory.
 */
const SHORT_STRING = 12;

/** Most are small: integers alone are faster than floating point. */
const joined = (high: number, low: number): number => (high === 0 ? low : high * 4294967296 + low);

/**
 * A cursor over bytes. Every read advances it; a read past the end throws `DecodeError`.
 *
 * Slices (`raw`, `bytes`) are views of the underlying buffer, never copies.
 */
export class Decoder {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #end: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.byteLength;
  }

  /** Offset of the next read from the start of the buffer. */
  get offset(): number {
    return this.#at;
  }

  /** Bytes left before the end of the innermost structure. */
  get remaining(): number {
    return this.#end - this.#at;
  }

  /** Throws a `DecodeError` at the present offset. */
  fail(reason: string): never {
    throw new DecodeError(reason, this.#at);
  }

  #take(n: number): number {
    const at = this.#at;
    if (n > this.#end - at) this.fail(`needs ${n} bytes, ${this.#end - at} left`);
    this.#at = at + n;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  i8(): number {
    return this.#view.getInt8(this.#take(1));
  }
  i16(): number {
    return this.#view.getInt16(this.#take(2), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  /** An identity or a mask: exact. */
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }
  /** An identity: exact. */
  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }
  /** A quantity (bytes, counts, nanoseconds): rounded above 2^53. */
  u64n(): number {
    const at = this.#take(8);
    return joined(this.#view.getUint32(at + 4, true), this.#view.getUint32(at, true));
  }
  /** A signed quantity: rounded beyond 2^53. */
  i64n(): number {
    const at = this.#take(8);
    return joined(this.#view.getInt32(at + 4, true), this.#view.getUint32(at, true));
  }
  f32(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }
  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }
  bool(): boolean {
    return this.u8() !== 0;
  }

  /** `n` bytes with no count before them. */
  raw(n: number): Uint8Array {
    const at = this.#take(n);
    return this.#bytes.subarray(at, at + n);
  }
  /** Moves over `n` bytes. */
  skip(n: number): void {
    this.#take(n);
  }
  /** Moves over a versioned structure. */
  skipVersioned(): void {
    this.#take(2);
    this.#take(this.u32());
  }
  /** The bytes that `read` moves over, as a view. */
  span(read: Read<unknown>): Uint8Array {
    const start = this.#at;
    read(this);
    return this.#bytes.subarray(start, this.#at);
  }
  /** Everything up to the end of the innermost structure. */
  rest(): Uint8Array {
    return this.raw(this.remaining);
  }
  /** A bufferlist: u32 length and bytes. */
  bytes(): Uint8Array {
    return this.raw(this.u32());
  }
  /** A std::string shown as UTF-8; bytes that are not UTF-8 become U+FFFD. */
  string(): string {
    const n = this.u32();
    const at = this.#take(n);
    if (n <= SHORT_STRING) {
      let s = "";
      for (let i = at; i < at + n; i++) {
        const c = this.#bytes[i]!;
        if (c > 0x7f) return utf8.decode(this.#bytes.subarray(at, at + n));
        s += String.fromCharCode(c);
      }
      return s;
    }
    return utf8.decode(this.#bytes.subarray(at, at + n));
  }

  /** A u32 element count, refused when the bytes left cannot hold so many of at least `minSize` bytes. */
  count(minSize = 1): number {
    const n = this.u32();
    if (minSize === 0 ? n > MAX_EMPTY_ELEMENTS : n * minSize > this.remaining) {
      this.fail(`${n} elements announced, ${this.remaining} bytes left`);
    }
    return n;
  }
  /** vec, list, set: u32 count and elements. */
  list<T>(item: Read<T>, minSize = 1): T[] {
    const n = this.count(minSize);
    const out: T[] = n <= MAX_PREPARED ? new Array(n) : [];
    for (let i = 0; i < n; i++) out[i] = item(this);
    return out;
  }
  /** map: u32 count and pairs. A repeated key: the last one wins. */
  map<K, V>(key: Read<K>, value: Read<V>): Map<K, V> {
    const n = this.count();
    const out = new Map<K, V>();
    for (let i = 0; i < n; i++) out.set(key(this), value(this));
    return out;
  }
  /** vec<string> or set<string> */
  strings(): string[] {
    return this.list((d) => d.string(), 4);
  }
  /** map<string, string> */
  stringMap(): Map<string, string> {
    return this.map((d) => d.string(), (d) => d.string());
  }
  /** std::optional: u8 present, then the value. */
  optional<T>(item: Read<T>): T | undefined {
    return this.bool() ? item(this) : undefined;
  }
  /** A u64 varint of at most 7 bits a byte, least significant first. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const b = this.u8();
      value += (b & 0x7f) * 2 ** shift;
      if (b < 0x80) return value;
    }
    this.fail("varint longer than 7 bytes");
  }

  /**
   * A versioned structure (ENCODE_START): u8 version, u8 compat, u32 length, body. Fields that newer writers
   * appended are skipped by the length; a structure that needs a newer reader than `known` is refused.
   */
  versioned<T>(name: string, known: number, body: (d: Decoder, version: number) => T): T {
    const start = this.#at;
    const outer = this.#end;
    let end = outer;
    let version: number | undefined;
    try {
      const written = this.u8();
      this.#end = end = this.#header(known);
      version = written;
      const value = body(this, written);
      this.#at = end;
      this.#end = outer;
      return value;
    } catch (e) {
      throw version === undefined
        ? this.#named(e, name, start, outer, readHeader)
        : this.#named(e, name, start + HEADER_SIZE, end, bodyOf(body, version));
    }
  }

  /** Compat and length of a versioned structure; answers with the offset of its end. */
  #header(known: number): number {
    const compat = this.u8();
    const length = this.u32();
    if (compat > known) this.fail(`needs a reader of version ${compat}, this one knows ${known}`);
    if (length > this.remaining) this.fail(`length ${length}, ${this.remaining} bytes left`);
    return this.#at + length;
  }

  /** A structure without a header: gives errors its name, and the name of the field where it can be told. */
  struct<T>(name: string, body: Read<T>): T {
    const start = this.#at;
    const end = this.#end;
    try {
      return body(this);
    } catch (e) {
      throw this.#named(e, name, start, end, body);
    }
  }

  /** What to throw of a structure: a DecodeError with the name of it and, of the innermost one, that of the field. */
  #named(e: unknown, name: string, start: number, end: number, body: Read<unknown>): unknown {
    if (!(e instanceof DecodeError)) return e;
    return e.inside(name, e.path.length === 0 ? this.#failingField(start, end, body) : undefined);
  }

  /** Runs `body` on the next `length` bytes and moves behind them, whatever it has read. */
  within<T>(length: number, body: Read<T>): T {
    const end = this.#take(length) + length;
    const outer = this.#end;
    this.#at = end - length;
    this.#end = end;
    const value = body(this);
    this.#at = end;
    this.#end = outer;
    return value;
  }

  /** Nothing may be left: for buffers that hold exactly one value. */
  finish(): void {
    if (this.remaining !== 0) this.fail(`${this.remaining} bytes too many`);
  }

  /**
   * The name of the field whose read fails in `body`, found by reading again: the failing read answers with a
   * mark, those after it with nothing, and the mark is looked for in the object that results. Costs nothing
   * until something is wrong, and spares every codec a second mention of its field names.
   */
  #failingField(start: number, end: number, body: Read<unknown>): string | undefined {
    const mark = {};
    let left: number | undefined;
    const again = new Decoder(this.#bytes.subarray(0, end));
    again.#at = start;
    const probe = new Proxy(again, {
      get(target, verb): unknown {
        const member: unknown = Reflect.get(target, verb, target);
        if (typeof member !== "function") return left === undefined ? member : 0;
        // What calls it has checked a value by itself and relies on not being answered.
        if (verb === "fail") throw new ProbeOver();
        return (...args: unknown[]): unknown => {
          if (left !== undefined) {
            if (left-- === 0) throw new ProbeOver();
            return undefined;
          }
          try {
            return member.apply(target, args);
          } catch (e) {
            if (!(e instanceof DecodeError)) throw e;
            left = MAX_READS_AFTER_FAILURE;
            return mark;
          }
        };
      },
    });
    try {
      const value = body(probe);
      if (typeof value !== "object" || value === null) return undefined;
      return Object.entries(value).find(([, v]) => v === mark)?.[0];
    } catch {
      return undefined;
    }
  }
}

// Not where they are used: a function made there would cost every read an object for what it closes over.
const readHeader: Read<unknown> = (d) => ({ version: d.u8(), compat: d.u8(), length: d.u32() });
const bodyOf = (body: (d: Decoder, version: number) => unknown, version: number): Read<unknown> => (d) =>
  body(d, version);

/** Decodes a buffer that holds exactly one value. */
export function decodeAll<T>(bytes: Uint8Array, read: Read<T>): T {
  const d = new Decoder(bytes);
  const value = read(d);
  d.finish();
  return value;
}
