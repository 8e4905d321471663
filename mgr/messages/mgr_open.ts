/** The first message of a daemon: MMgrOpen. */

import type { MessageType } from "./message.ts";

/** Upstream: messages/MMgrOpen.h */
export interface MMgrOpen {
  /** Id without the type. */
  readonly daemonName: string;
  /** Empty for OSDs and MDSs; "mon" or empty for monitors. */
  readonly serviceName: string;
  /** It has called service_daemon_register. */
  readonly serviceDaemon: boolean;
  /** Empty unless `serviceDaemon`. */
  readonly daemonMetadata: ReadonlyMap<string, string>;
  /** Empty unless `serviceDaemon`. */
  readonly daemonStatus: ReadonlyMap<string, string>;
  /** One DaemonConfig, or empty. */
  readonly configBl: Uint8Array;
  /** One ConfigDefaults (66 kB), or empty. */
  readonly configDefaultsBl: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** v3/1. */
export const MMgrOpen: MessageType<MMgrOpen> = {
  name: "MMgrOpen",
  type: 0x700,
  version: 3,
  compat: 1,
  decode(d, v) {
    const daemonName = d.string();
    const serviceName = v >= 2 ? d.string() : "";
    const serviceDaemon = v >= 2 ? d.bool() : false;
    return {
      daemonName,
      serviceName,
      serviceDaemon,
      daemonMetadata: serviceDaemon ? d.stringMap() : new Map(),
      daemonStatus: serviceDaemon ? d.stringMap() : new Map(),
      configBl: v >= 3 ? d.bytes() : NOTHING,
      configDefaultsBl: v >= 3 ? d.bytes() : NOTHING,
    };
  },
  encode(e, m) {
    e.string(m.daemonName).string(m.serviceName).bool(m.serviceDaemon);
    if (m.serviceDaemon) e.stringMap(m.daemonMetadata).stringMap(m.daemonStatus);
    e.bytes(m.configBl).bytes(m.configDefaultsBl);
  },
};
