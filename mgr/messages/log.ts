/** The cluster log: MLog, MLogAck. */

import { LogEntry } from "../types/log_entry.ts";
import { Uuid } from "../types/uuid.ts";
import type { MessageType } from "./message.ts";
import { decodePaxos, encodePaxos } from "./paxos.ts";

/** To a monitor: new entries. From a monitor: those of the subscribed level. Upstream: messages/MLog.h */
export interface MLog {
  /** 0 in a request; from a monitor the version of the log. */
  readonly version: number;
  readonly fsid: Uuid;
  readonly entries: readonly LogEntry[];
}

/** v1/1, with the Paxos header. */
export const MLog: MessageType<MLog> = {
  name: "MLog",
  type: 52,
  version: 1,
  compat: 1,
  decode: (d) => ({
    version: decodePaxos(d),
    fsid: Uuid.decode(d),
    entries: d.list(LogEntry.decode),
  }),
  encode(e, m) {
    Uuid.encode(encodePaxos(e, m.version), m.fsid);
    e.list(m.entries, LogEntry.encode);
  },
};

/** Upstream: messages/MLogAck.h */
export interface MLogAck {
  readonly fsid: Uuid;
  /** Highest seq that is committed. */
  readonly last: bigint;
  readonly channel: string;
}

/** v1/1. */
export const MLogAck: MessageType<MLogAck> = {
  name: "MLogAck",
  type: 53,
  version: 1,
  compat: 1,
  decode: (d) => ({ fsid: Uuid.decode(d), last: d.u64(), channel: d.string() }),
  encode(e, m) {
    Uuid.encode(e, m.fsid);
    e.u64(m.last).string(m.channel);
  },
};
