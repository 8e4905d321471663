/** What the messenger needs of an authentication method, in both roles. `mgr/auth` fulfils these interfaces. */

import type { EntityName } from "../types/entity_name.ts";

/** Connection modes. Upstream: CEPH_CON_MODE_* in include/ceph_fs.h */
export const ConMode = { crc: 1, secure: 2 } as const;

/** Keys that an authentication yields for its connection. */
export interface SessionKeys {
  /** Key of the AUTH_SIGNATURE frames: 16 or 32 bytes; empty for method none. */
  readonly sessionKey: Uint8Array;
  /** 64 bytes in secure mode, else empty. */
  readonly connectionSecret: Uint8Array;
}

/** The payload of AUTH_REQUEST: u32 method, preferred modes in order, and the method's bytes. */
export interface AuthRequest {
  readonly method: number;
  readonly modes: readonly number[];
  readonly payload: Uint8Array;
}

/** AUTH_BAD_METHOD: what the server refused, and what it would take. `result` is a negative errno. */
export interface AuthRefusal {
  readonly method: number;
  readonly result: number;
  readonly allowedMethods: readonly number[];
  readonly allowedModes: readonly number[];
}

/** The client's side of one connection's authentication. Methods throw an Error when the peer's bytes are wrong. */
export interface Authenticator {
  /** The first AUTH_REQUEST. */
  begin(): AuthRequest;
  /** After AUTH_BAD_METHOD to the first request: another try on the same connection, or undefined to give up. */
  refused(refusal: AuthRefusal): AuthRequest | undefined;
  /** AUTH_REPLY_MORE -> payload of AUTH_REQUEST_MORE. */
  more(payload: Uint8Array): Uint8Array;
  /** AUTH_DONE. The messenger has checked that `mode` was offered. */
  done(globalId: bigint, mode: number, payload: Uint8Array): SessionKeys;
}

/** Who a peer has proved to be. */
export interface PeerIdentity {
  readonly entity: EntityName;
  readonly globalId: bigint;
  /** Cap string for our service; empty when there is none. */
  readonly caps: string;
  /** The ticket's allow_all flag, or method none. */
  readonly allowAll: boolean;
}

/** What the server answers to AUTH_REQUEST or AUTH_REQUEST_MORE. */
export type AuthVerdict =
  | { readonly kind: "more"; readonly payload: Uint8Array }
  | { readonly kind: "refused"; readonly refusal: AuthRefusal }
  | {
    readonly kind: "done";
    readonly globalId: bigint;
    readonly mode: number;
    readonly payload: Uint8Array;
    readonly keys: SessionKeys;
    readonly peer: PeerIdentity;
  };

/** The server's side of one connection's authentication. May wait (for rotating keys), never for long. */
export interface Verifier {
  /** `peerType` is the entity type that the peer claimed in HELLO. */
  request(request: AuthRequest, peerType: number): AuthVerdict | Promise<AuthVerdict>;
  more(payload: Uint8Array): AuthVerdict | Promise<AuthVerdict>;
}
