/** One peer of ours: who it has proved to be, and what its connection has told so far. */

import { MgrCap } from "../auth/mgr_cap.ts";
import type { PeerFacts } from "../msgr/handshake.ts";
import type { PeerIdentity } from "../msgr/authenticator.ts";
import type { DaemonKey } from "../state/daemon_state.ts";
import type { DaemonCounters } from "../state/perf_counters.ts";
import { type EntityAddr, formatAddrVec } from "../types/entity_addr.ts";
import { type EntityName, EntityType, formatEntityName, formatEntityNum } from "../types/entity_name.ts";
import type { RawMessage } from "../types/raw_message.ts";
import type { DaemonConnection } from "./context.ts";
import { Throttle } from "./throttle.ts";

/** Commands in hand of one connection: the CLI has one, libraries a few. */
export const MAX_COMMANDS_PER_CONNECTION = 64;
/** A monitor forwards the commands of many clients. Upstream: mgr_mon_messages */
export const MAX_COMMANDS_PER_MONITOR = 128;
/** Input data of the commands in hand of one connection. */
const MAX_COMMAND_BYTES = 128 * 1024 * 1024;

/** A connection and what it stands for. Decisions are taken by the ticket's entity, never by what HELLO claims. */
export class Session {
  readonly #connection: DaemonConnection;
  #commands: Throttle | undefined;
  readonly peer: PeerFacts;
  readonly entity: EntityName;
  readonly globalId: bigint;
  /** Everything for monitors. */
  readonly cap: MgrCap;
  /** The connection has not ended. */
  isOpen = true;
  /** The daemon that this session has opened for. */
  key: DaemonKey | undefined;
  /** What it declared and reported; a later session of the same daemon takes the place of this one. */
  counters: DaemonCounters | undefined;

  constructor(connection: DaemonConnection, peer: PeerFacts, identity: PeerIdentity) {
    this.#connection = connection;
    this.peer = peer;
    this.entity = identity.entity;
    this.globalId = identity.globalId;
    this.cap = identity.allowAll || this.isMonitor ? MgrCap.all : MgrCap.parseOrNone(identity.caps);
  }

  /** Made when the first command comes: most peers never send one. */
  get commands(): Throttle {
    const messages = this.isMonitor ? MAX_COMMANDS_PER_MONITOR : MAX_COMMANDS_PER_CONNECTION;
    return this.#commands ??= new Throttle({ messages, bytes: MAX_COMMAND_BYTES });
  }

  get isMonitor(): boolean {
    return this.entity.type === EntityType.mon;
  }

  /** N of osd.N; undefined for others. */
  get osd(): number | undefined {
    const { type, id } = this.entity;
    return type === EntityType.osd && /^(0|[1-9]\d{0,8})$/.test(id) ? Number(id) : undefined;
  }

  /** The peer's address as the socket has it: for caps with a network. */
  get ip(): string {
    return this.#connection.socketAddr.ip;
  }

  /** The address that the peer says it has: for the ServiceMap. */
  get addr(): EntityAddr {
    return this.peer.addrs[0] ?? this.#connection.socketAddr;
  }

  /** `client.4195`: type and claimed number, as the audit log shows a source. */
  get source(): string {
    return formatEntityNum({ type: this.entity.type, num: this.peer.gid });
  }

  /** `client.admin at v2:127.0.0.1:0/123`, for logs. */
  toString(): string {
    return `${formatEntityName(this.entity)} at ${formatAddrVec(this.peer.addrs)}`;
  }

  send(raw: RawMessage): boolean {
    return this.#connection.send(raw);
  }

  close(reason: string): void {
    this.#connection.close(reason);
  }
}
