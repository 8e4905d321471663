/** Commands that the manager itself has, beside those of modules: how they are announced, and who answers them. */

import { CommandFlag, type MonCommand } from "../types/mon_command.ts";
import table from "./builtin_commands.json" with { type: "json" };
import { commandPrefix } from "./command_descriptions.ts";
import type { CommandCall, CommandResult } from "./context.ts";
import { OWN_COMMANDS } from "./own_commands.ts";

const EOPNOTSUPP = -95;

/** In the order of ceph-mgr 16.2, as its beacon announces them. Upstream: mgr/MgrCommands.h */
export const BUILTIN_COMMANDS: readonly MonCommand[] = table.map(({ cmd, help, module, perm }) => ({
  cmdstring: cmd,
  helpstring: help,
  module,
  reqPerms: perm,
  availability: "cli,rest",
  flags: CommandFlag.mgr,
}));

/** Those, and behind them what this manager has beyond. */
export const MANAGER_COMMANDS: readonly MonCommand[] = [...BUILTIN_COMMANDS, ...OWN_COMMANDS];

const PREFIXES: ReadonlySet<string> = new Set(
  MANAGER_COMMANDS.map(({ cmdstring }) => commandPrefix(cmdstring)),
);

/** Carries out a built-in command. */
export type BuiltinHandler = (call: CommandCall) => CommandResult | Promise<CommandResult>;

/** Whether the prefix is one of the manager's own commands. */
export function isBuiltin(prefix: string): boolean {
  return PREFIXES.has(prefix);
}

/** The first command whose description begins with the text: caps are checked with its permission. Upstream: get_mgrcommand */
export function builtinForCaps(prefix: string): MonCommand | undefined {
  return MANAGER_COMMANDS.find(({ cmdstring }) => cmdstring.startsWith(prefix));
}

/** Answers a built-in command; -EOPNOTSUPP for those that have no handler. */
export async function runBuiltin(
  handlers: ReadonlyMap<string, BuiltinHandler>,
  call: CommandCall,
): Promise<CommandResult> {
  const handler = handlers.get(call.prefix);
  if (handler !== undefined) return await handler(call);
  const stderr = `'${call.prefix}' is not implemented by this manager yet`;
  return { retval: EOPNOTSUPP, stdout: "", stderr };
}
