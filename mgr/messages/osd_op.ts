/** An operation on an object: MOSDOp. */

import { EntityNum } from "../types/entity_name.ts";
import { ObjectLocator } from "../types/object_locator.ts";
import { ObjectName } from "../types/object_name.ts";
import { decodeOsdOps, encodeOsdOps, type OsdOp, osdOpData } from "../types/osd_op.ts";
import { ShardPgId } from "../types/pg_id.ts";
import { UTime } from "../types/utime.ts";
import type { MessageType } from "./message.ts";

/** blkin_trace_info, which nobody fills. */
const TRACE = new Uint8Array(24);

/** Who asks, beside the header: zeros mean "this client, this tid". Upstream: osd_reqid_t in osd/osd_types.h */
export interface OsdReqId {
  readonly name: EntityNum;
  readonly tid: bigint;
  readonly inc: number;
}

/** What clients send. */
export const NO_REQID: OsdReqId = { name: { type: 0, num: 0n }, tid: 0n, inc: 0 };

/** Upstream: messages/MOSDOp.h */
export interface MOSDOp {
  /** The PG that the object is in, folded by pg_num. */
  readonly pgid: ShardPgId;
  /** All 32 bits of the object's hash. */
  readonly hash: number;
  /** Of the map that PG and OSD were computed with. */
  readonly osdmapEpoch: number;
  readonly flags: number;
  readonly reqid: OsdReqId;
  readonly clientInc: number;
  readonly mtime: UTime;
  readonly locator: ObjectLocator;
  readonly oid: string;
  readonly ops: readonly OsdOp[];
  /** Snapshot to read, or NO_SNAP. */
  readonly snapid: bigint;
  readonly snapSeq: bigint;
  /** Descending. */
  readonly snaps: readonly bigint[];
  /** Counts the times that this tid was sent again. */
  readonly retryAttempt: number;
  readonly features: bigint;
}

/** v8/3 */
export const MOSDOp: MessageType<MOSDOp> = {
  name: "MOSDOp",
  type: 42,
  version: 8,
  compat: 3,
  decode(d, v, data) {
    if (v < 8) d.fail(`version ${v} is that of a client before Luminous`);
    const head = {
      pgid: ShardPgId.decode(d),
      hash: d.u32(),
      osdmapEpoch: d.u32(),
      flags: d.u32(),
      reqid: d.versioned("osd_reqid_t", 2, (d) => ({
        name: EntityNum.decode(d),
        tid: d.u64(),
        inc: d.i32(),
      })),
    };
    d.raw(TRACE.length);
    return {
      ...head,
      clientInc: d.u32(),
      mtime: UTime.decode(d),
      locator: ObjectLocator.decode(d),
      oid: ObjectName.decode(d),
      ops: decodeOsdOps(d, d.u16(), data),
      snapid: d.u64(),
      snapSeq: d.u64(),
      snaps: d.list((d) => d.u64(), 8),
      retryAttempt: d.i32(),
      features: d.u64(),
    };
  },
  encode(e, m) {
    ShardPgId.encode(e, m.pgid);
    e.u32(m.hash).u32(m.osdmapEpoch).u32(m.flags);
    e.versioned(2, 2, (e) => {
      EntityNum.encode(e, m.reqid.name);
      e.u64(m.reqid.tid).i32(m.reqid.inc);
    });
    e.raw(TRACE).u32(m.clientInc);
    UTime.encode(e, m.mtime);
    ObjectLocator.encode(e, m.locator);
    ObjectName.encode(e, m.oid);
    encodeOsdOps(e.u16(m.ops.length), m.ops);
    e.u64(m.snapid).u64(m.snapSeq).list(m.snaps, (e, snap) => e.u64(snap));
    e.i32(m.retryAttempt).u64(m.features);
  },
  data: (m) => osdOpData(m.ops),
};
