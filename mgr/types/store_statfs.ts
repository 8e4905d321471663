/** Space of an object store, of one OSD, of a pool on one OSD, or summed: store_statfs_t. */

import type { Codec } from "../encoding/mod.ts";

/** Bytes. Upstream: store_statfs_t in osd/osd_types.h */
export interface StoreStatfs {
  total: number;
  available: number;
  internallyReserved: number;
  allocated: number;
  dataStored: number;
  dataCompressed: number;
  dataCompressedAllocated: number;
  dataCompressedOriginal: number;
  omapAllocated: number;
  internalMetadata: number;
}

/** v1/1; 80 bytes of body. */
export const StoreStatfs: Codec<StoreStatfs> = {
  decode: (d) =>
    d.versioned("store_statfs_t", 1, (d) => ({
      total: d.u64n(),
      available: d.u64n(),
      internallyReserved: d.u64n(),
      allocated: d.i64n(),
      dataStored: d.i64n(),
      dataCompressed: d.i64n(),
      dataCompressedAllocated: d.i64n(),
      dataCompressedOriginal: d.i64n(),
      omapAllocated: d.i64n(),
      internalMetadata: d.i64n(),
    })),
  encode: (e, s) =>
    void e.versioned(
      1,
      1,
      (e) =>
        e.u64n(s.total).u64n(s.available).u64n(s.internallyReserved).i64n(s.allocated).i64n(s.dataStored)
          .i64n(s.dataCompressed).i64n(s.dataCompressedAllocated).i64n(s.dataCompressedOriginal).i64n(
            s.omapAllocated,
          )
          .i64n(s.internalMetadata),
    ),
};

/** All zero. */
export function zeroStatfs(): StoreStatfs {
  return {
    total: 0,
    available: 0,
    internallyReserved: 0,
    allocated: 0,
    dataStored: 0,
    dataCompressed: 0,
    dataCompressedAllocated: 0,
    dataCompressedOriginal: 0,
    omapAllocated: 0,
    internalMetadata: 0,
  };
}

/** Adds `sign` times `s` to `total`. */
export function addStatfs(total: StoreStatfs, s: StoreStatfs, sign: 1 | -1): void {
  total.total += sign * s.total;
  total.available += sign * s.available;
  total.internallyReserved += sign * s.internallyReserved;
  total.allocated += sign * s.allocated;
  total.dataStored += sign * s.dataStored;
  total.dataCompressed += sign * s.dataCompressed;
  total.dataCompressedAllocated += sign * s.dataCompressedAllocated;
  total.dataCompressedOriginal += sign * s.dataCompressedOriginal;
  total.omapAllocated += sign * s.omapAllocated;
  total.internalMetadata += sign * s.internalMetadata;
}

/** Names of the fields, in their order. */
export const STATFS_FIELDS = Object.keys(zeroStatfs()) as (keyof StoreStatfs)[];

/** Whether both say the same. */
export function isSameStatfs(a: StoreStatfs, b: StoreStatfs): boolean {
  return STATFS_FIELDS.every((field) => a[field] === b[field]);
}

/** Bytes in use, what the store reserves for itself not counted. */
export function usedBytes(s: StoreStatfs): number {
  return s.total - s.available - s.internallyReserved;
}

/** Bytes that are not available. */
export function usedRawBytes(s: StoreStatfs): number {
  return s.total - s.available;
}

/** Whole KiB. */
export function kib(bytes: number): number {
  return Math.floor(bytes / 1024);
}

/** As JSON. Upstream: store_statfs_t::dump */
export function dumpStatfs(s: StoreStatfs) {
  return {
    total: s.total,
    available: s.available,
    internally_reserved: s.internallyReserved,
    allocated: s.allocated,
    data_stored: s.dataStored,
    data_compressed: s.dataCompressed,
    data_compressed_allocated: s.dataCompressedAllocated,
    data_compressed_original: s.dataCompressedOriginal,
    omap_allocated: s.omapAllocated,
    internal_metadata: s.internalMetadata,
  };
}
