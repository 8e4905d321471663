/** An object in memory: bytes, attributes, omap. */

import type { UTime } from "../../../mgr/types/utime.ts";

const NOTHING = new Uint8Array(0);
/** Buffers grow in steps, so that appending does not copy each time. */
const MIN_BUFFER = 4096;

/** Which object: the place in the pool that its name has. */
export interface ObjectId {
  readonly nspace: string;
  readonly oid: string;
  /** Locator key; empty when the name is hashed. */
  readonly key: string;
  /** All 32 bits. */
  readonly hash: number;
}

/** One object. */
export class SimObject {
  readonly id: ObjectId;
  readonly xattrs = new Map<string, Uint8Array>();
  readonly omap = new Map<string, Uint8Array>();
  omapHeader: Uint8Array = NOTHING;
  mtime: UTime = { sec: 0, nsec: 0 };
  /** Rises with each write of its PG. */
  version = 0;
  #buffer: Uint8Array = NOTHING;
  #size = 0;

  constructor(id: ObjectId) {
    this.id = id;
  }

  get size(): number {
    return this.#size;
  }

  /** A copy; shorter at the end of the object. Length 0 reads to the end. */
  read(offset: number, length: number): Uint8Array {
    const end = length === 0 ? this.#size : Math.min(this.#size, offset + length);
    return this.#buffer.slice(Math.min(offset, end), end);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.truncate(Math.max(this.#size, offset + bytes.length));
    this.#buffer.set(bytes, offset);
  }

  /** Cuts, or fills up with zeros. */
  truncate(size: number): void {
    if (size > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(size, this.#buffer.length * 2, MIN_BUFFER));
      larger.set(this.#buffer.subarray(0, this.#size));
      this.#buffer = larger;
    }
    if (size < this.#size) this.#buffer.fill(0, size, this.#size);
    this.#size = size;
  }

  /** Bytes that keys and values of the omap take. */
  get omapBytes(): number {
    return [...this.omap].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  }
}
