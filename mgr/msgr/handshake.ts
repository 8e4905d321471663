/** What the two handshakes share: what they ask of their owner, and what they end with. */

import type { EntityAddr, EntityAddrVec } from "../types/entity_addr.ts";
import type { AuthRequest, PeerIdentity, SessionKeys } from "./authenticator.ts";

/** What a handshake step asks its owner to do, in order. */
export type Step =
  /** Send a control frame. */
  | { readonly kind: "send"; readonly tag: number; readonly payload: Uint8Array }
  /** Switch both directions to the mode; the bytes up to here are what signatures cover. */
  | { readonly kind: "switch"; readonly mode: number; readonly keys: SessionKeys }
  /** Send our AUTH_SIGNATURE over what we have read so far. */
  | { readonly kind: "sign" }
  /** Ask the verifier; its verdict goes to `ServerHandshake.verdict()`. */
  | {
    readonly kind: "verify";
    readonly request: AuthRequest;
    readonly more: boolean;
    readonly peerType: number;
  }
  /** The session is open. */
  | { readonly kind: "open"; readonly peer: PeerFacts };

/** What a peer has told and proved by the time that its session opens. */
export interface PeerFacts {
  /** From HELLO: a claim. */
  readonly entityType: number;
  readonly addrs: EntityAddrVec;
  /** From the ident: a claim. */
  readonly gid: bigint;
  /** Features that both sides support. */
  readonly features: bigint;
  readonly mode: number;
  /** Server role: what the peer has proved to be. */
  readonly identity?: PeerIdentity;
  /** Client role: who we are to this peer. */
  readonly globalId?: bigint;
  /** Our address as the peer sees it. */
  readonly seenAs: EntityAddr;
}

/** A handshake in either role. */
export interface Handshake {
  /** What to send once the banners are exchanged. */
  begin(): Step[];
  /** One control frame. Throws ProtocolError, AuthRefusedError or DecodeError. */
  frame(tag: number, payload: Uint8Array): Step[];
  /** What it waits for: for error texts. */
  readonly state: string;
}
