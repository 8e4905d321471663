/** Buffers for frames on their way in: many connections, few of which are in the middle of a frame at one time. */

/** Sizes that are kept, in the steps by which a reader's buffer grows; a frame that is larger has a buffer of its own. */
const SIZES = [16 * 1024, 64 * 1024, 256 * 1024] as const;
/** Free ones of each size: what a burst of thousands of frames needed more is given up. */
const MAX_FREE = 32;

/** Lends buffers. What was in them before is still there: users read only what they have written. */
export class BufferPool {
  readonly #free = new Map<number, Uint8Array<ArrayBuffer>[]>(SIZES.map((size) => [size, []]));

  /** A buffer of `bytes` or more. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    const size = SIZES.find((size) => size >= bytes) ?? bytes;
    return this.#free.get(size)?.pop() ?? new Uint8Array(size);
  }

  /** The lender must not touch it any more, and neither must a read that is under way. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    const free = this.#free.get(buffer.length);
    if (free !== undefined && free.length < MAX_FREE) free.push(buffer);
  }
}
