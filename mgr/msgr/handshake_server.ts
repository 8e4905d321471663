/** The server's side of a handshake: pure steps. Upstream: ProtocolV2::handle_hello .. send_server_ident */

import { decodeAll, Decoder } from "../encoding/mod.ts";
import { AddrType, type EntityAddr, type EntityAddrVec, sameAddr } from "../types/entity_addr.ts";
import type { AuthRequest, AuthVerdict, PeerIdentity } from "./authenticator.ts";
import {
  AuthBadMethod,
  AuthDone,
  AuthMore,
  AuthRequestPayload,
  AuthSignature,
  ClientIdent,
  Hello,
  type Ident,
  payload,
  ServerIdent,
  SessionReset,
  unexpected,
  Word,
} from "./control.ts";
import { sameSignature } from "./crypto.ts";
import { ProtocolError } from "./errors.ts";
import { FLAG_LOSSY, REQUIRED_FEATURES, SUPPORTED_FEATURES } from "./features.ts";
import type { Handshake, Step } from "./handshake.ts";
import { Tag } from "./tags.ts";

/** Who is dialled, and by which socket. */
export interface ServerParameters {
  readonly entityType: number;
  /** What we announce, nonces included; asked when a client names its target, as a new tenure changes it. */
  readonly addrs: () => EntityAddrVec;
  /** The peer's socket: type msgr2, source port, nonce 0. */
  readonly socketAddr: EntityAddr;
  readonly gid: () => bigint;
  readonly globalSeq: bigint;
}

type State =
  | { readonly kind: "hello" }
  | { readonly kind: "auth"; readonly peerType: number }
  | { readonly kind: "verifying"; readonly peerType: number; readonly request: AuthRequest }
  | { readonly kind: "auth_more"; readonly peerType: number; readonly request: AuthRequest }
  | {
    readonly kind: "signature";
    readonly peerType: number;
    readonly mode: number;
    readonly identity: PeerIdentity;
  }
  | {
    readonly kind: "ident";
    readonly peerType: number;
    readonly mode: number;
    readonly identity: PeerIdentity;
  }
  | { readonly kind: "open" };

/** One connection that a peer opened. The answer is always LOSSY with cookie 0: nothing is ever resumed. */
export class ServerHandshake implements Handshake {
  readonly #p: ServerParameters;
  readonly #expectedSignature: () => Uint8Array;
  #state: State = { kind: "hello" };
  #seenAs: EntityAddr | undefined;

  constructor(parameters: ServerParameters, expectedSignature: () => Uint8Array) {
    this.#p = parameters;
    this.#expectedSignature = expectedSignature;
  }

  get state(): string {
    return this.#state.kind;
  }

  begin(): Step[] {
    const hello = { entityType: this.#p.entityType, peerAddr: this.#p.socketAddr };
    return [{ kind: "send", tag: Tag.HELLO, payload: payload(Hello, hello) }];
  }

  frame(tag: number, bytes: Uint8Array): Step[] {
    switch (tag) {
      case Tag.HELLO:
        return this.#onHello(bytes);
      case Tag.AUTH_REQUEST:
        return this.#onRequest(bytes);
      case Tag.AUTH_REQUEST_MORE:
        return this.#onRequestMore(bytes);
      case Tag.AUTH_SIGNATURE:
        return this.#onSignature(bytes);
      case Tag.CLIENT_IDENT:
        return this.#onClientIdent(bytes);
      case Tag.SESSION_RECONNECT:
        return this.#onReconnect();
    }
    throw unexpected(tag, this.state);
  }

  /** What the verifier answered to the last "verify" step. */
  verdict(verdict: AuthVerdict): Step[] {
    if (this.#state.kind !== "verifying") {
      throw new ProtocolError(`Cannot take a verdict in state "${this.state}"`);
    }
    const { peerType, request } = this.#state;
    if (verdict.kind === "more") {
      this.#state = { kind: "auth_more", peerType, request };
      return [{ kind: "send", tag: Tag.AUTH_REPLY_MORE, payload: payload(AuthMore, verdict.payload) }];
    }
    if (verdict.kind === "refused") {
      this.#state = { kind: "auth", peerType };
      return [{ kind: "send", tag: Tag.AUTH_BAD_METHOD, payload: payload(AuthBadMethod, verdict.refusal) }];
    }
    this.#state = { kind: "signature", peerType, mode: verdict.mode, identity: verdict.peer };
    return [
      { kind: "send", tag: Tag.AUTH_DONE, payload: payload(AuthDone, verdict) },
      { kind: "switch", mode: verdict.mode, keys: verdict.keys },
      { kind: "sign" },
    ];
  }

  #onHello(bytes: Uint8Array): Step[] {
    if (this.#state.kind !== "hello") throw unexpected(Tag.HELLO, this.state);
    const hello = Hello.decode(new Decoder(bytes));
    this.#seenAs = hello.peerAddr;
    this.#state = { kind: "auth", peerType: hello.entityType };
    return [];
  }

  #onRequest(bytes: Uint8Array): Step[] {
    if (this.#state.kind !== "auth") throw unexpected(Tag.AUTH_REQUEST, this.state);
    const request = AuthRequestPayload.decode(new Decoder(bytes));
    const { peerType } = this.#state;
    this.#state = { kind: "verifying", peerType, request };
    return [{ kind: "verify", request, more: false, peerType }];
  }

  #onRequestMore(bytes: Uint8Array): Step[] {
    if (this.#state.kind !== "auth_more") throw unexpected(Tag.AUTH_REQUEST_MORE, this.state);
    const request = { ...this.#state.request, payload: AuthMore.decode(new Decoder(bytes)) };
    const { peerType } = this.#state;
    this.#state = { kind: "verifying", peerType, request };
    return [{ kind: "verify", request, more: true, peerType }];
  }

  #onSignature(bytes: Uint8Array): Step[] {
    if (this.#state.kind !== "signature") throw unexpected(Tag.AUTH_SIGNATURE, this.state);
    if (!sameSignature(decodeAll(bytes, AuthSignature.decode), this.#expectedSignature())) {
      throw new ProtocolError("Cannot open a session: the peer's signature of the handshake is wrong");
    }
    this.#state = { ...this.#state, kind: "ident" };
    return [];
  }

  #onReconnect(): Step[] {
    if (this.#state.kind !== "ident") throw unexpected(Tag.SESSION_RECONNECT, this.state);
    return [{ kind: "send", tag: Tag.SESSION_RESET, payload: payload(SessionReset, true) }];
  }

  #onClientIdent(bytes: Uint8Array): Step[] {
    if (this.#state.kind !== "ident") throw unexpected(Tag.CLIENT_IDENT, this.state);
    const ident = ClientIdent.decode(new Decoder(bytes));
    const first = ident.addrs[0];
    if (first === undefined || first.type === AddrType.none) {
      throw new ProtocolError("Cannot open a session: the peer has no address");
    }
    const addrs = this.#p.addrs();
    if (!addrs.some((a) => sameAddr(a, ident.target))) {
      throw new ProtocolError("Cannot open a session: the peer looks for another address or nonce than ours");
    }
    const missing = REQUIRED_FEATURES & ~ident.supported;
    if (missing !== 0n) {
      return [{ kind: "send", tag: Tag.IDENT_MISSING_FEATURES, payload: payload(Word, missing) }];
    }
    return this.#open(ident, addrs);
  }

  #open(ident: ClientIdent, addrs: EntityAddrVec): Step[] {
    if (this.#state.kind !== "ident") throw unexpected(Tag.CLIENT_IDENT, this.state);
    const { peerType, mode, identity } = this.#state;
    const answer: Ident = {
      addrs,
      gid: this.#p.gid(),
      globalSeq: this.#p.globalSeq,
      supported: SUPPORTED_FEATURES,
      required: REQUIRED_FEATURES,
      flags: FLAG_LOSSY,
      cookie: 0n,
    };
    this.#state = { kind: "open" };
    return [
      { kind: "send", tag: Tag.SERVER_IDENT, payload: payload(ServerIdent, answer) },
      {
        kind: "open",
        peer: {
          entityType: peerType,
          addrs: ident.addrs,
          gid: ident.gid,
          features: ident.supported & SUPPORTED_FEATURES,
          mode,
          identity,
          seenAs: this.#seenAs!,
        },
      },
    ];
  }
}
