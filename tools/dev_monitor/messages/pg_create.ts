/** How PGs of a new pool come to be: the monitor asks their primaries, which tell when it is done. */

import type { MessageType } from "../../../mgr/messages/message.ts";
import { decodePaxos, encodePaxos } from "../../../mgr/messages/paxos.ts";
import { PgId, ShardPgId } from "../../../mgr/types/pg_id.ts";
import { UTime } from "../../../mgr/types/utime.ts";

/** When a PG was created. */
export interface PgBirth {
  readonly pg: ShardPgId;
  readonly epoch: number;
  readonly stamp: UTime;
}

/** "Be the first primary of these." Upstream: messages/MOSDPGCreate2.h */
export interface MOSDPGCreate2 {
  readonly epoch: number;
  readonly pgs: readonly PgBirth[];
}

/** v1/1: without the histories of v2, which a PG that nobody had before does not need. */
export const MOSDPGCreate2: MessageType<MOSDPGCreate2> = {
  name: "MOSDPGCreate2",
  type: 120,
  version: 1,
  compat: 1,
  decode: (d) => ({
    epoch: d.u32(),
    pgs: d.list((d) => ({ pg: ShardPgId.decode(d), epoch: d.u32(), stamp: UTime.decode(d) })),
  }),
  encode(e, { epoch, pgs }) {
    e.u32(epoch).list(pgs, (e, { pg, epoch, stamp }) => {
      ShardPgId.encode(e, pg);
      UTime.encode(e.u32(epoch), stamp);
    });
  },
};

/** The PG is there. Upstream: messages/MOSDPGCreated.h */
export interface MOSDPGCreated {
  readonly pg: PgId;
}

/** v1/1, with the Paxos header. */
export const MOSDPGCreated: MessageType<MOSDPGCreated> = {
  name: "MOSDPGCreated",
  type: 116,
  version: 1,
  compat: 1,
  decode(d) {
    decodePaxos(d);
    return { pg: PgId.decode(d) };
  },
  encode: (e, { pg }) => void PgId.encode(encodePaxos(e, 0), pg),
};
