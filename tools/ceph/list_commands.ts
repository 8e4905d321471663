/** Lists the commands of a target on an open session: `-h` behind words, `tell osd.0 help`. */

import { CliError } from "./cli_error.ts";
import type { Cluster } from "./cluster.ts";
import { Errno } from "./errno.ts";
import { describe } from "./execute.ts";
import { commandGroups, listCommands } from "./help.ts";
import type { CliIo } from "./io.ts";
import { failure } from "./print_result.ts";
import { addressed } from "./target.ts";

/** Prints what begins with the words; `tell TARGET` before them names whose commands. Throws CliError. */
export async function listAt(cluster: Cluster, words: readonly string[], io: CliIo): Promise<number> {
  const { target, tell, words: command } = addressed(words);
  const described = await describe(cluster, target, io);
  if ("result" in described) throw failure(described.result);
  const { descriptions } = described;
  const { columns } = io.size();
  const begin = (tell && command[0] === "help" ? [] : command).join(" ");
  const all = words.length === 0 && io.outIsTerminal;
  const list = all ? commandGroups(descriptions, columns) : listCommands(descriptions, begin, columns);
  if (list === "") throw new CliError(`ceph: no command begins with '${begin}'`, Errno.EINVAL);
  io.out(list);
  return 0;
}
