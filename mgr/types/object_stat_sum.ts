/** Counters of objects: object_stat_sum_t, of one PG or summed over many. */

import type { Codec, Decoder, Encoder } from "../encoding/mod.ts";

/** Bytes, objects, operations and KiB; deltas may be negative. Upstream: object_stat_sum_t in osd/osd_types.h */
export interface ObjectStatSum {
  numBytes: number;
  numObjects: number;
  numObjectClones: number;
  numObjectCopies: number;
  numObjectsMissingOnPrimary: number;
  numObjectsDegraded: number;
  numObjectsUnfound: number;
  numRd: number;
  numRdKb: number;
  numWr: number;
  numWrKb: number;
  numScrubErrors: number;
  numObjectsRecovered: number;
  numBytesRecovered: number;
  numKeysRecovered: number;
  numShallowScrubErrors: number;
  numDeepScrubErrors: number;
  numObjectsDirty: number;
  numWhiteouts: number;
  numObjectsOmap: number;
  numObjectsHitSetArchive: number;
  numObjectsMisplaced: number;
  numBytesHitSetArchive: number;
  numFlush: number;
  numFlushKb: number;
  numEvict: number;
  numEvictKb: number;
  numPromote: number;
  numFlushModeHigh: number;
  numFlushModeLow: number;
  numEvictModeSome: number;
  numEvictModeFull: number;
  numObjectsPinned: number;
  numObjectsMissing: number;
  numLegacySnapsets: number;
  numLargeOmapObjects: number;
  numObjectsManifest: number;
  numOmapBytes: number;
  numOmapKeys: number;
  numObjectsRepaired: number;
}

const decodeBody = (d: Decoder, v: number): ObjectStatSum => ({
  numBytes: d.i64n(),
  numObjects: d.i64n(),
  numObjectClones: d.i64n(),
  numObjectCopies: d.i64n(),
  numObjectsMissingOnPrimary: d.i64n(),
  numObjectsDegraded: d.i64n(),
  numObjectsUnfound: d.i64n(),
  numRd: d.i64n(),
  numRdKb: d.i64n(),
  numWr: d.i64n(),
  numWrKb: d.i64n(),
  numScrubErrors: d.i64n(),
  numObjectsRecovered: d.i64n(),
  numBytesRecovered: d.i64n(),
  numKeysRecovered: d.i64n(),
  numShallowScrubErrors: d.i64n(),
  numDeepScrubErrors: d.i64n(),
  numObjectsDirty: d.i64n(),
  numWhiteouts: d.i64n(),
  numObjectsOmap: d.i64n(),
  numObjectsHitSetArchive: d.i64n(),
  numObjectsMisplaced: d.i64n(),
  numBytesHitSetArchive: d.i64n(),
  numFlush: d.i64n(),
  numFlushKb: d.i64n(),
  numEvict: d.i64n(),
  numEvictKb: d.i64n(),
  numPromote: d.i64n(),
  numFlushModeHigh: d.i32(),
  numFlushModeLow: d.i32(),
  numEvictModeSome: d.i32(),
  numEvictModeFull: d.i32(),
  numObjectsPinned: d.i64n(),
  numObjectsMissing: d.i64n(),
  numLegacySnapsets: v >= 16 ? d.i64n() : 0,
  numLargeOmapObjects: v >= 17 ? d.i64n() : 0,
  numObjectsManifest: v >= 18 ? d.i64n() : 0,
  numOmapBytes: v >= 19 ? d.i64n() : 0,
  numOmapKeys: v >= 19 ? d.i64n() : 0,
  numObjectsRepaired: v >= 20 ? d.i64n() : 0,
});

function encodeBody(e: Encoder, s: ObjectStatSum): void {
  e.i64n(s.numBytes).i64n(s.numObjects).i64n(s.numObjectClones).i64n(s.numObjectCopies).i64n(
    s.numObjectsMissingOnPrimary,
  ).i64n(s.numObjectsDegraded).i64n(s.numObjectsUnfound).i64n(s.numRd).i64n(s.numRdKb).i64n(s.numWr).i64n(
    s.numWrKb,
  ).i64n(s.numScrubErrors).i64n(s.numObjectsRecovered).i64n(s.numBytesRecovered).i64n(s.numKeysRecovered)
    .i64n(s.numShallowScrubErrors).i64n(s.numDeepScrubErrors).i64n(s.numObjectsDirty).i64n(s.numWhiteouts)
    .i64n(s.numObjectsOmap).i64n(s.numObjectsHitSetArchive).i64n(s.numObjectsMisplaced).i64n(
      s.numBytesHitSetArchive,
    ).i64n(s.numFlush).i64n(s.numFlushKb).i64n(s.numEvict).i64n(s.numEvictKb).i64n(s.numPromote).i32(
      s.numFlushModeHigh,
    ).i32(s.numFlushModeLow).i32(s.numEvictModeSome).i32(s.numEvictModeFull).i64n(s.numObjectsPinned).i64n(
      s.numObjectsMissing,
    ).i64n(s.numLegacySnapsets).i64n(s.numLargeOmapObjects).i64n(s.numObjectsManifest).i64n(s.numOmapBytes)
    .i64n(s.numOmapKeys).i64n(s.numObjectsRepaired);
}

/** v20/14; 304 bytes of body. */
export const ObjectStatSum: Codec<ObjectStatSum> = {
  decode: (d) => d.versioned("object_stat_sum_t", 20, decodeBody),
  encode: (e, s) => void e.versioned(20, 14, (e) => encodeBody(e, s)),
};

/** All zero. */
export function zeroStatSum(): ObjectStatSum {
  return {
    numBytes: 0,
    numObjects: 0,
    numObjectClones: 0,
    numObjectCopies: 0,
    numObjectsMissingOnPrimary: 0,
    numObjectsDegraded: 0,
    numObjectsUnfound: 0,
    numRd: 0,
    numRdKb: 0,
    numWr: 0,
    numWrKb: 0,
    numScrubErrors: 0,
    numObjectsRecovered: 0,
    numBytesRecovered: 0,
    numKeysRecovered: 0,
    numShallowScrubErrors: 0,
    numDeepScrubErrors: 0,
    numObjectsDirty: 0,
    numWhiteouts: 0,
    numObjectsOmap: 0,
    numObjectsHitSetArchive: 0,
    numObjectsMisplaced: 0,
    numBytesHitSetArchive: 0,
    numFlush: 0,
    numFlushKb: 0,
    numEvict: 0,
    numEvictKb: 0,
    numPromote: 0,
    numFlushModeHigh: 0,
    numFlushModeLow: 0,
    numEvictModeSome: 0,
    numEvictModeFull: 0,
    numObjectsPinned: 0,
    numObjectsMissing: 0,
    numLegacySnapsets: 0,
    numLargeOmapObjects: 0,
    numObjectsManifest: 0,
    numOmapBytes: 0,
    numOmapKeys: 0,
    numObjectsRepaired: 0,
  };
}

/** Adds `s` to `total` so many times. Upstream: object_stat_sum_t::add, sub */
export function addStatSum(total: ObjectStatSum, s: ObjectStatSum, times: number): void {
  total.numBytes += times * s.numBytes;
  total.numObjects += times * s.numObjects;
  total.numObjectClones += times * s.numObjectClones;
  total.numObjectCopies += times * s.numObjectCopies;
  total.numObjectsMissingOnPrimary += times * s.numObjectsMissingOnPrimary;
  total.numObjectsDegraded += times * s.numObjectsDegraded;
  total.numObjectsUnfound += times * s.numObjectsUnfound;
  total.numRd += times * s.numRd;
  total.numRdKb += times * s.numRdKb;
  total.numWr += times * s.numWr;
  total.numWrKb += times * s.numWrKb;
  total.numScrubErrors += times * s.numScrubErrors;
  total.numObjectsRecovered += times * s.numObjectsRecovered;
  total.numBytesRecovered += times * s.numBytesRecovered;
  total.numKeysRecovered += times * s.numKeysRecovered;
  total.numShallowScrubErrors += times * s.numShallowScrubErrors;
  total.numDeepScrubErrors += times * s.numDeepScrubErrors;
  total.numObjectsDirty += times * s.numObjectsDirty;
  total.numWhiteouts += times * s.numWhiteouts;
  total.numObjectsOmap += times * s.numObjectsOmap;
  total.numObjectsHitSetArchive += times * s.numObjectsHitSetArchive;
  total.numObjectsMisplaced += times * s.numObjectsMisplaced;
  total.numBytesHitSetArchive += times * s.numBytesHitSetArchive;
  total.numFlush += times * s.numFlush;
  total.numFlushKb += times * s.numFlushKb;
  total.numEvict += times * s.numEvict;
  total.numEvictKb += times * s.numEvictKb;
  total.numPromote += times * s.numPromote;
  total.numFlushModeHigh += times * s.numFlushModeHigh;
  total.numFlushModeLow += times * s.numFlushModeLow;
  total.numEvictModeSome += times * s.numEvictModeSome;
  total.numEvictModeFull += times * s.numEvictModeFull;
  total.numObjectsPinned += times * s.numObjectsPinned;
  total.numObjectsMissing += times * s.numObjectsMissing;
  total.numLegacySnapsets += times * s.numLegacySnapsets;
  total.numLargeOmapObjects += times * s.numLargeOmapObjects;
  total.numObjectsManifest += times * s.numObjectsManifest;
  total.numOmapBytes += times * s.numOmapBytes;
  total.numOmapKeys += times * s.numOmapKeys;
  total.numObjectsRepaired += times * s.numObjectsRepaired;
}

/** Whether every counter is zero. */
export function isZeroStatSum(s: ObjectStatSum): boolean {
  return Object.values(s).every((n) => n === 0);
}

/** As JSON, with its own order and names. Upstream: object_stat_sum_t::dump */
export function dumpStatSum(s: ObjectStatSum) {
  return {
    num_bytes: s.numBytes,
    num_objects: s.numObjects,
    num_object_clones: s.numObjectClones,
    num_object_copies: s.numObjectCopies,
    num_objects_missing_on_primary: s.numObjectsMissingOnPrimary,
    num_objects_missing: s.numObjectsMissing,
    num_objects_degraded: s.numObjectsDegraded,
    num_objects_misplaced: s.numObjectsMisplaced,
    num_objects_unfound: s.numObjectsUnfound,
    num_objects_dirty: s.numObjectsDirty,
    num_whiteouts: s.numWhiteouts,
    num_read: s.numRd,
    num_read_kb: s.numRdKb,
    num_write: s.numWr,
    num_write_kb: s.numWrKb,
    num_scrub_errors: s.numScrubErrors,
    num_shallow_scrub_errors: s.numShallowScrubErrors,
    num_deep_scrub_errors: s.numDeepScrubErrors,
    num_objects_recovered: s.numObjectsRecovered,
    num_bytes_recovered: s.numBytesRecovered,
    num_keys_recovered: s.numKeysRecovered,
    num_objects_omap: s.numObjectsOmap,
    num_objects_hit_set_archive: s.numObjectsHitSetArchive,
    num_bytes_hit_set_archive: s.numBytesHitSetArchive,
    num_flush: s.numFlush,
    num_flush_kb: s.numFlushKb,
    num_evict: s.numEvict,
    num_evict_kb: s.numEvictKb,
    num_promote: s.numPromote,
    num_flush_mode_high: s.numFlushModeHigh,
    num_flush_mode_low: s.numFlushModeLow,
    num_evict_mode_some: s.numEvictModeSome,
    num_evict_mode_full: s.numEvictModeFull,
    num_objects_pinned: s.numObjectsPinned,
    num_legacy_snapsets: s.numLegacySnapsets,
    num_large_omap_objects: s.numLargeOmapObjects,
    num_objects_manifest: s.numObjectsManifest,
    num_omap_bytes: s.numOmapBytes,
    num_omap_keys: s.numOmapKeys,
    num_objects_repaired: s.numObjectsRepaired,
  };
}
