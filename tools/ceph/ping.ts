/** `ping mon.ID`: whether a monitor lives, without the quorum. */

import { CliError } from "./cli_error.ts";
import type { Cluster } from "./cluster.ts";
import type { CliIo } from "./io.ts";
import { EVERY } from "./target.ts";

/** The id in `mon.ID`. Throws CliError when it is something else. */
export function pingTarget(words: readonly string[]): string {
  const name = words[1];
  if (name === undefined) {
    throw new CliError('"ping" requires a monitor name as argument: "ping mon.<id>"', 1);
  }
  if (!name.startsWith("mon.")) {
    throw new CliError('"ping" expects a monitor to ping; try "ping mon.<id>"', 1);
  }
  return name.slice("mon.".length);
}

/** Prints what the monitor says of itself. Returns the exit code. */
export async function ping(cluster: Cluster, id: string, io: CliIo): Promise<number> {
  if (id !== EVERY) {
    const answer = await cluster.ping(id);
    if (answer === undefined) throw new CliError(`Error connecting to monitor mon.${id}.`, 1);
    io.out(`${answer}\n`);
    return 0;
  }
  for (const name of cluster.monMap.ranks) {
    io.out(`mon.${name}\n${await cluster.ping(name) ?? "Error connecting to monitor."}\n`);
  }
  return 0;
}
