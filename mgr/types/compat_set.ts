/** What a reader must know to read, or to write, something: CompatSet. */

import type { Codec } from "../encoding/mod.ts";

/** Upstream: CompatSet::FeatureSet in include/CompatSet.h */
export interface FeatureSet {
  /** Bit N for feature N; bit 0 is clear on the wire. */
  readonly mask: bigint;
  /** By number. */
  readonly names: ReadonlyMap<bigint, string>;
}

/** u64 mask, map of names. */
export const FeatureSet: Codec<FeatureSet> = {
  decode: (d) =>
    d.struct("FeatureSet", (d) => ({ mask: d.u64(), names: d.map((d) => d.u64(), (d) => d.string()) })),
  encode: (e, s) => void e.u64(s.mask).map(s.names, (e, id) => e.u64(id), (e, name) => e.string(name)),
};

/** Upstream: CompatSet in include/CompatSet.h */
export interface CompatSet {
  readonly compat: FeatureSet;
  readonly roCompat: FeatureSet;
  readonly incompat: FeatureSet;
}

/** Three sets without a header. */
export const CompatSet: Codec<CompatSet> = {
  decode: (d) =>
    d.struct("CompatSet", (d) => ({
      compat: FeatureSet.decode(d),
      roCompat: FeatureSet.decode(d),
      incompat: FeatureSet.decode(d),
    })),
  encode(e, c) {
    FeatureSet.encode(e, c.compat);
    FeatureSet.encode(e, c.roCompat);
    FeatureSet.encode(e, c.incompat);
  },
};

const NO_FEATURES: FeatureSet = { mask: 0n, names: new Map() };

/** No features at all. */
export const EMPTY_COMPAT_SET: CompatSet = {
  compat: NO_FEATURES,
  roCompat: NO_FEATURES,
  incompat: NO_FEATURES,
};

const dumpFeatureSet = (s: FeatureSet): Record<string, string> =>
  Object.fromEntries([...s.names].map(([id, name]) => [`feature_${id}`, name]));

/** `{"compat":{},"ro_compat":{},"incompat":{"feature_1":"base v0.20"}}` */
export function dumpCompatSet(c: CompatSet) {
  return {
    compat: dumpFeatureSet(c.compat),
    ro_compat: dumpFeatureSet(c.roCompat),
    incompat: dumpFeatureSet(c.incompat),
  };
}
