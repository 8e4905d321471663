/** What only the monitors know of the cluster's state: MMgrDigest. */

import type { MessageType } from "./message.ts";

/** Two JSON documents. Upstream: messages/MMgrDigest.h */
export interface MMgrDigest {
  readonly monStatusJson: string;
  /** May be no valid JSON when a health check's text is not UTF-8. */
  readonly healthJson: string;
}

/** v1/1. */
export const MMgrDigest: MessageType<MMgrDigest> = {
  name: "MMgrDigest",
  type: 0x705,
  version: 1,
  compat: 1,
  decode: (d) => ({ monStatusJson: d.string(), healthJson: d.string() }),
  encode: (e, m) => void e.string(m.monStatusJson).string(m.healthJson),
};
