/** Lines of the cluster log: LogEntry. */

import type { Codec } from "../encoding/mod.ts";
import { EntityAddrVec } from "./entity_addr.ts";
import { EntityName, EntityNum } from "./entity_name.ts";
import { UTime } from "./utime.ts";

/** Upstream: clog_type in common/LogEntry.h */
export const LogPrio = { debug: 0, info: 1, sec: 2, warn: 3, error: 4 } as const;

/** Upstream: LogEntry in common/LogEntry.h */
export interface LogEntry {
  readonly name: EntityName;
  readonly rank: EntityNum;
  readonly addrs: EntityAddrVec;
  readonly stamp: UTime;
  /** Counts the sender's entries, over all channels. */
  readonly seq: bigint;
  /** One of LogPrio. */
  readonly prio: number;
  readonly msg: string;
  /** "cluster" or "audit". */
  readonly channel: string;
}

/** v5/5. */
export const LogEntry: Codec<LogEntry> = {
  decode: (d) =>
    d.versioned("LogEntry", 5, (d, v) => {
      if (v < 5) d.fail(`version ${v} is that of a daemon before Nautilus`);
      return {
        name: EntityName.decode(d),
        rank: EntityNum.decode(d),
        addrs: EntityAddrVec.decode(d),
        stamp: UTime.decode(d),
        seq: d.u64(),
        prio: d.u16(),
        msg: d.string(),
        channel: d.string(),
      };
    }),
  encode: (e, l) =>
    void e.versioned(5, 5, (e) => {
      EntityName.encode(e, l.name);
      EntityNum.encode(e, l.rank);
      EntityAddrVec.encode(e, l.addrs);
      UTime.encode(e, l.stamp);
      e.u64(l.seq).u16(l.prio).string(l.msg).string(l.channel);
    }),
};
