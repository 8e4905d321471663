/** What OSDs tell the monitors of themselves and of each other: failures, signs of life, fullness, shutdown. */

import type { MessageType } from "../../../mgr/messages/message.ts";
import { decodePaxos, encodePaxos } from "../../../mgr/messages/paxos.ts";
import { EntityAddrVec } from "../../../mgr/types/entity_addr.ts";
import { PgId } from "../../../mgr/types/pg_id.ts";
import { UTime } from "../../../mgr/types/utime.ts";
import { Uuid } from "../../../mgr/types/uuid.ts";

/** Upstream: MOSDFailure::FLAG_* */
export const FailureFlag = { failed: 1, immediate: 2 } as const;

/** A peer does not answer, or answers again. Upstream: messages/MOSDFailure.h */
export interface MOSDFailure {
  readonly fsid: Uuid;
  readonly targetOsd: number;
  readonly targetAddrs: EntityAddrVec;
  readonly epoch: number;
  /** Bits of FailureFlag; 0 = it is alive. */
  readonly flags: number;
  /** Seconds. */
  readonly failedFor: number;
}

/** v4/4, with the Paxos header. */
export const MOSDFailure: MessageType<MOSDFailure> = {
  name: "MOSDFailure",
  type: 72,
  version: 4,
  compat: 4,
  decode(d) {
    decodePaxos(d);
    return {
      fsid: Uuid.decode(d),
      targetOsd: d.i32(),
      targetAddrs: EntityAddrVec.decode(d),
      epoch: d.u32(),
      flags: d.u8(),
      failedFor: d.i32(),
    };
  },
  encode(e, m) {
    Uuid.encode(encodePaxos(e, m.epoch), m.fsid);
    EntityAddrVec.encode(e.i32(m.targetOsd), m.targetAddrs);
    e.u32(m.epoch).u8(m.flags).i32(m.failedFor);
  },
};

/** It wants the map to say that it is up since at least that epoch. Upstream: messages/MOSDAlive.h */
export interface MOSDAlive {
  /** Newest map of the sender. */
  readonly version: number;
  readonly want: number;
}

/** v1/1, with the Paxos header. */
export const MOSDAlive: MessageType<MOSDAlive> = {
  name: "MOSDAlive",
  type: 73,
  version: 1,
  compat: 1,
  decode: (d) => ({ version: decodePaxos(d), want: d.u32() }),
  encode: (e, m) => void encodePaxos(e, m.version).u32(m.want),
};

/** It ends and wants to be marked down; the answer is the same message. Upstream: messages/MOSDMarkMeDown.h */
export interface MOSDMarkMeDown {
  readonly fsid: Uuid;
  readonly targetOsd: number;
  readonly targetAddrs: EntityAddrVec;
  readonly epoch: number;
  readonly requestAck: boolean;
  readonly downAndDead: boolean;
}

/** v4/3, with the Paxos header. */
export const MOSDMarkMeDown: MessageType<MOSDMarkMeDown> = {
  name: "MOSDMarkMeDown",
  type: 74,
  version: 4,
  compat: 3,
  decode(d, v) {
    decodePaxos(d);
    return {
      fsid: Uuid.decode(d),
      targetOsd: d.i32(),
      targetAddrs: EntityAddrVec.decode(d),
      epoch: d.u32(),
      requestAck: d.bool(),
      downAndDead: v >= 4 ? d.bool() : false,
    };
  },
  encode(e, m) {
    Uuid.encode(encodePaxos(e, m.epoch), m.fsid);
    EntityAddrVec.encode(e.i32(m.targetOsd), m.targetAddrs);
    e.u32(m.epoch).bool(m.requestAck).bool(m.downAndDead);
  },
};

/** How full it is. Upstream: messages/MOSDFull.h */
export interface MOSDFull {
  readonly mapEpoch: number;
  /** Bits of OsdState: full, nearfull, backfillfull. */
  readonly state: number;
}

/** v1/1, with the Paxos header. */
export const MOSDFull: MessageType<MOSDFull> = {
  name: "MOSDFull",
  type: 75,
  version: 1,
  compat: 1,
  decode(d) {
    decodePaxos(d);
    return { mapEpoch: d.u32(), state: d.u32() };
  },
  encode: (e, m) => void encodePaxos(e, m.mapEpoch).u32(m.mapEpoch).u32(m.state),
};

/** A sign of life every few minutes. Upstream: messages/MOSDBeacon.h */
export interface MOSDBeacon {
  readonly version: number;
  readonly pgs: readonly PgId[];
  readonly minLastEpochClean: number;
  readonly lastPurgedSnapsScrub: UTime;
}

/** v2/1, with the Paxos header. */
export const MOSDBeacon: MessageType<MOSDBeacon> = {
  name: "MOSDBeacon",
  type: 79,
  version: 2,
  compat: 1,
  decode: (d, v) => ({
    version: decodePaxos(d),
    pgs: d.list(PgId.decode),
    minLastEpochClean: d.u32(),
    lastPurgedSnapsScrub: v >= 2 ? UTime.decode(d) : { sec: 0, nsec: 0 },
  }),
  encode(e, m) {
    encodePaxos(e, m.version).list(m.pgs, PgId.encode).u32(m.minLastEpochClean);
    UTime.encode(e, m.lastPurgedSnapsScrub);
  },
};

/** A primary wants other OSDs to serve a PG for a while: those that have its objects. Upstream: messages/MOSDPGTemp.h */
export interface MOSDPGTemp {
  readonly mapEpoch: number;
  /** No OSDs: the PG goes where CRUSH puts it. */
  readonly pgs: readonly { readonly pg: PgId; readonly osds: readonly number[] }[];
  readonly forced: boolean;
}

/** v1/1, with the Paxos header. */
export const MOSDPGTemp: MessageType<MOSDPGTemp> = {
  name: "MOSDPGTemp",
  type: 78,
  version: 1,
  compat: 1,
  decode(d) {
    decodePaxos(d);
    const mapEpoch = d.u32();
    const pgs = d.list((d) => ({ pg: PgId.decode(d), osds: d.list((d) => d.i32(), 4) }));
    return { mapEpoch, pgs, forced: d.bool() };
  },
  encode(e, m) {
    encodePaxos(e, m.mapEpoch).u32(m.mapEpoch);
    e.list(m.pgs, (e, { pg, osds }) => void (PgId.encode(e, pg), e.list(osds, (e, osd) => void e.i32(osd))));
    e.bool(m.forced);
  },
};
