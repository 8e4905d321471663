/** An OSD asks to be spared operations on a part of a PG: MOSDBackoff. */

import { HObject } from "../types/hobject.ts";
import { ShardPgId } from "../types/pg_id.ts";
import type { MessageType } from "./message.ts";

/** Upstream: CEPH_OSD_BACKOFF_OP_* in include/rados.h */
export const BackoffOp = { block: 1, ackBlock: 2, unblock: 3 } as const;

/** Upstream: messages/MOSDBackoff.h */
export interface MOSDBackoff {
  readonly pgid: ShardPgId;
  readonly mapEpoch: number;
  /** BackoffOp */
  readonly op: number;
  readonly id: bigint;
  readonly begin: HObject;
  /** Not in the range; equal to `begin`: that one object. */
  readonly end: HObject;
}

/** v1/1 */
export const MOSDBackoff: MessageType<MOSDBackoff> = {
  name: "MOSDBackoff",
  type: 61,
  version: 1,
  compat: 1,
  decode: (d) => ({
    pgid: ShardPgId.decode(d),
    mapEpoch: d.u32(),
    op: d.u8(),
    id: d.u64(),
    begin: HObject.decode(d),
    end: HObject.decode(d),
  }),
  encode(e, m) {
    ShardPgId.encode(e, m.pgid);
    e.u32(m.mapEpoch).u8(m.op).u64(m.id);
    HObject.encode(e, m.begin);
    HObject.encode(e, m.end);
  },
};
