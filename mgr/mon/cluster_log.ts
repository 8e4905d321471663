/** Our entries of the cluster log: kept until the monitors have committed them. Upstream: common/LogClient.cc */

import { MLog, MLogAck } from "../messages/log.ts";
import { pack, type RawMessage, unpack } from "../messages/message.ts";
import type { Clock, Timer } from "../time/clock.ts";
import type { EntityAddrVec } from "../types/entity_addr.ts";
import { type EntityName, EntityType } from "../types/entity_name.ts";
import { type LogEntry, LogPrio } from "../types/log_entry.ts";
import { utimeOfMs } from "../types/utime.ts";
import type { Uuid } from "../types/uuid.ts";

/** mon_client_log_interval, mon_client_max_log_entries_per_message */
const INTERVAL_MS = 1000;
const MAX_ENTRIES_PER_MESSAGE = 1000;
/** While no monitor listens, older entries make room for newer ones. */
export const MAX_WAITING_ENTRIES = 10_000;
/** A longer text is cut: the monitors keep every entry of every daemon. */
export const MAX_ENTRY_CHARS = 16 * 1024;
/** An acknowledgement that does not come is not waited for longer; the monitors drop duplicates. */
const ACK_TIMEOUT_MS = 10_000;

/** Who logs. */
export interface ClusterLogIdentity {
  readonly name: EntityName;
  readonly gid: bigint;
  readonly addrs: EntityAddrVec;
  readonly fsid: Uuid;
}

/** One queue for all channels. */
export class ClusterLog {
  readonly #clock: Clock;
  readonly #identity: () => ClusterLogIdentity;
  readonly #send: (raw: RawMessage) => boolean;
  readonly #timer: Timer;
  #entries: LogEntry[] = [];
  #seq = 0n;
  #dropped = 0;
  #sentAt: number | undefined;

  constructor(clock: Clock, identity: () => ClusterLogIdentity, send: (raw: RawMessage) => boolean) {
    this.#clock = clock;
    this.#identity = identity;
    this.#send = send;
    this.#timer = clock.every(INTERVAL_MS, () => this.#flush());
  }

  /** Entries that were thrown away because no monitor took them in time. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Queues an entry. `prio` is one of LogPrio; any channel is taken. */
  add(channel: string, prio: number, text: string): void {
    const { name, gid, addrs } = this.#identity();
    const msg = text.length > MAX_ENTRY_CHARS ? `${text.slice(0, MAX_ENTRY_CHARS)}...` : text;
    const rank = { type: EntityType.mgr, num: gid };
    const stamp = utimeOfMs(this.#clock.wall());
    this.#entries.push({ name, rank, addrs, stamp, seq: ++this.#seq, prio, msg, channel });
    if (this.#entries.length <= MAX_WAITING_ENTRIES) return;
    const debug = this.#entries.findIndex((e) => e.prio === LogPrio.debug);
    this.#entries.splice(Math.max(debug, 0), 1);
    this.#dropped++;
  }

  /** MLogAck. */
  acknowledged(raw: RawMessage): void {
    const { last } = unpack(MLogAck, raw);
    this.#entries = this.#entries.filter((e) => e.seq > last);
    this.#sentAt = undefined;
  }

  /** A new session: what was sent and not acknowledged is sent again. */
  newSession(): void {
    this.#sentAt = undefined;
    this.#flush();
  }

  stop(): void {
    this.#timer.cancel();
  }

  #flush(): void {
    const now = this.#clock.now();
    if (this.#entries.length === 0 || (this.#sentAt !== undefined && now - this.#sentAt < ACK_TIMEOUT_MS)) {
      return;
    }
    const entries = this.#entries.slice(0, MAX_ENTRIES_PER_MESSAGE);
    if (this.#send(pack(MLog, { version: 0, fsid: this.#identity().fsid, entries }))) this.#sentAt = now;
  }
}
