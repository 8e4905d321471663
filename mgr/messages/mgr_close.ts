/** A service daemon says goodbye, and we answer with the same: MMgrClose. */

import type { MessageType } from "./message.ts";

/** Upstream: messages/MMgrClose.h */
export interface MMgrClose {
  readonly daemonName: string;
  readonly serviceName: string;
}

/** v1/1. */
export const MMgrClose: MessageType<MMgrClose> = {
  name: "MMgrClose",
  type: 0x708,
  version: 1,
  compat: 1,
  decode: (d) => ({ daemonName: d.string(), serviceName: d.string() }),
  encode: (e, m) => void e.string(m.daemonName).string(m.serviceName),
};
