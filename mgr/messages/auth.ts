/** Renewal of tickets over a session: MAuth, MAuthReply. The payloads are cephx's. */

import type { MessageType } from "./message.ts";
import { decodePaxos, encodePaxos } from "./paxos.ts";

/** Upstream: messages/MAuth.h */
export interface MAuth {
  /** 2 = cephx. */
  readonly protocol: number;
  readonly payload: Uint8Array;
  readonly monmapEpoch: number;
}

/** v1/1, with the Paxos header. */
export const MAuth: MessageType<MAuth> = {
  name: "MAuth",
  type: 17,
  version: 1,
  compat: 1,
  decode(d) {
    decodePaxos(d);
    return { protocol: d.u32(), payload: d.bytes(), monmapEpoch: d.u32() };
  },
  encode: (e, m) => void encodePaxos(e).u32(m.protocol).bytes(m.payload).u32(m.monmapEpoch),
};

/** Upstream: messages/MAuthReply.h */
export interface MAuthReply {
  readonly protocol: number;
  /** 0 or a negative errno. */
  readonly result: number;
  readonly globalId: bigint;
  readonly payload: Uint8Array;
  readonly message: string;
}

/** v1/1. */
export const MAuthReply: MessageType<MAuthReply> = {
  name: "MAuthReply",
  type: 18,
  version: 1,
  compat: 1,
  decode: (d) => ({
    protocol: d.u32(),
    result: d.i32(),
    globalId: d.u64(),
    payload: d.bytes(),
    message: d.string(),
  }),
  encode: (e, m) => void e.u32(m.protocol).i32(m.result).u64(m.globalId).bytes(m.payload).string(m.message),
};
