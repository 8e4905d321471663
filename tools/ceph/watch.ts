/** `-w`: the status, then the lines of the cluster log as they come. */

import { formatEntityName } from "../../mgr/types/entity_name.ts";
import type { LogEntry } from "../../mgr/types/log_entry.ts";
import { formatUtime } from "../../mgr/types/utime.ts";
import type { Cluster } from "./cluster.ts";
import { Errno } from "./errno.ts";
import type { CliIo } from "./io.ts";
import type { WatchLevel } from "./options.ts";

/** By LogPrio. */
const PRIORITIES = ["[DBG]", "[INF]", "[SEC]", "[WRN]", "[ERR]"];
const ALL_CHANNELS = "*";

/** Runs until Ctrl-C. Returns the exit code. */
export async function watch(
  cluster: Cluster,
  level: WatchLevel,
  channel: string,
  io: CliIo,
): Promise<number> {
  const { r, rs, data } = await cluster.command(new Map([["prefix", "status"]]), new Uint8Array(0), false);
  if (r < 0) {
    io.err(`status query failed:  ${rs}\n`);
    return r === 0 ? Errno.EINVAL : -r;
  }
  io.out(`${new TextDecoder().decode(data)}\n`);
  cluster.watchLog(level, (entry) => {
    if (channel === ALL_CHANNELS || channel === entry.channel) io.out(`${logLine(entry)}\n`);
  });
  await new Promise<void>((resolve) => io.interrupted.addEventListener("abort", () => resolve()));
  return 0;
}

/** `2026-11-23T14:40:34.011478+0000 mon.a [INF] ..`. Upstream: operator<< of LogEntry */
export function logLine({ stamp, name, prio, msg }: LogEntry): string {
  return `${formatUtime(stamp)} ${formatEntityName(name)} ${PRIORITIES[prio] ?? "[???]"} ${msg}`;
}
