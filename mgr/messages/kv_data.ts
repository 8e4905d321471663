/** Keys of the monitors' key-value store: MKVData. */

import type { MessageType } from "./message.ts";

/** Upstream: messages/MKVData.h */
export interface MKVData {
  /** Version of the config-key service. */
  readonly version: bigint;
  /** What was subscribed to, without "kv:". */
  readonly prefix: string;
  /** False: `data` replaces everything under the prefix. */
  readonly incremental: boolean;
  /** Full keys; undefined = removed. */
  readonly data: ReadonlyMap<string, Uint8Array | undefined>;
}

/** v1/1. */
export const MKVData: MessageType<MKVData> = {
  name: "MKVData",
  type: 54,
  version: 1,
  compat: 1,
  decode: (d) => ({
    version: d.u64(),
    prefix: d.string(),
    incremental: d.bool(),
    data: d.map((d) => d.string(), (d) => d.optional((d) => d.bytes())),
  }),
  encode(e, m) {
    e.u64(m.version).string(m.prefix).bool(m.incremental);
    e.map(m.data, (e, k) => e.string(k), (e, v) => e.optional(v, (e, v) => e.bytes(v)));
  },
};
