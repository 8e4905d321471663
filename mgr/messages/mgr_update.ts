/** New metadata of a daemon that has a session already: MMgrUpdate. */

import type { MessageType } from "./message.ts";

/** Upstream: messages/MMgrUpdate.h */
export interface MMgrUpdate {
  readonly daemonName: string;
  readonly serviceName: string;
  readonly needMetadataUpdate: boolean;
  /** Empty unless `needMetadataUpdate`. */
  readonly daemonMetadata: ReadonlyMap<string, string>;
  /** Empty unless `needMetadataUpdate`. */
  readonly daemonStatus: ReadonlyMap<string, string>;
}

/** v2/1. */
export const MMgrUpdate: MessageType<MMgrUpdate> = {
  name: "MMgrUpdate",
  type: 0x70b,
  version: 2,
  compat: 1,
  decode(d, v) {
    const daemonName = d.string();
    const serviceName = v >= 2 ? d.string() : "";
    const needMetadataUpdate = v >= 2 ? d.bool() : false;
    return {
      daemonName,
      serviceName,
      needMetadataUpdate,
      daemonMetadata: needMetadataUpdate ? d.stringMap() : new Map(),
      daemonStatus: needMetadataUpdate ? d.stringMap() : new Map(),
    };
  },
  encode(e, m) {
    e.string(m.daemonName).string(m.serviceName).bool(m.needMetadataUpdate);
    if (m.needMetadataUpdate) e.stringMap(m.daemonMetadata).stringMap(m.daemonStatus);
  },
};
