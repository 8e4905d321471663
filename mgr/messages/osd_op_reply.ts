/** The answer to an operation on an object: MOSDOpReply. */

import { RequestRedirect } from "../types/object_locator.ts";
import { ObjectName } from "../types/object_name.ts";
import { decodeOsdOps, encodeOsdOps, type OsdOp, osdOpData } from "../types/osd_op.ts";
import { EVersion, PgId } from "../types/pg_id.ts";
import type { MessageType } from "./message.ts";

/** blkin_trace_info, which nobody fills. */
const TRACE = new Uint8Array(24);

/** Upstream: messages/MOSDOpReply.h */
export interface MOSDOpReply {
  readonly oid: string;
  readonly pgid: PgId;
  readonly flags: bigint;
  /** 0, a negative errno, or what the last step returned. */
  readonly result: number;
  /** For clients before Dumpling. */
  readonly badReplayVersion: EVersion;
  /** Of the OSD's map. */
  readonly osdmapEpoch: number;
  /** Their data is the output. */
  readonly ops: readonly OsdOp[];
  /** Of the request that is answered. */
  readonly retryAttempt: number;
  /** What each step returned. */
  readonly rvals: readonly number[];
  /** Of the write; 0 for reads. */
  readonly replayVersion: EVersion;
  /** Version of the object. */
  readonly userVersion: number;
  /** The object is elsewhere; nothing was done. */
  readonly redirect: RequestRedirect | undefined;
}

/** v8/2 */
export const MOSDOpReply: MessageType<MOSDOpReply> = {
  name: "MOSDOpReply",
  type: 43,
  version: 8,
  compat: 2,
  decode(d, v, data) {
    if (v < 7) d.fail(`version ${v} is that of an OSD before Luminous`);
    const head = {
      oid: ObjectName.decode(d),
      pgid: PgId.decode(d),
      flags: d.u64(),
      result: d.i32(),
      badReplayVersion: EVersion.decode(d),
      osdmapEpoch: d.u32(),
    };
    const ops = decodeOsdOps(d, d.u32(), data);
    return {
      ...head,
      ops,
      retryAttempt: d.i32(),
      rvals: ops.map(() => d.i32()),
      replayVersion: EVersion.decode(d),
      userVersion: d.u64n(),
      redirect: d.optional(RequestRedirect.decode),
    };
  },
  encode(e, m) {
    ObjectName.encode(e, m.oid);
    PgId.encode(e, m.pgid);
    e.u64(m.flags).i32(m.result);
    EVersion.encode(e, m.badReplayVersion);
    encodeOsdOps(e.u32(m.osdmapEpoch).u32(m.ops.length), m.ops);
    e.i32(m.retryAttempt);
    for (const rval of m.rvals) e.i32(rval);
    EVersion.encode(e, m.replayVersion);
    e.u64n(m.userVersion).optional(m.redirect, RequestRedirect.encode).raw(TRACE);
  },
  data: (m) => osdOpData(m.ops),
};
