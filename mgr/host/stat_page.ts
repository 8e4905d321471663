/** Statistics on their way to a module's process: the bytes that OSDs sent, packed, and what is asked for. */

import { Decoder, Encoder } from "../encoding/mod.ts";

/** Bytes of a page: packed at once, in a few milliseconds. */
export const PAGE_BYTES = 1024 * 1024;

/** Items of a page: those that have to be encoded first take about a microsecond each. */
export const PAGE_ITEMS = 4096;

/** Rows of a page: as many as a socket takes at once, so that the next are on their way while these are unpacked. */
export const PAGE_ROWS = 4096;

const ITEM_HEADER_BYTES = 8;

/** What can be asked for, by the name of the part. */
export const STAT_PARTS = ["pgs", "progress", "osds", "statfs"] as const;

/** Placement groups of a pool, the little of them that shows progress, OSDs, or the space that a pool takes on OSDs. */
export type StatPart = (typeof STAT_PARTS)[number];

/** What is asked for: what differs in `version` from what `have` had, from the id `from` on, and below `to`. */
export interface StatQuery {
  readonly part: StatPart;
  /** Of all parts but "osds". */
  readonly pool: number;
  readonly version: number;
  /** 0 is nothing. */
  readonly have: number;
  readonly from: number;
  /** null: to the end. */
  readonly to: number | null;
}

/** A part of the answer. */
export interface StatPage {
  /** Items: `u32 id, u32 length`, and the encoded structure; of "progress" rows of PgProgress. */
  readonly items: Uint8Array;
  /** All ids there are, 32 bits each, in the page from 0 on; null when `have` had the same ones. */
  readonly ids: Uint8Array | null;
  /** The id to go on from; null behind the last item. */
  readonly next: number | null;
}

/** What of a placement group shows progress. */
export interface PgProgress {
  readonly seed: number;
  readonly reportedEpoch: number;
  /** Bits of PG_STATE_*. */
  readonly state: number;
  readonly numBytes: number;
  readonly numBytesRecovered: number;
}

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

/** What `read` makes of each item of a page; it is handed a decoder that ends where the item does. Throws DecodeError. */
export function* unpackItems<T>(
  bytes: Uint8Array,
  read: (d: Decoder, id: number) => T,
): Generator<readonly [id: number, value: T]> {
  const d = new Decoder(bytes);
  while (d.remaining > 0) {
    const id = d.u32();
    yield [id, d.within(d.u32(), (d) => read(d, id))];
  }
}

/** Numbers of a row. */
const ROW = 5;

/** Packs rows until the page is full, as 64-bit floating point of this machine. */
export function packProgress(records: Iterable<PgProgress>): Pick<StatPage, "items" | "next"> {
  const rows = new Float64Array(PAGE_ROWS * ROW);
  let at = 0;
  for (const { seed, reportedEpoch, state, numBytes, numBytesRecovered } of records) {
    if (at === rows.length) return { items: new Uint8Array(rows.buffer), next: seed };
    rows[at++] = seed;
    rows[at++] = reportedEpoch;
    rows[at++] = state;
    rows[at++] = numBytes;
    rows[at++] = numBytesRecovered;
  }
  return { items: new Uint8Array(rows.buffer, 0, at * rows.BYTES_PER_ELEMENT), next: null };
}

/** What `make` makes of each row of a page, by seed. */
export function* unpackProgress<T>(
  bytes: Uint8Array,
  make: (progress: PgProgress) => T,
): Generator<readonly [seed: number, value: T]> {
  const rows = new Float64Array(bytes.slice().buffer);
  for (let at = 0; at < rows.length; at += ROW) {
    const seed = rows[at]!;
    yield [
      seed,
      make({
        seed,
        reportedEpoch: rows[at + 1]!,
        state: rows[at + 2]!,
        numBytes: rows[at + 3]!,
        numBytesRecovered: rows[at + 4]!,
      }),
    ];
  }
}

/** Ids as bytes. */
export function packIds(ids: Iterable<number>): Uint8Array {
  return new Uint8Array(Uint32Array.from(ids).buffer);
}

/** Ids of bytes that may lie anywhere. */
export function unpackIds(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer);
}
