/** A client's session with a simulated OSD. */

import type { Connection } from "../../mgr/msgr/connection.ts";
import type { PeerFacts } from "../../mgr/msgr/handshake.ts";
import type { WatchPeer } from "./objects/watches.ts";
import { OsdCap } from "./osd_cap.ts";

/** A session as this server sees it. */
export interface OpSession extends WatchPeer {
  readonly cap: OsdCap;
  /** Epoch of the newest map that we have shared. */
  sharedEpoch: number;
}

/** Of a connection whose peer has proved who it is. */
export function openSession(connection: Connection, peer: PeerFacts): OpSession {
  const identity = peer.identity!;
  return {
    gid: identity.globalId,
    name: { type: peer.entityType, num: identity.globalId },
    addr: peer.addrs[0]!,
    cap: new OsdCap(identity.allowAll ? "allow *" : identity.caps),
    sharedEpoch: 0,
    send: (raw) => void connection.send(raw),
  };
}
