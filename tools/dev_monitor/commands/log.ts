/** The cluster log. Upstream: mon/LogMonitor.cc */

import { dumpAddrVec } from "../../../mgr/types/entity_addr.ts";
import { EntityType, formatEntityName, formatEntityNum } from "../../../mgr/types/entity_name.ts";
import { type LogEntry, LogPrio } from "../../../mgr/types/log_entry.ts";
import { formatUtime, utimeOfMs } from "../../../mgr/types/utime.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show } from "./command.ts";

const DEFAULT_LINES = 20;
/** Upstream: clog_type_to_string */
const LEVELS = ["[DBG]", "[INF]", "[SEC]", "[WRN]", "[ERR]"] as const;

const level = ({ prio }: LogEntry): string => LEVELS[prio] ?? "[???]";

/** One line, as in a file of the cluster log. Upstream: operator<< of LogEntry */
function line(entry: LogEntry): string {
  const { stamp, name, rank, seq, channel, msg } = entry;
  const who = `${formatEntityName(name)} (${formatEntityNum(rank)})`;
  return `${formatUtime(stamp)} ${who} ${seq} : ${channel} ${level(entry)} ${msg}`;
}

function dump(entry: LogEntry): CephJson {
  return {
    name: formatEntityName(entry.name),
    rank: formatEntityNum(entry.rank),
    addrs: dumpAddrVec(entry.addrs),
    stamp: formatUtime(entry.stamp),
    seq: entry.seq,
    channel: entry.channel,
    priority: level(entry),
    message: entry.msg,
  };
}

function last(call: Call): Answer {
  const { args, monitor } = call;
  const count = args.optionalNumber("num") ?? DEFAULT_LINES;
  const name = args.optionalString("level") ?? "info";
  const prio = (LogPrio as Record<string, number>)[name];
  if (prio === undefined) throw fail("inval", `Invalid severity ${name}`);
  const channel = args.optionalString("channel") ?? "cluster";
  const found = monitor.state.log.batches.flatMap(({ entries }) => entries)
    .filter((e) => e.prio >= prio && (channel === "*" || e.channel === channel)).slice(-count);
  return show(call, found.map(dump), found.map((e) => `${line(e)}\n`).join(""));
}

/** Whoever may write to the log may do it under his own name. */
function write({ args, session, monitor }: Call): Answer {
  const isClient = session.name.type === EntityType.client;
  const entry: LogEntry = {
    name: session.name,
    rank: { type: session.name.type, num: isClient ? -1n : session.globalId },
    addrs: session.peer.addrs,
    stamp: utimeOfMs(monitor.clock.wall()),
    seq: 0n,
    prio: LogPrio.info,
    msg: args.strings("logtext").join(" "),
    channel: "cluster",
  };
  return { change: { log: [entry] } };
}

/** In the order of upstream's table. */
export const LOG_COMMANDS = rows("mon", [
  ["log name=logtext,type=CephString,n=N", "rw", "log supplied text to the monitor log", write],
  [
    "log last name=num,type=CephInt,range=1,req=false name=level,type=CephChoices,strings=debug|info|sec|warn|error,req=false name=channel,type=CephChoices,strings=*|cluster|audit|cephadm,req=false",
    "r",
    "print last few lines of the cluster log",
    last,
  ],
]);
