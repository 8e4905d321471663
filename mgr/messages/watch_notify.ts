/** What happens to a watched object: MWatchNotify. */

import type { MessageType } from "./message.ts";

/** Upstream: CEPH_WATCH_EVENT_* in include/rados.h */
export const WatchEvent = {
  /** Somebody notifies; the cookie is that of our watch. */
  notify: 1,
  /** Our own notify is over; the cookie is that of the notify. */
  notifyComplete: 2,
  /** Our watch is over. */
  disconnect: 3,
} as const;

/** Upstream: messages/MWatchNotify.h */
export interface MWatchNotify {
  /** WatchEvent */
  readonly opcode: number;
  readonly cookie: bigint;
  readonly ver: bigint;
  readonly notifyId: bigint;
  readonly payload: Uint8Array;
  /** Of a complete notify: 0, or -110 when somebody did not answer. */
  readonly returnCode: number;
  readonly notifierGid: bigint;
  /** Of a complete notify: who answered what; in the data segment. */
  readonly answers: Uint8Array;
}

const MESSAGE_VERSION = 1;

/** v3/1 */
export const MWatchNotify: MessageType<MWatchNotify> = {
  name: "MWatchNotify",
  type: 44,
  version: 3,
  compat: 1,
  decode(d, v, data) {
    d.u8();
    return {
      opcode: d.u8(),
      cookie: d.u64(),
      ver: d.u64(),
      notifyId: d.u64(),
      payload: d.bytes(),
      returnCode: v >= 2 ? d.i32() : 0,
      notifierGid: v >= 3 ? d.u64() : 0n,
      answers: data,
    };
  },
  encode: (e, m) =>
    void e.u8(MESSAGE_VERSION).u8(m.opcode).u64(m.cookie).u64(m.ver).u64(m.notifyId).bytes(m.payload)
      .i32(m.returnCode).u64(m.notifierGid),
  data: (m) => m.answers,
};
