/** cephx as a monitor: grants logins, renews tickets, hands out rotating secrets. For development monitors. Upstream: auth/cephx/CephxServiceHandler.cc */

import { DecodeError, Decoder, Encoder } from "../encoding/mod.ts";
import { EntityName, EntityType, entityTypeName, formatEntityName } from "../types/entity_name.ts";
import { METHOD_CEPHX } from "./authorizer.ts";
import {
  encodeTickets,
  type IssuedTicket,
  issueTicket,
  issueTickets,
  type TicketHolder,
  type TicketMaker,
} from "./cephx_mon_tickets.ts";
import {
  Authenticate,
  AuthMode,
  Authorize,
  RequestType,
  RotatingSecrets,
  TicketBlob,
  TicketInfo,
} from "./cephx_structs.ts";
import type { Verdict } from "./cephx_verifier.ts";
import type { CryptoKey } from "./crypto_key.ts";
import type { EntityAuth } from "./entity_auth.ts";
import {
  challengeAnswer,
  open,
  openFrom,
  randomU64,
  sameNumber,
  SealError,
  sealInto,
  Usage,
} from "./seal.ts";

const SECURE = 2;
const SECRET_BYTES = 64;
/** Since struct version 3 a client shows an old ticket when it wants its global_id again. */
const RECLAIM_V = 3;
const Errno = { eacces: -13, einval: -22, eopnotsupp: -95 } as const;
/** Only these get the secrets of their own type. */
const SERVICE_TYPES: readonly number[] = [EntityType.osd, EntityType.mds, EntityType.mgr];

/** What a monitor answers from. */
export interface MonAuthority extends TicketMaker {
  readonly entity: (name: EntityName) => EntityAuth | undefined;
  readonly newGlobalId: () => bigint;
  readonly modes: readonly number[];
  /** auth_allow_insecure_global_id_reclaim: legacy clients may take a global_id without a ticket. */
  readonly insecureReclaim: boolean;
  /** Told why a login or a request was refused: for the log. */
  readonly onRefusal?: (reason: string) => void;
}

/** The answer to an MAuth: `result` and the payload of MAuthReply. */
export interface RequestAnswer {
  readonly result: number;
  readonly payload: Uint8Array;
}

class Refused extends Error {
  constructor(readonly errno: number, reason: string) {
    super(reason);
  }
}

interface Login {
  readonly entity: EntityName;
  /** What the client wants to be; 0: somebody new. */
  readonly wanted: bigint;
  readonly mode: number;
}

/** An entity's proof of its key, checked: what it is granted, and with what old session key. */
interface Grant {
  readonly holder: TicketHolder;
  readonly ticket: IssuedTicket;
  readonly oldKey: CryptoKey | undefined;
  readonly others: readonly IssuedTicket[];
  readonly otherKeys: number;
}

const NOTHING = new Uint8Array(0);

/** One connection to the monitor: its login, then the requests of the session that it opened. */
export class CephxMonServer {
  readonly #a: MonAuthority;
  #challenge: bigint | undefined;
  #login: Login | undefined;
  #holder: TicketHolder | undefined;

  constructor(authority: MonAuthority) {
    this.#a = authority;
  }

  /** AUTH_REQUEST. Entities that nobody knows get a challenge too: who exists is not for strangers. */
  request(
    request: { method: number; modes: readonly number[]; payload: Uint8Array },
    _peerType: number,
  ): Verdict {
    return this.#guard(request.method, () => {
      const mode = request.modes.find((m) => this.#a.modes.includes(m));
      if (request.method !== METHOD_CEPHX || mode === undefined) {
        throw new Refused(Errno.eopnotsupp, "method or connection mode is not allowed");
      }
      const d = new Decoder(request.payload);
      if (d.u8() !== AuthMode.mon) throw new Refused(Errno.einval, "it is not a login");
      this.#login = { entity: EntityName.decode(d), wanted: d.u64(), mode };
      this.#challenge = randomU64(this.#a.random) || 1n;
      return { kind: "more", payload: new Encoder().u8(1).u64(this.#challenge).finish() };
    });
  }

  /** AUTH_REQUEST_MORE: the proof of the key. */
  more(payload: Uint8Array): Verdict {
    return this.#guard(METHOD_CEPHX, () => {
      const login = this.#login;
      if (login === undefined) throw new Refused(Errno.einval, "there was no login before it");
      const d = new Decoder(payload);
      if (d.u16() !== RequestType.getAuthSessionKey) {
        throw new Refused(Errno.einval, "it is no login request");
      }
      const grant = this.#authenticate(login.entity, login.wanted, Authenticate.decode(d));
      this.#holder = grant.holder;
      return this.#done(login, grant);
    });
  }

  /** The payload of an MAuth over the open session. Never throws for what a peer sends. */
  answer(payload: Uint8Array): RequestAnswer {
    try {
      const d = new Decoder(payload);
      const holder = this.#holder;
      if (holder === undefined) throw new Refused(Errno.eacces, "there was no login before it");
      const type = d.u16();
      const answer = this.#answers.get(type);
      if (answer === undefined) {
        throw new Refused(Errno.einval, `request 0x${type.toString(16)} is unknown`);
      }
      const e = new Encoder().u16(type).i32(0);
      answer(d, e, holder);
      return { result: 0, payload: e.finish() };
    } catch (e) {
      const { errno, reason } = asRefusal(e);
      this.#a.onRefusal?.(reason);
      return { result: errno, payload: NOTHING };
    }
  }

  readonly #answers: ReadonlyMap<number, (d: Decoder, e: Encoder, holder: TicketHolder) => void> = new Map([
    [RequestType.getAuthSessionKey, (d, e, holder) => this.#renewAuth(d, e, holder)],
    [RequestType.getPrincipalSessionKey, (d, e, holder) => this.#renewServices(d, e, holder)],
    [RequestType.getRotatingKey, (_, e, holder) => this.#rotating(e, holder)],
  ]);

  #guard(method: number, step: () => Verdict): Verdict {
    try {
      return step();
    } catch (e) {
      const { errno, reason } = asRefusal(e);
      this.#a.onRefusal?.(reason);
      const refusal = {
        method,
        result: errno,
        allowedMethods: [METHOD_CEPHX],
        allowedModes: this.#a.modes,
      };
      return { kind: "refused", refusal };
    }
  }

  /** Upstream: CephxServiceHandler::handle_request, case CEPHX_GET_AUTH_SESSION_KEY */
  #authenticate(entity: EntityName, wanted: bigint, request: Authenticate): Grant {
    const name = formatEntityName(entity);
    const auth = this.#a.entity(entity);
    if (auth === undefined) throw new Refused(Errno.eacces, `${name} is not known`);
    const expected = challengeAnswer(auth.key, this.#challenge!, request.clientChallenge);
    if (!sameNumber(request.key, expected)) throw new Refused(Errno.eacces, `${name} has another key`);
    if ((auth.caps.get("mon") ?? "") === "") throw new Refused(Errno.eacces, `${name} has no mon caps`);
    const oldKey = this.#checkReclaim(wanted, request);
    const holder = { entity, auth, globalId: wanted === 0n ? this.#a.newGlobalId() : wanted };
    const ticket = issueTicket(this.#a, holder, EntityType.auth);
    if (ticket === undefined) throw new Refused(Errno.eacces, "there are no secrets for AUTH tickets");
    const others = issueTickets(this.#a, holder, request.otherKeys);
    return { holder, ticket, oldKey, others, otherKeys: request.otherKeys };
  }

  /** Whether the client may be `wanted`; the session key of its old ticket if it showed one. Upstream: verify_old_ticket */
  #checkReclaim(wanted: bigint, request: Authenticate): CryptoKey | undefined {
    const { version, oldTicket } = request;
    if (oldTicket.blob.length === 0) {
      const insecure = version < RECLAIM_V && this.#a.insecureReclaim;
      if (wanted !== 0n && !insecure) throw new Refused(Errno.eacces, `no ticket for global_id ${wanted}`);
      return undefined;
    }
    if (wanted === 0n) {
      if (version < RECLAIM_V) return undefined;
      throw new Refused(Errno.einval, "an old ticket without a global_id");
    }
    const info = this.#openTicket(EntityType.auth, oldTicket);
    if (info.globalId !== wanted) {
      throw new Refused(Errno.eacces, `a ticket of global_id ${info.globalId} for ${wanted}`);
    }
    return info.sessionKey;
  }

  #openTicket(service: number, ticket: TicketBlob): TicketInfo {
    const secret = this.#a.secrets(service)?.secrets.get(ticket.secretId);
    if (secret === undefined) {
      throw new Refused(Errno.eacces, `secret ${ticket.secretId} of ${entityTypeName(service)} is gone`);
    }
    return TicketInfo.decode(new Decoder(open(secret.key, Usage.ticketInfo, ticket.blob)));
  }

  #done(login: Login, grant: Grant): Verdict {
    const { holder, ticket: { ticket: { sessionKey } }, otherKeys } = grant;
    const secure = login.mode === SECURE;
    if (secure && otherKeys === 0) throw new Refused(Errno.eopnotsupp, "secure mode needs other_keys");
    const connectionSecret = secure ? this.#a.random(SECRET_BYTES) : NOTHING;
    const e = new Encoder().u16(RequestType.getAuthSessionKey).i32(0);
    this.#encodeGrant(e, grant, connectionSecret);
    return {
      kind: "done",
      globalId: holder.globalId,
      mode: login.mode,
      payload: e.finish(),
      keys: { sessionKey: sessionKey.secret, connectionSecret },
      peer: {
        entity: holder.entity,
        globalId: holder.globalId,
        caps: holder.auth.caps.get("mon") ?? "",
        allowAll: false,
      },
    };
  }

  /** `connectionSecret` undefined: a renewal, which changes nothing on the connection. */
  #encodeGrant(e: Encoder, grant: Grant, connectionSecret: Uint8Array | undefined): void {
    const { random } = this.#a;
    const { sessionKey } = grant.ticket.ticket;
    encodeTickets(e, [grant.ticket], grant.holder.auth.key, grant.oldKey, random);
    if (grant.otherKeys === 0) return;
    if (connectionSecret === undefined) e.bytes(NOTHING);
    else {
      e.blob((e) =>
        sealInto(e, sessionKey, Usage.connectionSecret, (e) => void e.bytes(connectionSecret), random)
      );
    }
    e.blob((e) => encodeTickets(e, grant.others, sessionKey, undefined, random));
  }

  /** 0x0100 over the session: proves the key once more, by the challenge of the login, and the present ticket. */
  #renewAuth(d: Decoder, e: Encoder, holder: TicketHolder): void {
    const grant = this.#authenticate(holder.entity, holder.globalId, Authenticate.decode(d));
    this.#encodeGrant(e, grant, undefined);
  }

  /** 0x0200: an authorizer for AUTH and a mask of services. */
  #renewServices(d: Decoder, e: Encoder, holder: TicketHolder): void {
    if (d.u8() !== AuthMode.authorizer) throw new Refused(Errno.eacces, "it is not an authorizer");
    const globalId = d.u64();
    if (d.u32() !== EntityType.auth) throw new Refused(Errno.eacces, "its ticket is for another service");
    const info = this.#openTicket(EntityType.auth, TicketBlob.decode(d));
    if (globalId !== info.globalId || globalId !== holder.globalId) {
      throw new Refused(Errno.eacces, "its global_id is not that of its ticket");
    }
    openFrom(d, info.sessionKey, Usage.authorize, Authorize.decode);
    d.u8();
    const mask = d.u32();
    const tickets = issueTickets(this.#a, holder, mask);
    if (tickets.length === 0) throw new Refused(Errno.eacces, `no such services: 0x${mask.toString(16)}`);
    encodeTickets(e, tickets, info.sessionKey, undefined, this.#a.random);
  }

  /** 0x0400: the secrets of the asker's own type. */
  #rotating(e: Encoder, holder: TicketHolder): void {
    const { type } = holder.entity;
    const table = SERVICE_TYPES.includes(type) ? this.#a.secrets(type) : undefined;
    if (table === undefined) {
      throw new Refused(Errno.eacces, `${formatEntityName(holder.entity)} is no service`);
    }
    const write = (e: Encoder): void => RotatingSecrets.encode(e, table);
    sealInto(e, holder.auth.key, Usage.rotatingSecret, write, this.#a.random);
  }
}

/** Malformed bytes are -22; a box that does not open is a wrong key. */
function asRefusal(e: unknown): { errno: number; reason: string } {
  if (e instanceof Refused) return { errno: e.errno, reason: e.message };
  if (e instanceof SealError) return { errno: Errno.eacces, reason: e.message };
  if (e instanceof DecodeError) return { errno: Errno.einval, reason: e.message };
  throw e;
}
