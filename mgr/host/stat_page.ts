/** Statistics on their way to a module's process: the bytes that OSDs sent, packed, and what is asked for. */

import { type Codec, Decoder, Encoder } from "../encoding/mod.ts";

/** Bytes of a page: packed at once, in a few milliseconds. */
export const PAGE_BYTES = 1024 * 1024;

/** Items of a page: those that have to be encoded first take about a microsecond each. */
export const PAGE_ITEMS = 4096;

const ITEM_HEADER_BYTES = 8;

/** What can be asked for, by the name of the part. */
export const STAT_PARTS = ["pgs", "progress", "osds", "statfs"] as const;

/** Placement groups of a pool, the little of them that shows progress, OSDs, or the space that a pool takes on OSDs. */
export type StatPart = (typeof STAT_PARTS)[number];

/** What is asked for: what differs in `version` from what `have` had, from the id `from` on. */
export interface StatQuery {
  readonly part: StatPart;
  /** Of all parts but "osds". */
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

/** An item of "progress". */
export interface PgProgress {
  readonly reportedEpoch: number;
  /** Bits of PG_STATE_*. */
  readonly state: number;
  readonly numBytes: number;
  readonly numBytesRecovered: number;
}

/** Between us alone. */
export const PgProgress: Codec<PgProgress> = {
  decode: (d) => ({
    reportedEpoch: d.u32(),
    state: d.u64n(),
    numBytes: d.i64n(),
    numBytesRecovered: d.i64n(),
  }),
  encode: (e, p) => void e.u32(p.reportedEpoch).u64n(p.state).i64n(p.numBytes).i64n(p.numBytesRecovered),
};

/** Something under its id: the seed of a placement group, or an OSD. */
export type StatItem = readonly [id: number, bytes: Uint8Array];

/** Packs items until the page is full, at least one; `next` is the id of the first that was left out. */
export function packItems(items: Iterable<StatItem>): Pick<StatPage, "items" | "next"> {
  const packed: StatItem[] = [];
  let size = 0;
  let next: number | null = null;
  for (const item of items) {
    if (size >= PAGE_BYTES || packed.length >= PAGE_ITEMS) {
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
