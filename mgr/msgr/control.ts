/** Payloads of the control frames, in the order of their tags. Upstream: msg/async/frames_v2.h */

import { type Codec, type Decoder, encodeAll, type Encoder } from "../encoding/mod.ts";
import { EntityAddr, EntityAddrVec } from "../types/entity_addr.ts";
import { UTime } from "../types/utime.ts";
import type { AuthRefusal, AuthRequest } from "./authenticator.ts";
import { ProtocolError } from "./errors.ts";
import { Tag, tagName } from "./tags.ts";

/** My entity type, and your address as I see it. */
export interface Hello {
  readonly entityType: number;
  readonly peerAddr: EntityAddr;
}
/** Upstream: HelloFrame */
export const Hello: Codec<Hello> = {
  decode: (d) => d.struct("HELLO", (d) => ({ entityType: d.u8(), peerAddr: EntityAddr.decode(d) })),
  encode: (e, v) => (e.u8(v.entityType), EntityAddr.encode(e, v.peerAddr)),
};

const u32s = (d: Decoder): number[] => d.list((d) => d.u32(), 4);
const writeU32s = (e: Encoder, v: readonly number[]): void => void e.list(v, (e, n) => e.u32(n));

/** Upstream: AuthRequestFrame */
export const AuthRequestPayload: Codec<AuthRequest> = {
  decode: (d) => d.struct("AUTH_REQUEST", (d) => ({ method: d.u32(), modes: u32s(d), payload: d.bytes() })),
  encode: (e, v) => (e.u32(v.method), writeU32s(e, v.modes), void e.bytes(v.payload)),
};

/** Upstream: AuthBadMethodFrame */
export const AuthBadMethod: Codec<AuthRefusal> = {
  decode: (d) =>
    d.struct("AUTH_BAD_METHOD", (d) => ({
      method: d.u32(),
      result: d.i32(),
      allowedMethods: u32s(d),
      allowedModes: u32s(d),
    })),
  encode: (
    e,
    v,
  ) => (e.u32(v.method).i32(v.result), writeU32s(e, v.allowedMethods), writeU32s(e, v.allowedModes)),
};

/** Payload of AUTH_REPLY_MORE and AUTH_REQUEST_MORE. */
export const AuthMore: Codec<Uint8Array> = {
  decode: (d) => d.struct("AUTH_MORE", (d) => d.bytes()),
  encode: (e, v) => void e.bytes(v),
};

/** Who you are, how we go on, and the method's last word. */
export interface AuthDone {
  readonly globalId: bigint;
  readonly mode: number;
  readonly payload: Uint8Array;
}
/** Upstream: AuthDoneFrame */
export const AuthDone: Codec<AuthDone> = {
  decode: (d) => d.struct("AUTH_DONE", (d) => ({ globalId: d.u64(), mode: d.u32(), payload: d.bytes() })),
  encode: (e, v) => void e.u64(v.globalId).u32(v.mode).bytes(v.payload),
};

/** 32 bytes without a length. */
export const AuthSignature: Codec<Uint8Array> = {
  decode: (d) => d.struct("AUTH_SIGNATURE", (d) => d.raw(32)),
  encode: (e, v) => void e.raw(v),
};

/** What both idents tell of their sender. */
export interface Ident {
  readonly addrs: EntityAddrVec;
  /** mon: rank; osd: id; others: global_id, -1 while unknown. A claim, never an identity. */
  readonly gid: bigint;
  readonly globalSeq: bigint;
  readonly supported: bigint;
  readonly required: bigint;
  readonly flags: bigint;
  readonly cookie: bigint;
}

const decodeIdentTail = (d: Decoder): Omit<Ident, "addrs"> => ({
  gid: d.i64(),
  globalSeq: d.u64(),
  supported: d.u64(),
  required: d.u64(),
  flags: d.u64(),
  cookie: d.u64(),
});
const encodeIdentTail = (e: Encoder, v: Ident): void =>
  void e.i64(v.gid).u64(v.globalSeq).u64(v.supported).u64(v.required).u64(v.flags).u64(v.cookie);

/** The client's ident also names the address that it dialled. */
export interface ClientIdent extends Ident {
  readonly target: EntityAddr;
}
/** Upstream: ClientIdentFrame */
export const ClientIdent: Codec<ClientIdent> = {
  decode: (d) =>
    d.struct("CLIENT_IDENT", (d) => ({
      addrs: EntityAddrVec.decode(d),
      target: EntityAddr.decode(d),
      ...decodeIdentTail(d),
    })),
  encode: (e, v) => (EntityAddrVec.encode(e, v.addrs), EntityAddr.encode(e, v.target), encodeIdentTail(e, v)),
};
/** Upstream: ServerIdentFrame */
export const ServerIdent: Codec<Ident> = {
  decode: (d) => d.struct("SERVER_IDENT", (d) => ({ addrs: EntityAddrVec.decode(d), ...decodeIdentTail(d) })),
  encode: (e, v) => (EntityAddrVec.encode(e, v.addrs), encodeIdentTail(e, v)),
};

/** One u64: missing features, connect_seq, global_seq or msg_seq. */
export const Word: Codec<bigint> = {
  decode: (d) => d.struct("u64 frame", (d) => d.u64()),
  encode: (e, v) => void e.u64(v),
};

/** SESSION_RESET: whether the client forgets everything. */
export const SessionReset: Codec<boolean> = {
  decode: (d) => d.struct("SESSION_RESET", (d) => d.bool()),
  encode: (e, v) => void e.bool(v),
};

/** KEEPALIVE2 and its ack: the sender's clock. */
export const KeepaliveStamp: Codec<UTime> = UTime;

/** The payload of a control frame. */
export function payload<T>(codec: Codec<T>, value: T): Uint8Array {
  return encodeAll(codec.encode, value);
}

/** Says what was expected: every step of a handshake begins with it. */
export function unexpected(tag: number, state: string): ProtocolError {
  return new ProtocolError(`Cannot take ${tagName(tag)} in state "${state}"`);
}

/** The frames that a session may carry once it is open. */
export const SESSION_TAGS: ReadonlySet<number> = new Set([
  Tag.MESSAGE,
  Tag.KEEPALIVE2,
  Tag.KEEPALIVE2_ACK,
  Tag.ACK,
]);
