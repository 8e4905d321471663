/** One peer's session with the monitor: who it is, what it may do, what it wants to be told. Upstream: mon/Session.h */

import type { CephxMonServer } from "../../../mgr/auth/cephx_mon_server.ts";
import { type MessageType, pack, Priority } from "../../../mgr/messages/message.ts";
import type { Connection } from "../../../mgr/msgr/connection.ts";
import type { PeerFacts } from "../../../mgr/msgr/handshake.ts";
import type { RawMessage } from "../../../mgr/types/raw_message.ts";
import { type EntityName, formatEntityName } from "../../../mgr/types/entity_name.ts";
import { MonCap, type MonCapRequest } from "../caps/mon_cap.ts";

/** A subscription: the next version that is wanted. */
export interface Subscription {
  next: bigint;
  readonly onetime: boolean;
}

/** How the session's messages leave; chaos stands in between. */
export type SendRaw = (session: Session, raw: RawMessage) => void;

/** A session, from the login to the end of its connection. */
export class Session {
  readonly connection: Connection;
  readonly peer: PeerFacts;
  readonly name: EntityName;
  /** `mgr.x` */
  readonly entity: string;
  readonly globalId: bigint;
  readonly ip: string;
  /** Answers MAuth for this login. */
  readonly login: CephxMonServer;
  readonly subscriptions = new Map<string, Subscription>();
  /** Epoch of the newest OSDMap that it was sent; 0: none yet. */
  osdEpoch = 0;
  /** PGs that this OSD was asked to make. */
  readonly toldPgs = new Set<string>();
  /** Short name of its host, as MMonSubscribe told. */
  hostname = "";
  /** The options that it was told last, as JSON. */
  lastConfig: string | undefined;
  readonly #cap: MonCap | undefined;
  readonly #send: SendRaw;

  constructor(connection: Connection, peer: PeerFacts, login: CephxMonServer, send: SendRaw) {
    const identity = peer.identity!;
    this.connection = connection;
    this.peer = peer;
    this.login = login;
    this.name = identity.entity;
    this.entity = formatEntityName(identity.entity);
    this.globalId = identity.globalId;
    this.ip = connection.socketAddr.ip;
    this.#cap = parseOrNone(identity.caps, this.entity);
    this.#send = send;
  }

  /** Whether its caps allow it. */
  may(request: MonCapRequest): boolean {
    return this.#cap?.isCapable(request, this.ip) ?? false;
  }

  /** Ends its connection. */
  close(reason: string): void {
    this.connection.close(reason);
  }

  /** Answers or tells; monitors send with high priority. */
  send<T>(type: MessageType<T>, value: T, tid = 0n): void {
    this.#send(this, pack(type, value, tid, Priority.high));
  }
}

/** Caps that do not parse grant nothing. */
function parseOrNone(text: string, entity: string): MonCap | undefined {
  try {
    return MonCap.parse(text, entity);
  } catch {
    return undefined;
  }
}
