/** Authorizers: how one daemon proves to another who it is. Upstream: CephXTicketHandler::build_authorizer, CephXAuthorizer */

import { Decoder, Encoder } from "../encoding/mod.ts";
import { AuthMode, Authorize, STRUCT_V, TicketBlob } from "./cephx_structs.ts";
import { open, openFrom, type RandomBytes, randomU64, sameNumber, sealInto, Usage } from "./seal.ts";
import type { Ticket } from "./tickets.ts";

/** Number of cephx on the wire. Upstream: CEPH_AUTH_CEPHX */
export const METHOD_CEPHX = 2;
/** Number of "no authentication". Upstream: CEPH_AUTH_NONE */
export const METHOD_NONE = 1;

/** The bytes of an authorizer for a service, with the challenge that the server sent, if it has. */
export function authorizerBytes(
  ticket: Ticket,
  globalId: bigint,
  nonce: bigint,
  challenge: bigint | undefined,
  random: RandomBytes,
): Uint8Array<ArrayBuffer> {
  const e = new Encoder();
  e.u8(AuthMode.authorizer).u64(globalId).u32(ticket.service);
  TicketBlob.encode(e, ticket.blob);
  const authorize: Authorize = {
    nonce,
    haveChallenge: challenge !== undefined,
    challengePlusOne: challenge === undefined ? 0n : BigInt.asUintN(64, challenge + 1n),
  };
  sealInto(e, ticket.sessionKey, Usage.authorize, (e) => Authorize.encode(e, authorize), random);
  return e.finish();
}

/** Keys that a successful exchange yields: those of mgr/msgr/authenticator.ts. */
export interface ExchangeKeys {
  readonly sessionKey: Uint8Array;
  readonly connectionSecret: Uint8Array;
}

/** The client's side toward an OSD, an MDS or a manager: one object for one connection. */
export class AuthorizerClient {
  readonly #ticket: Ticket;
  readonly #globalId: bigint;
  readonly #modes: readonly number[];
  readonly #random: RandomBytes;
  readonly #nonce: bigint;
  readonly #onRefused: () => void;

  /** `onRefused`: the peer does not take the ticket. */
  constructor(
    ticket: Ticket,
    globalId: bigint,
    modes: readonly number[],
    random: RandomBytes,
    onRefused: () => void = () => {},
  ) {
    this.#ticket = ticket;
    this.#globalId = globalId;
    this.#modes = modes;
    this.#random = random;
    this.#nonce = randomU64(random);
    this.#onRefused = onRefused;
  }

  begin(): { method: number; modes: readonly number[]; payload: Uint8Array } {
    return { method: METHOD_CEPHX, modes: this.#modes, payload: this.#bytes(undefined) };
  }

  refused(): undefined {
    this.#onRefused();
  }

  more(payload: Uint8Array): Uint8Array {
    const d = new Decoder(open(this.#ticket.sessionKey, Usage.authorizeChallenge, payload));
    d.u8();
    return this.#bytes(d.u64());
  }

  done(_globalId: bigint, _mode: number, payload: Uint8Array): ExchangeKeys {
    const { sessionKey } = this.#ticket;
    return openFrom(new Decoder(payload), sessionKey, Usage.authorizeReply, (d) => {
      const version = d.u8();
      if (!sameNumber(d.u64(), this.#nonce + 1n)) {
        throw new Error("Cannot authenticate: the peer does not know the session key of our ticket");
      }
      return {
        sessionKey: sessionKey.secret,
        connectionSecret: version >= 2 ? d.bytes().slice() : new Uint8Array(0),
      };
    });
  }

  #bytes(challenge: bigint | undefined): Uint8Array<ArrayBuffer> {
    return authorizerBytes(this.#ticket, this.#globalId, this.#nonce, challenge, this.#random);
  }
}

/** The struct version that server replies carry without and with a connection secret. */
export const REPLY_V = { plain: STRUCT_V, withSecret: 2 } as const;
