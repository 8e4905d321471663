/** A set of feature numbers of any size: feature_bitset_t. */

import type { Codec } from "../encoding/mod.ts";

/** Bit n of the set is bit n % 64 of word n / 64. Upstream: feature_bitset_t in mds/cephfs_features.h */
export type FeatureBitset = readonly bigint[];

const BYTES_PER_WORD = 8;

/** u32 length in bytes, u64 words. */
export const FeatureBitset: Codec<FeatureBitset> = {
  decode: (d) =>
    d.struct("feature_bitset_t", (d) => {
      const length = d.count();
      if (length % BYTES_PER_WORD !== 0) d.fail(`${length} bytes are not whole words`);
      return Array.from({ length: length / BYTES_PER_WORD }, () => d.u64());
    }),
  encode(e, words) {
    e.u32(words.length * BYTES_PER_WORD);
    for (const word of words) e.u64(word);
  },
};

/** Numbers of the features that are in the set, ascending. */
export function featureNumbers(words: FeatureBitset): number[] {
  return words.flatMap((word, i) =>
    Array.from({ length: 64 }, (_, bit) => bit)
      .filter((bit) => (word >> BigInt(bit)) & 1n)
      .map((bit) => i * 64 + bit)
  );
}
