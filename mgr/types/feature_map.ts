/** How many peers of each kind have which features: FeatureMap. */

import type { Codec } from "../encoding/mod.ts";

/** Number of peers by entity type and feature word. Upstream: FeatureMap in mon/mon_types.h */
export type FeatureMap = ReadonlyMap<number, ReadonlyMap<bigint, number>>;

/** v1/1. */
export const FeatureMap: Codec<FeatureMap> = {
  decode: (d) =>
    d.versioned("FeatureMap", 1, (d) => d.map((d) => d.u32(), (d) => d.map((d) => d.u64(), (d) => d.u64n()))),
  encode: (e, m) =>
    void e.versioned(1, 1, (e) => {
      e.map(m, (e, type) => e.u32(type), (e, counts) => {
        e.map(counts, (e, features) => e.u64(features), (e, n) => e.u64n(n));
      });
    }),
};
