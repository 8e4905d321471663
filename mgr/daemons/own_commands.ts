/** Commands that this manager has and ceph-mgr has not: what they are, and who answers them, in one table. */

import { CommandFlag, type MonCommand } from "../types/mon_command.ts";
import type { BuiltinHandler } from "./builtin_commands.ts";
import { commandPrefix } from "./command_descriptions.ts";
import { stringArg } from "./command_json.ts";
import type { CommandCall, CommandResult, ServerContext } from "./context.ts";

/** One command. */
interface OwnCommand {
  readonly cmd: string;
  readonly help: string;
  /** Letters of mgr caps. */
  readonly perm: string;
  readonly run: (context: ServerContext, call: CommandCall) => CommandResult | Promise<CommandResult>;
}

/** In the order in which they are announced. */
const TABLE: readonly OwnCommand[] = [
  {
    cmd: "module reload name=module,type=CephString",
    help: "read a module anew from disk and restart it, and nothing else",
    perm: "rw",
    run: (context, { args }) => context.reloadModule(stringArg(args, "module")),
  },
];

/** As they are announced. */
export const OWN_COMMANDS: readonly MonCommand[] = TABLE.map(({ cmd, help, perm }) => ({
  cmdstring: cmd,
  helpstring: help,
  module: "mgr",
  reqPerms: perm,
  availability: "cli,rest",
  flags: CommandFlag.mgr,
}));

/** Who answers them. */
export function ownCommands(context: ServerContext): [prefix: string, handler: BuiltinHandler][] {
  return TABLE.map(({ cmd, run }) => [commandPrefix(cmd), (call) => run(context, call)]);
}
