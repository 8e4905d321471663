/** How full the cluster or a pool is, asked of the monitors: MStatfs, MStatfsReply. */

import { Uuid } from "../types/uuid.ts";
import type { MessageType } from "./message.ts";
import { decodePaxos, encodePaxos } from "./paxos.ts";

/** Upstream: messages/MStatfs.h */
export interface MStatfs {
  readonly fsid: Uuid;
  /** undefined = the whole cluster. */
  readonly dataPool: number | undefined;
}

/** v2/1, with the Paxos header. */
export const MStatfs: MessageType<MStatfs> = {
  name: "MStatfs",
  type: 13,
  version: 2,
  compat: 1,
  decode(d, v) {
    decodePaxos(d);
    return {
      fsid: Uuid.decode(d),
      dataPool: v >= 2 ? d.optional((d) => d.i64n()) : undefined,
    };
  },
  encode(e, m) {
    Uuid.encode(encodePaxos(e), m.fsid);
    e.optional(m.dataPool, (e, pool) => e.i64n(pool));
  },
};

/** Sizes in units of 1024 bytes. Upstream: messages/MStatfsReply.h, ceph_statfs in include/ceph_fs.h */
export interface MStatfsReply {
  readonly fsid: Uuid;
  readonly version: number;
  readonly kb: number;
  readonly kbUsed: number;
  readonly kbAvail: number;
  readonly numObjects: number;
}

/** v1/1. */
export const MStatfsReply: MessageType<MStatfsReply> = {
  name: "MStatfsReply",
  type: 14,
  version: 1,
  compat: 1,
  decode: (d) => ({
    fsid: Uuid.decode(d),
    version: d.u64n(),
    kb: d.u64n(),
    kbUsed: d.u64n(),
    kbAvail: d.u64n(),
    numObjects: d.u64n(),
  }),
  encode(e, m) {
    Uuid.encode(e, m.fsid);
    e.u64n(m.version).u64n(m.kb).u64n(m.kbUsed).u64n(m.kbAvail).u64n(m.numObjects);
  },
};
