/** A message as the messenger carries it: numbers of its header, and bytes. */

/** Priorities order queues only. Upstream: CEPH_MSG_PRIO_* in include/msgr.h */
export const Priority = { low: 64, default: 127, high: 196, highest: 255 } as const;

/** What messages/ packs and msgr/ sends. */
export interface RawMessage {
  readonly type: number;
  /** HEAD_VERSION of the sender. */
  readonly version: number;
  /** Oldest version that can decode it; 0 means `version`. */
  readonly compat: number;
  readonly priority: number;
  /** Transaction id; replies copy it. */
  readonly tid: bigint;
  readonly front: Uint8Array;
  readonly middle: Uint8Array;
  readonly data: Uint8Array;
}
