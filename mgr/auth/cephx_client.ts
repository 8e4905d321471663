/** cephx as a client of the monitors: login, tickets, renewal, rotating secrets. Upstream: auth/cephx/CephxClientHandler.cc */

import { Decoder, Encoder } from "../encoding/mod.ts";
import { EntityName, EntityType } from "../types/entity_name.ts";
import { authorizerBytes, AuthorizerClient, type ExchangeKeys, METHOD_CEPHX } from "./authorizer.ts";
import { Authenticate, AuthMode, NO_TICKET, RequestType, RotatingSecrets } from "./cephx_structs.ts";
import { type CryptoKey } from "./crypto_key.ts";
import { RotatingKeys } from "./rotating_keys.ts";
import { challengeAnswer, openFrom, type RandomBytes, randomBytes, randomU64, Usage } from "./seal.ts";
import { readTickets, type Ticket } from "./tickets.ts";

/** Service tickets that a manager needs: mon, mds, osd, mgr; and the AUTH ticket itself. */
export const MGR_SERVICES = EntityType.mon | EntityType.mds | EntityType.osd | EntityType.mgr |
  EntityType.auth;

/** A monitor may be asked for rotating secrets so often: unknown ids of strangers must not become its load. */
const MIN_ROTATING_MS = 1000;
/** A renewal that failed is tried again after so long, or sooner where tickets live short. Upstream: mon_client_ping_interval */
const RENEWAL_PAUSE_MS = 10_000;
const EACCES = -13;

/** A monitor answered an authentication request with an error. */
export class CephxError extends Error {
  override readonly name = "CephxError";

  constructor(message: string, readonly errno: number) {
    super(message);
  }
}

/** Who logs in, and with what. */
export interface CephxClientOptions {
  readonly entity: EntityName;
  readonly key: CryptoKey;
  /** Mask of services whose tickets are wanted. Never 0: without any, only crc mode is possible. */
  readonly services: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly random?: RandomBytes;
}

/** Our identity to the cluster: global_id, tickets, rotating secrets. Outlives the sessions with monitors. */
export class CephxClient {
  readonly #o: CephxClientOptions;
  readonly #random: RandomBytes;
  readonly #tickets = new Map<number, Ticket>();
  readonly rotating = new RotatingKeys();
  #globalId = 0n;
  #serverChallenge = 0n;
  #rotatingAsked = -Infinity;
  #renewalAsked = -Infinity;

  constructor(options: CephxClientOptions) {
    this.#o = options;
    this.#random = options.random ?? randomBytes;
  }

  /** Our number in the cluster; 0 before the first login. */
  get globalId(): bigint {
    return this.#globalId;
  }

  get entity(): EntityName {
    return this.#o.entity;
  }

  /** Gives up global_id and tickets: after a refused reclaim, the next login makes us somebody else. */
  forgetIdentity(): void {
    this.#globalId = 0n;
    this.#tickets.clear();
  }

  /** For one connection to a monitor. What its `done` learns is taken over at once. */
  monAuthenticator(modes: readonly number[]): MonLogin {
    return new MonLogin(modes, this.#o.entity, this.#globalId, {
      authenticate: (challenge) => this.#authenticate(challenge),
      done: (wanted, globalId, challenge, payload) => this.#loggedIn(wanted, globalId, challenge, payload),
    });
  }

  /** For one connection to a daemon of type `service`; undefined without a ticket for it. */
  authorizer(service: number, modes: readonly number[]): AuthorizerClient | undefined {
    const ticket = this.#tickets.get(service);
    return ticket &&
      new AuthorizerClient(ticket, this.#globalId, modes, this.#random, () => this.#distrust(ticket));
  }

  /** A daemon refused it: its secrets may have been replaced, so a new ticket is due. */
  #distrust(ticket: Ticket): void {
    if (this.#tickets.get(ticket.service) !== ticket) return;
    this.#tickets.set(ticket.service, { ...ticket, renewAfter: this.#o.now() });
  }

  /** The next request that keeps our tickets fresh, or undefined. For the payload of MAuth. */
  renewal(): Uint8Array | undefined {
    const now = this.#o.now();
    const auth = this.#tickets.get(EntityType.auth);
    if (auth === undefined || now - this.#renewalAsked < this.#renewalPause()) return undefined;
    if (now >= auth.renewAfter) {
      this.#renewalAsked = now;
      const e = new Encoder().u16(RequestType.getAuthSessionKey);
      Authenticate.encode(e, this.#authenticate(this.#serverChallenge));
      return e.finish();
    }
    const due = [...this.#tickets.values()].filter((t) => now >= t.renewAfter).reduce(
      (mask, t) => mask | t.service,
      0,
    );
    if (due === 0) return undefined;
    this.#renewalAsked = now;
    const nonce = randomU64(this.#random);
    return new Encoder().u16(RequestType.getPrincipalSessionKey)
      .raw(authorizerBytes(auth, this.#globalId, nonce, undefined, this.#random))
      .u8(1).u32(due).finish();
  }

  /** Half of the time that the shortest-lived ticket has left when it is due. */
  #renewalPause(): number {
    const halves = [...this.#tickets.values()].map(({ expires, renewAfter }) => (expires - renewAfter) / 2);
    return Math.min(RENEWAL_PAUSE_MS, ...halves);
  }

  /** Our AUTH ticket has expired without a renewal: only a new login gives another one. */
  get lapsed(): boolean {
    const auth = this.#tickets.get(EntityType.auth);
    return auth !== undefined && this.#o.now() >= auth.expires;
  }

  /** Asks for the rotating secrets of our own daemon type; undefined within a second of the last request. */
  rotatingRequest(): Uint8Array | undefined {
    const now = this.#o.now();
    if (now - this.#rotatingAsked < MIN_ROTATING_MS) return undefined;
    this.#rotatingAsked = now;
    return new Encoder().u16(RequestType.getRotatingKey).finish();
  }

  /** Takes the result of an MAuth. Throws CephxError for a refusal. */
  reply(result: number, payload: Uint8Array): void {
    if (result < 0) throw new CephxError(`Cannot renew tickets: the monitor answers ${result}`, result);
    const d = new Decoder(payload);
    const type = d.u16();
    const status = d.i32();
    if (status < 0) throw new CephxError(`Cannot renew tickets: the monitor answers ${status}`, status);
    switch (type) {
      case RequestType.getAuthSessionKey:
        return this.#keep(this.#readLogin(d).tickets);
      case RequestType.getPrincipalSessionKey:
        return this.#keep(this.#read(d, this.#authKey()));
      case RequestType.getRotatingKey:
        return this.rotating.replace(
          openFrom(d, this.#o.key, Usage.rotatingSecret, RotatingSecrets.decode),
          this.#o.now(),
        );
    }
    d.fail(`answer to an unknown request 0x${type.toString(16)}`);
  }

  #authenticate(serverChallenge: bigint): Authenticate {
    const clientChallenge = randomU64(this.#random);
    return {
      version: 3,
      clientChallenge,
      key: challengeAnswer(this.#o.key, serverChallenge, clientChallenge),
      oldTicket: this.#tickets.get(EntityType.auth)?.blob ?? NO_TICKET,
      otherKeys: this.#o.services,
    };
  }

  /** Nothing changes before the whole answer has been read and opened with our key. */
  #loggedIn(wanted: bigint, globalId: bigint, challenge: bigint, payload: Uint8Array): ExchangeKeys {
    const d = new Decoder(payload);
    const type = d.u16();
    if (type !== RequestType.getAuthSessionKey) d.fail(`answer to another request 0x${type.toString(16)}`);
    const status = d.i32();
    if (status < 0) throw new CephxError(`Cannot log in: the monitor answers ${status}`, status);
    const { tickets, connectionSecret, sessionKey } = this.#readLogin(d);
    if (globalId === 0n || (wanted !== 0n && globalId !== wanted)) {
      throw new CephxError(`Cannot log in: the monitor makes us ${globalId} instead of ${wanted}`, EACCES);
    }
    this.#serverChallenge = challenge;
    this.#globalId = globalId;
    this.#rotatingAsked = this.#renewalAsked = -Infinity;
    this.#keep(tickets);
    return { connectionSecret, sessionKey: sessionKey.secret };
  }

  /** The AUTH ticket, the connection secret if there is one, and the tickets of the services. */
  #readLogin(d: Decoder): { tickets: Ticket[]; connectionSecret: Uint8Array; sessionKey: CryptoKey } {
    const own = this.#read(d, this.#o.key);
    const auth = own.find((ticket) => ticket.service === EntityType.auth);
    const { sessionKey } = auth ?? d.fail("there is no AUTH ticket in it");
    const sealed = d.bytes();
    const connectionSecret = sealed.length === 0
      ? sealed
      : openFrom(new Decoder(sealed), sessionKey, Usage.connectionSecret, (d) => d.bytes().slice());
    const list = d.bytes();
    const others = list.length === 0 ? [] : this.#read(new Decoder(list), sessionKey);
    return { tickets: [...own, ...others], connectionSecret, sessionKey };
  }

  #authKey(): CryptoKey {
    const auth = this.#tickets.get(EntityType.auth);
    if (auth === undefined) throw new CephxError("Cannot renew tickets: the AUTH ticket is gone", EACCES);
    return auth.sessionKey;
  }

  #read(d: Decoder, key: CryptoKey): Ticket[] {
    return readTickets(d, key, this.#o.now(), (service) => this.#tickets.get(service)?.sessionKey);
  }

  #keep(tickets: readonly Ticket[]): void {
    for (const ticket of tickets) this.#tickets.set(ticket.service, ticket);
  }
}

interface LoginSteps {
  authenticate(serverChallenge: bigint): Authenticate;
  done(wanted: bigint, globalId: bigint, serverChallenge: bigint, payload: Uint8Array): ExchangeKeys;
}

/** The login on one connection to a monitor. */
export class MonLogin {
  readonly #modes: readonly number[];
  readonly #entity: EntityName;
  readonly #globalId: bigint;
  readonly #steps: LoginSteps;
  #challenge = 0n;

  constructor(modes: readonly number[], entity: EntityName, globalId: bigint, steps: LoginSteps) {
    this.#modes = modes;
    this.#entity = entity;
    this.#globalId = globalId;
    this.#steps = steps;
  }

  begin(): { method: number; modes: readonly number[]; payload: Uint8Array } {
    const e = new Encoder().u8(AuthMode.mon);
    EntityName.encode(e, this.#entity);
    return { method: METHOD_CEPHX, modes: this.#modes, payload: e.u64(this.#globalId).finish() };
  }

  refused(): undefined {
    return undefined;
  }

  more(payload: Uint8Array): Uint8Array {
    const d = new Decoder(payload);
    d.u8();
    this.#challenge = d.u64();
    const e = new Encoder().u16(RequestType.getAuthSessionKey);
    Authenticate.encode(e, this.#steps.authenticate(this.#challenge));
    return e.finish();
  }

  done(globalId: bigint, _mode: number, payload: Uint8Array): ExchangeKeys {
    return this.#steps.done(this.#globalId, globalId, this.#challenge, payload);
  }
}
