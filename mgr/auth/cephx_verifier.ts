/** cephx as a service: verifies the authorizers of daemons and clients. Upstream: MonClient::handle_auth_request, cephx_verify_authorizer */

import { Buffer } from "node:buffer";
import { DecodeError, Decoder, Encoder } from "../encoding/mod.ts";
import { type EntityName, EntityType, entityTypeName } from "../types/entity_name.ts";
import { type ExchangeKeys, METHOD_CEPHX, METHOD_NONE, REPLY_V } from "./authorizer.ts";
import { AuthMode, Authorize, TicketBlob, TicketInfo } from "./cephx_structs.ts";
import type { CryptoKey } from "./crypto_key.ts";
import {
  open,
  type RandomBytes,
  randomBytes,
  randomU64,
  sameNumber,
  seal,
  SealError,
  sealInto,
  Usage,
} from "./seal.ts";

const SECURE = 2;
const SECRET_BYTES = 64;
const EACCES = -13;
const EOPNOTSUPP = -95;

/** Who a peer is: PeerIdentity of mgr/msgr/authenticator.ts. */
export interface VerifiedPeer {
  readonly entity: EntityName;
  readonly globalId: bigint;
  readonly caps: string;
  readonly allowAll: boolean;
}

/** AuthVerdict of mgr/msgr/authenticator.ts. */
export type Verdict =
  | { readonly kind: "more"; readonly payload: Uint8Array }
  | {
    readonly kind: "refused";
    readonly refusal: {
      method: number;
      result: number;
      allowedMethods: readonly number[];
      allowedModes: readonly number[];
    };
  }
  | {
    readonly kind: "done";
    readonly globalId: bigint;
    readonly mode: number;
    readonly payload: Uint8Array;
    readonly keys: ExchangeKeys;
    readonly peer: VerifiedPeer;
  };

/** What we allow, the same for everybody or by the entity type of HELLO. */
export type Allowed = readonly number[] | ((peerType: number) => readonly number[]);

/** What a service checks tickets with. */
export interface VerifierOptions {
  /** Our own type: only tickets for it are good. */
  readonly service: number;
  /** METHOD_CEPHX, METHOD_NONE, or both. */
  readonly methods: Allowed;
  /** Connection modes; the peer's order decides. */
  readonly modes: Allowed;
  readonly secret: (id: bigint) => CryptoKey | undefined;
  /** Fetches the secrets anew, once, when a ticket names one that we do not have. */
  readonly refetch: () => Promise<void>;
  readonly random?: RandomBytes;
  /** Told why a peer was refused: for the log. */
  readonly onRefusal?: (reason: string) => void;
}

interface Request {
  readonly method: number;
  readonly modes: readonly number[];
  readonly payload: Uint8Array;
}

interface Authorizer {
  readonly globalId: bigint;
  readonly secretId: bigint;
  readonly blob: Uint8Array;
  readonly sealed: Uint8Array;
}

class Refused extends Error {}

/** One connection's authentication. There is always a challenge round; it proves that the authorizer is not a replay. */
export class CephxVerifier {
  readonly #o: VerifierOptions;
  readonly #random: RandomBytes;
  #mode = 0;
  #peerType = 0;
  #challenge: bigint | undefined;
  /** The ticket of the first round: the second one has the same again. */
  #ticket: { readonly blob: Uint8Array; readonly info: TicketInfo } | undefined;

  constructor(options: VerifierOptions) {
    this.#o = options;
    this.#random = options.random ?? randomBytes;
  }

  /** AUTH_REQUEST. */
  async request(request: Request, peerType: number): Promise<Verdict> {
    this.#peerType = peerType;
    const allowed = this.#allowed(this.#o.modes);
    const modes = request.method === METHOD_NONE ? allowed.filter((m) => m !== SECURE) : allowed;
    const mode = request.modes.find((m) => modes.includes(m));
    if (!this.#allowed(this.#o.methods).includes(request.method) || mode === undefined) {
      return this.#refuse(request.method, EOPNOTSUPP, "its method or connection mode is not allowed");
    }
    this.#mode = mode;
    if (request.method === METHOD_NONE) return this.#guard(METHOD_NONE, () => this.#none(request.payload));
    return await this.#guard(METHOD_CEPHX, () => this.#authorize(request.payload));
  }

  /** AUTH_REQUEST_MORE: the whole authorizer again, with the answer to our challenge. */
  async more(payload: Uint8Array): Promise<Verdict> {
    return await this.#guard(METHOD_CEPHX, () => this.#authorize(payload));
  }

  async #guard(method: number, step: () => Verdict | Promise<Verdict>): Promise<Verdict> {
    try {
      return await step();
    } catch (e) {
      if (e instanceof Refused || e instanceof SealError || e instanceof DecodeError) {
        return this.#refuse(method, EACCES, e.message);
      }
      throw e;
    }
  }

  #refuse(method: number, result: number, reason: string): Verdict {
    this.#o.onRefusal?.(reason);
    const { methods, modes } = this.#o;
    const [allowedMethods, allowedModes] = [this.#allowed(methods), this.#allowed(modes)];
    return { kind: "refused", refusal: { method, result, allowedMethods, allowedModes } };
  }

  #allowed(what: Allowed): readonly number[] {
    return typeof what === "function" ? what(this.#peerType) : what;
  }

  /** Clusters without authentication: name and id are taken as told, everything is allowed. */
  #none(payload: Uint8Array): Verdict {
    const d = new Decoder(payload);
    if (d.u8() !== AuthMode.authorizer) throw new Refused("its request is not an authorizer");
    const entity = { type: d.u32(), id: d.string() };
    const globalId = d.u64();
    this.#checkType(entity);
    return {
      kind: "done",
      globalId,
      mode: this.#mode,
      payload: new Uint8Array(0),
      keys: { sessionKey: new Uint8Array(0), connectionSecret: new Uint8Array(0) },
      peer: { entity, globalId, caps: "", allowAll: true },
    };
  }

  async #authorize(payload: Uint8Array): Promise<Verdict> {
    const authorizer = this.#parse(payload);
    const info = await this.#open(authorizer);
    if (info.globalId !== authorizer.globalId) throw new Refused("its global_id is not that of its ticket");
    this.#checkType(info.name);
    const authorize = Authorize.decode(
      new Decoder(open(info.sessionKey, Usage.authorize, authorizer.sealed)),
    );
    if (this.#challenge === undefined) return this.#challengePeer(info);
    if (!authorize.haveChallenge || !sameNumber(authorize.challengePlusOne, this.#challenge + 1n)) {
      throw new Refused("its answer to the challenge is wrong");
    }
    return this.#accept(info, authorize);
  }

  #parse(payload: Uint8Array): Authorizer {
    const d = new Decoder(payload);
    if (d.u8() !== AuthMode.authorizer) throw new Refused("its request is not an authorizer");
    const globalId = d.u64();
    if (d.u32() !== this.#o.service) throw new Refused("its ticket is for another service");
    const { secretId, blob } = TicketBlob.decode(d);
    return { globalId, secretId, blob, sealed: d.bytes() };
  }

  async #open({ secretId, blob }: Authorizer): Promise<TicketInfo> {
    const known = this.#ticket;
    if (known !== undefined && Buffer.compare(known.blob, blob) === 0) return known.info;
    const secret = await this.#secret(secretId);
    const info = TicketInfo.decode(new Decoder(open(secret, Usage.ticketInfo, blob)));
    this.#ticket = { blob, info };
    return info;
  }

  async #secret(id: bigint): Promise<CryptoKey> {
    if (this.#o.secret(id) === undefined) await this.#refetch();
    const secret = this.#o.secret(id);
    if (secret === undefined) {
      throw new Refused(`its ticket was sealed with secret ${id}, which is not known here`);
    }
    return secret;
  }

  /** Without a monitor there is nothing to fetch, which is no fault of the connection. */
  async #refetch(): Promise<void> {
    try {
      await this.#o.refetch();
    } catch (e) {
      throw new Refused(
        `its ticket needs a newer secret, and there is none: ${e instanceof Error ? e.message : e}`,
      );
    }
  }

  /**
   * HELLO's claim must be that of the ticket: real daemons do not compare, so anybody can pose there. "client" is
   * true of everybody: `ceph -n mgr.x` says so, whatever its ticket.
   */
  #checkType(entity: EntityName): void {
    if (entity.type !== this.#peerType && this.#peerType !== EntityType.client) {
      throw new Refused(
        `it says to be of type ${entityTypeName(this.#peerType)}, its ticket says ${
          entityTypeName(entity.type)
        }`,
      );
    }
  }

  #challengePeer(info: TicketInfo): Verdict {
    this.#challenge = randomU64(this.#random);
    const body = new Encoder(9).u8(1).u64(this.#challenge).finish();
    return { kind: "more", payload: seal(info.sessionKey, Usage.authorizeChallenge, body, this.#random) };
  }

  #accept(info: TicketInfo, authorize: Authorize): Verdict {
    const secure = this.#mode === SECURE;
    const connectionSecret = secure ? this.#random(SECRET_BYTES) : new Uint8Array(0);
    const reply = new Encoder();
    sealInto(reply, info.sessionKey, Usage.authorizeReply, (e) => {
      e.u8(secure ? REPLY_V.withSecret : REPLY_V.plain).u64(BigInt.asUintN(64, authorize.nonce + 1n));
      if (secure) e.bytes(connectionSecret);
    }, this.#random);
    return {
      kind: "done",
      globalId: info.globalId,
      mode: this.#mode,
      payload: reply.finish(),
      keys: { sessionKey: info.sessionKey.secret, connectionSecret },
      peer: { entity: info.name, globalId: info.globalId, caps: info.caps, allowAll: info.allowAll },
    };
  }
}

/** Entities of monitors have an empty id and global_id 0; they may do everything. */
export function isMonitor(peer: VerifiedPeer): boolean {
  return peer.entity.type === EntityType.mon;
}
