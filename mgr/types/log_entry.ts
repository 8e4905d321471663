/** Lines of the cluster log: LogEntry. */

import type { Codec } from "../encoding/mod.ts";
import { dumpAddrVec, EntityAddrVec } from "./entity_addr.ts";
import { EntityName, EntityNum, formatEntityName, formatEntityNum } from "./entity_name.ts";
import { formatUtime, UTime } from "./utime.ts";

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

/** As the cluster log's file writes a priority. Upstream: clog_type_to_string */
const PRIO_TEXTS = ["[DBG]", "[INF]", "[SEC]", "[WRN]", "[ERR]"] as const;

/** What `notify("clog", ..)` tells; the sequence number is rounded above 2^53. */
export function dumpLogEntry(entry: LogEntry) {
  return {
    addrs: dumpAddrVec(entry.addrs),
    name: formatEntityName(entry.name),
    rank: formatEntityNum(entry.rank),
    seq: Number(entry.seq),
    channel: entry.channel,
    stamp: formatUtime(entry.stamp),
    message: entry.msg,
    priority: PRIO_TEXTS[entry.prio] ?? "[???]",
  };
}
