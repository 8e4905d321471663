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

const EACCES = -13;
const NOT_ALLOWED = "Cannot change permissions of modules: that takes the mgr caps 'allow *'.";
const PERMISSIONS = "name=module,type=CephString name=permissions,type=CephString,n=N,req=false";

/** In the order in which they are announced. */
const TABLE: readonly OwnCommand[] = [
  {
    cmd: "module reload name=module,type=CephString",
    help: "read a module anew from disk and restart it, and nothing else",
    perm: "rw",
    run: (context, { args }) => context.reloadModule(stringArg(args, "module")),
  },
  {
    cmd: "module ls",
    help: "list the modules of this manager with the figures of their processes",
    perm: "r",
    run: operate,
  },
  {
    cmd: "module status name=module,type=CephString",
    help: "show all that is known of a module",
    perm: "r",
    run: operate,
  },
  {
    cmd: "module permissions ls name=module,type=CephString,req=false",
    help: "list what modules may do, what they ask for and what they were refused",
    perm: "r",
    run: operate,
  },
  {
    cmd: "module permissions diff name=module,type=CephString",
    help: "compare what a module asks for (+) with what it was granted (-)",
    perm: "r",
    run: operate,
  },
  {
    cmd: `module permissions grant ${PERMISSIONS}`,
    help: "allow a module what is named, or all that it asks for but run, ffi and admin",
    perm: "rwx",
    run: operateAsAdmin,
  },
  {
    cmd: `module permissions revoke ${PERMISSIONS}`,
    help: "take back from a module what is named, or all that it was granted",
    perm: "rwx",
    run: operateAsAdmin,
  },
];

function operate(context: ServerContext, { prefix, args, format }: CommandCall): Promise<CommandResult> {
  return context.operate({ prefix, args, format });
}

/** What a module may do is decided by who may do everything. A monitor speaks for clients whose rights it does not tell. */
async function operateAsAdmin(context: ServerContext, call: CommandCall): Promise<CommandResult> {
  const { cap, ip, isMonitor } = call.session;
  if (isMonitor || !cap.isAllowAll(ip)) return { retval: EACCES, stdout: "", stderr: `${NOT_ALLOWED} ` };
  return await operate(context, call);
}

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
