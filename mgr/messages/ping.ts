/** Is a monitor alive? MPing, both ways. */

import type { MessageType } from "./message.ts";

/** Upstream: messages/MPing.h */
export interface MPing {
  /** Empty in a question; what the monitor says of itself (health, mon_status), as JSON text, in the answer. */
  readonly text: string;
}

/** v1/1. Upstream: Monitor::handle_ping, which puts one string into the payload. */
export const MPing: MessageType<MPing> = {
  name: "MPing",
  type: 2,
  version: 1,
  compat: 1,
  decode: (d) => ({ text: d.remaining === 0 ? "" : d.string() }),
  encode: (e, m) => void (m.text === "" ? e : e.string(m.text)),
};
