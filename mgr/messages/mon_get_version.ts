/** Asks for the newest version of a map: MMonGetVersion, MMonGetVersionReply. */

import type { MessageType } from "./message.ts";

/** Upstream: messages/MMonGetVersion.h */
export interface MMonGetVersion {
  /** Own counter; the reply has it, its tid is 0. */
  readonly handle: bigint;
  /** "osdmap", "mdsmap", "fsmap" or "monmap"; another name is never answered. */
  readonly what: string;
}

/** v1/1. */
export const MMonGetVersion: MessageType<MMonGetVersion> = {
  name: "MMonGetVersion",
  type: 19,
  version: 1,
  compat: 1,
  decode: (d) => ({ handle: d.u64(), what: d.string() }),
  encode: (e, m) => void e.u64(m.handle).string(m.what),
};

/** Upstream: messages/MMonGetVersionReply.h */
export interface MMonGetVersionReply {
  readonly handle: bigint;
  /** Last committed version. */
  readonly version: number;
  readonly oldestVersion: number;
}

/** v2/2. */
export const MMonGetVersionReply: MessageType<MMonGetVersionReply> = {
  name: "MMonGetVersionReply",
  type: 20,
  version: 2,
  compat: 2,
  decode: (d, v) => ({
    handle: d.u64(),
    version: d.u64n(),
    oldestVersion: v >= 2 ? d.u64n() : 0,
  }),
  encode: (e, m) => void e.u64(m.handle).u64n(m.version).u64n(m.oldestVersion),
};
