/** Statistics on their way to a module's process: the bytes that OSDs sent, packed, and what is asked for. */

import { Decoder, Encoder } from "../encoding/mod.ts";

/** Bytes of a page: copied at once, in about a millisecond. */
export const PAGE_BYTES = 4 * 1024 * 1024;

const ITEM_HEADER_BYTES = 8;

/** Placement groups of a pool, OSDs, or the space that a pool takes on OSDs. */
export type StatPart = "pgs" | "osds" | "statfs";

/** What is asked for: what differs in `version` from what `have` had, from the id `from` on. */
export interface StatQuery {
  readonly part: StatPart;
  /** Of "pgs" and "statfs". */
  readonly pool: number;
  readonly version: number;
  /** 0 is nothing. */
  readonly have: number;
  readonly from: number;
}

/** A part of the answer. */
export interface StatPage {
  /** Items: `u32 id, u32 length`, and the encoded structure. */
  readonly items: Uint8Array;
  /** All ids there are, 32 bits each; of a first page alone. */
  readonly ids: Uint8Array;
  /** The id to go on from; null behind the last item. */
  readonly next: number | null;
}

/** Something under its id: the seed of a placement group, or an OSD. */
export type StatItem = readonly [id: number, bytes: Uint8Array];

/** Packs items until the page is full, at least one; `next` is the id of the first that was left out. */
export function packItems(items: Iterable<StatItem>): Pick<StatPage, "items" | "next"> {
  const packed: StatItem[] = [];
  let size = 0;
  let next: number | null = null;
  for (const item of items) {
    if (size >= PAGE_BYTES) {
      next = item[0];
      break;
    }
    packed.push(item);
    size += ITEM_HEADER_BYTES + item[1].length;
  }
  const e = new Encoder(size);
  for (const [id, bytes] of packed) e.u32(id).bytes(bytes);
  return { items: e.finish(), next };
}

/** The items of a page; views of its bytes. Throws DecodeError. */
export function* unpackItems(bytes: Uint8Array): Generator<StatItem> {
  const d = new Decoder(bytes);
  while (d.remaining > 0) yield [d.u32(), d.raw(d.u32())];
}

/** Ids as bytes. */
export function packIds(ids: Iterable<number>): Uint8Array {
  return new Uint8Array(Uint32Array.from(ids).buffer);
}

/** Ids of bytes that may lie anywhere. */
export function unpackIds(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer);
}
