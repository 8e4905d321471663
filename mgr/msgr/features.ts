/** Feature bits of CLIENT_IDENT and SERVER_IDENT. Upstream: include/ceph_features.h */

/** What 16.2.15 supports in every role. Another value changes how peers encode what they send us. */
export const SUPPORTED_FEATURES = 0x3f01cfbdfffdffffn;

/** msgr2 itself: addresses in their present form (bit 59). */
export const FEATURE_MSG_ADDR2 = 1n << 59n;

/** A peer without these cannot be talked to. */
export const REQUIRED_FEATURES = FEATURE_MSG_ADDR2;

/** The connection is not resumed after a loss. Upstream: CEPH_MSG_CONNECT_LOSSY */
export const FLAG_LOSSY = 1n;
