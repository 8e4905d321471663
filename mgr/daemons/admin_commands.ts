/** What `ceph tell mgr` can ask: the commands of the admin socket. */

import type { CommandResult, ServerContext } from "./context.ts";
import { describeAdminCommands } from "./command_descriptions.ts";
import type { CommandArgs } from "./command_json.ts";

const EINVAL = -22;

interface AdminCommand {
  readonly cmdstring: string;
  readonly help: string;
  readonly run: (context: ServerContext) => unknown;
}

/** In the order of their names, as the socket lists them. */
const COMMANDS: readonly AdminCommand[] = [
  {
    cmdstring: "get_command_descriptions",
    help: "list available commands",
    run: () => describeAdminCommands(COMMANDS),
  },
  { cmdstring: "git_version", help: "get git sha1", run: (c) => ({ git_version: c.version().gitVersion }) },
  {
    cmdstring: "help",
    help: "list available commands",
    run: () => Object.fromEntries(COMMANDS.map(({ cmdstring, help }) => [cmdstring, help])),
  },
  { cmdstring: "mgr_status", help: "Dump mgr status", run: (c) => c.status() },
  {
    cmdstring: "session_figures",
    help: "show how many sessions there are, and how many were ended for what their peers sent",
    run: (c) => c.sessions(),
  },
  { cmdstring: "status", help: "Dump mgr status", run: (c) => c.status() },
  {
    cmdstring: "version",
    help: "get ceph version",
    run: (c) => {
      const { version, release, releaseType } = c.version();
      return { version, release, release_type: releaseType };
    },
  },
];

/** Answers one; json-pretty unless another format is asked for. */
export function runAdminCommand(context: ServerContext, prefix: string, args: CommandArgs): CommandResult {
  const command = COMMANDS.find(({ cmdstring }) => cmdstring === prefix);
  if (command === undefined) {
    return { retval: EINVAL, stdout: "", stderr: `unknown command prefix ${prefix}` };
  }
  const value = command.run(context);
  const stdout = typeof value === "string" ? value : print(value, args.get("format"));
  return { retval: 0, stdout, stderr: "" };
}

function print(value: unknown, format: unknown): string {
  return format === "json" ? JSON.stringify(value) : `${JSON.stringify(value, undefined, 4)}\n`;
}
