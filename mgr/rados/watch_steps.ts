/** Steps of watching objects and of telling those who watch. */

import { Decoder } from "../encoding/mod.ts";
import { EntityAddr } from "../types/entity_addr.ts";
import { EntityNum } from "../types/entity_name.ts";
import { OpCode } from "./op_codes.ts";
import { input, output, quantity, type ReadStep, readStep, type WriteStep, writeStep } from "./step.ts";

/** What a `watch` step does. Upstream: CEPH_OSD_WATCH_OP_* */
export const WatchOp = { unwatch: 0, watch: 3, reconnect: 5, ping: 7 } as const;

/** A day: who waits longer has made a mistake. */
const MAX_SECONDS = 86_400;

/** A watch of ours: its number, and how often it was reconnected. */
export interface WatchIdentity {
  readonly cookie: bigint;
  readonly gen: number;
}

/** Somebody who watches an object. Upstream: watch_item_t in osd/osd_types.h */
export interface Watcher {
  readonly name: EntityNum;
  readonly cookie: bigint;
  readonly timeoutSeconds: number;
  readonly addr: EntityAddr;
}

/** Who answered a notify. */
export interface NotifyAck {
  readonly gid: bigint;
  readonly cookie: bigint;
  readonly reply: Uint8Array;
}

/** Who did not answer in time. */
export type NotifyTimeout = Omit<NotifyAck, "reply">;

/** All answers to a notify. */
export interface NotifyResult {
  readonly acks: readonly NotifyAck[];
  readonly timeouts: readonly NotifyTimeout[];
}

/** Begins, renews or ends a watch; `timeoutSeconds` 0 = osd_client_watch_timeout. Throws RangeError. */
export function watch(op: keyof typeof WatchOp, id: WatchIdentity, timeoutSeconds = 0): WriteStep {
  const limit = seconds(timeoutSeconds);
  return writeStep({
    op: OpCode.watch,
    union: (e) => void e.u64(id.cookie).u64n(0).u8(WatchOp[op]).u32(id.gen).u32(limit),
  });
}

/** Tells everybody who watches; the result is the number of this notify. Throws RangeError. */
export function notify(cookie: bigint, timeoutSeconds: number, payload: Uint8Array): ReadStep<bigint> {
  const limit = seconds(timeoutSeconds);
  return readStep({
    op: OpCode.notify,
    union: (e) => void e.u64(cookie),
    data: input((e) => void e.u32(1).u32(limit).bytes(payload)),
  }, output((d) => d.u64()));
}

/** Answers a notify that came to the watch `cookie`. */
export function notifyAck(notifyId: bigint, cookie: bigint, reply: Uint8Array): ReadStep<void> {
  return readStep({
    op: OpCode.notifyAck,
    data: input((e) => void e.u64(notifyId).u64(cookie).bytes(reply)),
  }, () => {});
}

/** Everybody who watches. */
export function listWatchers(): ReadStep<Watcher[]> {
  return readStep(
    { op: OpCode.listWatchers },
    output((d) =>
      d.versioned(
        "obj_list_watch_response_t",
        1,
        (d) =>
          d.list((d) =>
            d.versioned("watch_item_t", 2, (d) => ({
              name: EntityNum.decode(d),
              cookie: d.u64(),
              timeoutSeconds: d.u32(),
              addr: EntityAddr.decode(d),
            }))
          ),
      )
    ),
  );
}

/** The data segment of a complete notify. Throws DecodeError. */
export function readNotifyResult(bytes: Uint8Array): NotifyResult {
  const d = new Decoder(bytes);
  if (bytes.length === 0) return { acks: [], timeouts: [] };
  return {
    acks: d.list((d) => ({ gid: d.u64(), cookie: d.u64(), reply: d.bytes() }), 20),
    timeouts: d.list((d) => ({ gid: d.u64(), cookie: d.u64() }), 16),
  };
}

/** A time-out of the caller's. Throws RangeError. */
export function seconds(n: number): number {
  if (quantity(n, "number of seconds") > MAX_SECONDS) throw new RangeError(`Cannot wait for ${n} seconds`);
  return n;
}
