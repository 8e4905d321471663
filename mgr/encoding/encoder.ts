/** Writes Ceph's little-endian values into a growing byte buffer. The verbs mirror those of Decoder. */

/** Writes one value. */
export type Write<T> = (e: Encoder, value: T) => void;

const utf8 = new TextEncoder();
const FIRST_SIZE = 256;

/** A growing buffer. */
export class Encoder {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  constructor(size = FIRST_SIZE) {
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at;
  }

  #grow(n: number): number {
    const at = this.#at;
    if (at + n > this.#bytes.length) {
      const bigger = new Uint8Array(Math.max(this.#bytes.length * 2, at + n));
      bigger.set(this.#bytes.subarray(0, at));
      this.#bytes = bigger;
      this.#view = new DataView(bigger.buffer);
    }
    this.#at = at + n;
    return at;
  }

  u8(v: number): this {
    const at = this.#grow(1);
    this.#view.setUint8(at, v);
    return this;
  }
  u16(v: number): this {
    const at = this.#grow(2);
    this.#view.setUint16(at, v, true);
    return this;
  }
  u32(v: number): this {
    const at = this.#grow(4);
    this.#view.setUint32(at, v, true);
    return this;
  }
  i8(v: number): this {
    const at = this.#grow(1);
    this.#view.setInt8(at, v);
    return this;
  }
  i16(v: number): this {
    const at = this.#grow(2);
    this.#view.setInt16(at, v, true);
    return this;
  }
  i32(v: number): this {
    const at = this.#grow(4);
    this.#view.setInt32(at, v, true);
    return this;
  }
  u64(v: bigint): this {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, v, true);
    return this;
  }
  i64(v: bigint): this {
    const at = this.#grow(8);
    this.#view.setBigInt64(at, v, true);
    return this;
  }
  /** A quantity held as a number. */
  u64n(v: number): this {
    return this.i64n(v);
  }
  /** A signed quantity held as a number. */
  i64n(v: number): this {
    const at = this.#grow(8);
    this.#view.setUint32(at, v % 4294967296, true);
    this.#view.setInt32(at + 4, Math.floor(v / 4294967296), true);
    return this;
  }
  f32(v: number): this {
    const at = this.#grow(4);
    this.#view.setFloat32(at, v, true);
    return this;
  }
  f64(v: number): this {
    const at = this.#grow(8);
    this.#view.setFloat64(at, v, true);
    return this;
  }
  bool(v: boolean): this {
    return this.u8(v ? 1 : 0);
  }
  raw(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }
  bytes(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes);
  }
  string(s: string): this {
    return this.bytes(utf8.encode(s));
  }
  list<T>(items: readonly T[], item: Write<T>): this {
    this.u32(items.length);
    for (const v of items) item(this, v);
    return this;
  }
  /** Pairs in the order of the Map: callers keep the order that upstream's container has. */
  map<K, V>(map: ReadonlyMap<K, V>, key: Write<K>, value: Write<V>): this {
    this.u32(map.size);
    for (const [k, v] of map) {
      key(this, k);
      value(this, v);
    }
    return this;
  }
  strings(items: readonly string[]): this {
    return this.list(items, (e, v) => e.string(v));
  }
  stringMap(map: ReadonlyMap<string, string>): this {
    return this.map(map, (e, k) => e.string(k), (e, v) => e.string(v));
  }
  optional<T>(value: T | undefined, item: Write<T>): this {
    this.bool(value !== undefined);
    if (value !== undefined) item(this, value);
    return this;
  }
  varint(v: number): this {
    let left = v;
    while (left >= 0x80) {
      this.u8((left % 0x80) | 0x80);
      left = Math.floor(left / 0x80);
    }
    return this.u8(left);
  }
  /** ENCODE_START .. ENCODE_FINISH: the length is patched in behind the body. */
  versioned(version: number, compat: number, body: (e: Encoder) => void): this {
    this.u8(version).u8(compat);
    const lengthAt = this.#grow(4);
    body(this);
    this.#view.setUint32(lengthAt, this.#at - lengthAt - 4, true);
    return this;
  }
  /** A length-prefixed blob written in place. */
  blob(body: (e: Encoder) => void): this {
    const lengthAt = this.#grow(4);
    body(this);
    this.#view.setUint32(lengthAt, this.#at - lengthAt - 4, true);
    return this;
  }
  /** What was written, as a view: valid until the next write. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at);
  }
}

/** Bytes of one value. */
export function encodeAll<T>(write: Write<T>, value: T): Uint8Array<ArrayBuffer> {
  const e = new Encoder();
  write(e, value);
  return e.finish();
}
