/** What a session wants to be told: MMonSubscribe and its acknowledgement. */

import type { Decoder, Encoder } from "../encoding/mod.ts";
import { Uuid } from "../types/uuid.ts";
import type { MessageType } from "./message.ts";

/** ceph_mon_subscribe_item::flags: forget it after one delivery. */
const ONETIME = 1;

/** One subscription. Upstream: ceph_mon_subscribe_item in include/ceph_fs.h */
export interface SubscribeItem {
  /** First version wanted; 0 is "whatever you have". */
  readonly start: bigint;
  /** The monitor forgets the subscription after one delivery. */
  readonly onetime: boolean;
}

const decodeItem = (d: Decoder): SubscribeItem => ({ start: d.u64(), onetime: (d.u8() & ONETIME) !== 0 });
const encodeItem = (e: Encoder, i: SubscribeItem): void => void e.u64(i.start).u8(i.onetime ? ONETIME : 0);

/** Upstream: messages/MMonSubscribe.h */
export interface MMonSubscribe {
  /** By name, in the order of the names. */
  readonly what: ReadonlyMap<string, SubscribeItem>;
  /** Short name of this host: decides which masked options apply. */
  readonly hostname: string;
}

/** v3/1. */
export const MMonSubscribe: MessageType<MMonSubscribe> = {
  name: "MMonSubscribe",
  type: 15,
  version: 3,
  compat: 1,
  decode: (d, v) => ({
    what: d.map((d) => d.string(), decodeItem),
    hostname: v >= 3 ? d.string() : "",
  }),
  encode: (e, m) => void e.map(m.what, (e, k) => e.string(k), encodeItem).string(m.hostname),
};

/** Only sent to peers without MON_STATEFUL_SUB, so never to us. Upstream: messages/MMonSubscribeAck.h */
export interface MMonSubscribeAck {
  /** Seconds until the subscription is to be renewed. */
  readonly interval: number;
  readonly fsid: Uuid;
}

/** v1/1. */
export const MMonSubscribeAck: MessageType<MMonSubscribeAck> = {
  name: "MMonSubscribeAck",
  type: 16,
  version: 1,
  compat: 1,
  decode: (d) => ({ interval: d.u32(), fsid: Uuid.decode(d) }),
  encode: (e, m) => Uuid.encode(e.u32(m.interval), m.fsid),
};
