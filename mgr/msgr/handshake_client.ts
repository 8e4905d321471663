/** The client's side of a handshake: pure steps. Upstream: ProtocolV2::post_client_banner_exchange .. handle_server_ident */

import { decodeAll, Decoder } from "../encoding/mod.ts";
import { AddrType, type EntityAddr, type EntityAddrVec, sameAddr } from "../types/entity_addr.ts";
import type { Authenticator, AuthRefusal, SessionKeys } from "./authenticator.ts";
import {
  AuthBadMethod,
  AuthDone,
  AuthMore,
  AuthRequestPayload,
  AuthSignature,
  ClientIdent,
  Hello,
  payload,
  ServerIdent,
  unexpected,
  Word,
} from "./control.ts";
import { sameSignature } from "./crypto.ts";
import { AuthRefusedError, ProtocolError } from "./errors.ts";
import { FLAG_LOSSY, REQUIRED_FEATURES, SUPPORTED_FEATURES } from "./features.ts";
import type { Handshake, Step } from "./handshake.ts";
import { Tag, tagName } from "./tags.ts";

/** Who dials whom. */
export interface ClientParameters {
  readonly entityType: number;
  /** The address dialled, with the nonce that the peer's map names; 0 for monitors. */
  readonly target: EntityAddr;
  readonly targetType: number;
  readonly authenticator: Authenticator;
  /** Our own nonce, in the address of CLIENT_IDENT. */
  readonly nonce: number;
  /** Our global_id if there is one already; the one that AUTH_DONE gives otherwise. */
  readonly gid?: bigint;
  /** Our ip where it must be the same toward all peers; else the one under which this peer sees us. */
  readonly ip?: string;
  /** Where we listen, if we do: that is our address then. */
  readonly addrs?: EntityAddrVec;
  readonly globalSeq: bigint;
}

type State =
  | { readonly kind: "hello" }
  | { readonly kind: "auth"; readonly offered: readonly number[]; readonly more: boolean }
  | { readonly kind: "signature"; readonly done: AuthDone }
  | { readonly kind: "ident"; readonly done: AuthDone }
  | { readonly kind: "open" };

/** How servers answer an ident that we never resume: the connection ends and its owner dials anew. */
const REDIAL: ReadonlyMap<number, string> = new Map([
  [Tag.SESSION_RESET, "the peer reset the session"],
  [Tag.SESSION_RETRY, "the peer wants another connect_seq"],
  [Tag.SESSION_RETRY_GLOBAL, "the peer wants another global_seq"],
  [Tag.SESSION_RECONNECT_OK, "the peer resumed a session that we do not have"],
  [Tag.WAIT, "the peer wants to dial itself"],
]);

/** One connection that we opened. Always lossy: there is no cookie and nothing is resumed. */
export class ClientHandshake implements Handshake {
  readonly #p: ClientParameters;
  /** The signature that the peer must send, asked for when its frame comes. */
  readonly #expectedSignature: () => Uint8Array;
  #state: State = { kind: "hello" };
  #seenAs: EntityAddr | undefined;

  constructor(parameters: ClientParameters, expectedSignature: () => Uint8Array) {
    this.#p = parameters;
    this.#expectedSignature = expectedSignature;
  }

  get state(): string {
    return this.#state.kind;
  }

  begin(): Step[] {
    const hello = { entityType: this.#p.entityType, peerAddr: this.#p.target };
    return [{ kind: "send", tag: Tag.HELLO, payload: payload(Hello, hello) }];
  }

  frame(tag: number, bytes: Uint8Array): Step[] {
    switch (tag) {
      case Tag.HELLO:
        return this.#onHello(bytes);
      case Tag.AUTH_BAD_METHOD:
        return this.#onBadMethod(bytes);
      case Tag.AUTH_REPLY_MORE:
        return this.#onReplyMore(bytes);
      case Tag.AUTH_DONE:
        return this.#onDone(bytes);
      case Tag.AUTH_SIGNATURE:
        return this.#onSignature(bytes);
      case Tag.SERVER_IDENT:
        return this.#onServerIdent(bytes);
      case Tag.IDENT_MISSING_FEATURES:
        return this.#onMissingFeatures(bytes);
    }
    const reason = REDIAL.get(tag);
    if (this.#state.kind !== "ident" || reason === undefined) throw unexpected(tag, this.state);
    throw new ProtocolError(`Cannot open a session: ${reason} (${tagName(tag)})`);
  }

  #onHello(bytes: Uint8Array): Step[] {
    if (this.#state.kind !== "hello") throw unexpected(Tag.HELLO, this.state);
    const hello = Hello.decode(new Decoder(bytes));
    if (hello.entityType !== this.#p.targetType) {
      throw new ProtocolError(
        `Cannot open a session: the peer is of entity type ${hello.entityType}, not ${this.#p.targetType}`,
      );
    }
    this.#seenAs = hello.peerAddr;
    return this.#request(this.#p.authenticator.begin());
  }

  #request(request: { method: number; modes: readonly number[]; payload: Uint8Array }): Step[] {
    this.#state = { kind: "auth", offered: request.modes, more: false };
    return [{ kind: "send", tag: Tag.AUTH_REQUEST, payload: payload(AuthRequestPayload, request) }];
  }

  #onBadMethod(bytes: Uint8Array): Step[] {
    if (this.#state.kind !== "auth") throw unexpected(Tag.AUTH_BAD_METHOD, this.state);
    const refusal: AuthRefusal = AuthBadMethod.decode(new Decoder(bytes));
    const next = this.#p.authenticator.refused(refusal);
    // A server that has sent a challenge takes no fresh request: its owner must dial again.
    if (next === undefined || this.#state.more) {
      throw new AuthRefusedError(refusal);
    }
    return this.#request(next);
  }

  #onReplyMore(bytes: Uint8Array): Step[] {
    if (this.#state.kind !== "auth") throw unexpected(Tag.AUTH_REPLY_MORE, this.state);
    const answer = this.#p.authenticator.more(AuthMore.decode(new Decoder(bytes)));
    this.#state = { ...this.#state, more: true };
    return [{ kind: "send", tag: Tag.AUTH_REQUEST_MORE, payload: payload(AuthMore, answer) }];
  }

  #onDone(bytes: Uint8Array): Step[] {
    if (this.#state.kind !== "auth") throw unexpected(Tag.AUTH_DONE, this.state);
    const done = AuthDone.decode(new Decoder(bytes));
    // A real client takes any mode; that would let an attacker switch encryption off.
    if (!this.#state.offered.includes(done.mode)) {
      throw new ProtocolError(
        `Cannot open a session: the peer chose connection mode ${done.mode}, which was not offered`,
      );
    }
    const keys: SessionKeys = this.#p.authenticator.done(done.globalId, done.mode, done.payload);
    this.#state = { kind: "signature", done };
    return [{ kind: "switch", mode: done.mode, keys }, { kind: "sign" }];
  }

  #onSignature(bytes: Uint8Array): Step[] {
    if (this.#state.kind !== "signature") throw unexpected(Tag.AUTH_SIGNATURE, this.state);
    if (!sameSignature(decodeAll(bytes, AuthSignature.decode), this.#expectedSignature())) {
      throw new ProtocolError("Cannot open a session: the peer's signature of the handshake is wrong");
    }
    const { done } = this.#state;
    this.#state = { kind: "ident", done };
    const ident: ClientIdent = {
      addrs: this.#p.addrs ?? [this.#blankAddr()],
      target: this.#p.target,
      gid: this.#p.gid ?? done.globalId,
      globalSeq: this.#p.globalSeq,
      supported: SUPPORTED_FEATURES,
      required: REQUIRED_FEATURES,
      flags: FLAG_LOSSY,
      cookie: 0n,
    };
    return [{ kind: "send", tag: Tag.CLIENT_IDENT, payload: payload(ClientIdent, ident) }];
  }

  #blankAddr(): EntityAddr {
    return { type: AddrType.any, nonce: this.#p.nonce, ip: this.#p.ip ?? this.#seenAs!.ip, port: 0 };
  }

  #onServerIdent(bytes: Uint8Array): Step[] {
    if (this.#state.kind !== "ident") throw unexpected(Tag.SERVER_IDENT, this.state);
    const ident = ServerIdent.decode(new Decoder(bytes));
    if (!ident.addrs.some((a) => sameAddr(a, this.#p.target))) {
      throw new ProtocolError(
        "Cannot open a session: the peer is not the one that was dialled (another address or nonce)",
      );
    }
    const missing = REQUIRED_FEATURES & ~ident.supported;
    if (missing !== 0n) {
      throw new ProtocolError(`Cannot open a session: the peer lacks features 0x${missing.toString(16)}`);
    }
    const { done } = this.#state;
    this.#state = { kind: "open" };
    return [{
      kind: "open",
      peer: {
        entityType: this.#p.targetType,
        addrs: ident.addrs,
        gid: ident.gid,
        features: ident.supported & SUPPORTED_FEATURES,
        mode: done.mode,
        globalId: done.globalId,
        seenAs: this.#seenAs!,
      },
    }];
  }

  #onMissingFeatures(bytes: Uint8Array): Step[] {
    if (this.#state.kind !== "ident") throw unexpected(Tag.IDENT_MISSING_FEATURES, this.state);
    const missing = Word.decode(new Decoder(bytes));
    throw new ProtocolError(`Cannot open a session: the peer requires features 0x${missing.toString(16)}`);
  }
}
