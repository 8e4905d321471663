/** One command for a module: who may answer it now, and in which words it is refused. Upstream: DaemonServer::_handle_command */

import { ArgumentError } from "./argument_types.ts";
import { checkArguments, type CommandValue } from "./command_signature.ts";
import type { ManagedModule } from "./managed_module.ts";
import type { Authorizer } from "./module_work.ts";
import { ProcessEndedError } from "./module_process.ts";

/** A command for a module that is starting waits so long. */
export const START_WAIT_MS = 10_000;

const EIO = -5;
const EINVAL = -22;
const EOPNOTSUPP = -95;
const ETIMEDOUT = -110;

/** A command for some module. */
export interface HostCommand {
  readonly prefix: string;
  /** All arguments; `prefix`, `target` and others that nobody declared do no harm. */
  readonly args: ReadonlyMap<string, CommandValue>;
  readonly inbuf: Uint8Array;
  /** Tells what its sender may; undefined: nothing is known of him. */
  readonly authorizer?: Authorizer;
}

/** What a command comes to. */
export interface HostCommandResult {
  /** 0 or a negative errno. */
  readonly retval: number;
  readonly stdout: string | Uint8Array;
  readonly stderr: string;
}

/** What of a module matters to a command. */
export type AskedModule = Pick<
  ManagedModule,
  "name" | "ability" | "description" | "trouble" | "settled" | "command"
>;

/** Carries it out. Never rejects. */
export async function runCommand(
  module: AskedModule,
  { prefix, args, inbuf, authorizer }: HostCommand,
  enabled: boolean,
): Promise<HostCommandResult> {
  const { name } = module;
  if (!enabled) {
    return refusal(
      EOPNOTSUPP,
      `Module '${name}' is not enabled/loaded (required by command '${prefix}'): use \`ceph mgr module enable ${name}\` to enable it`,
    );
  }
  if (!module.ability.can) return broken(name, module.ability.reason);
  try {
    const declared = module.description!.commands[prefix]!;
    const checked = checkArguments(declared, args);
    const started = await module.settled(START_WAIT_MS);
    if (module.trouble !== undefined) return broken(name, module.trouble);
    if (!started) {
      return refusal(
        ETIMEDOUT,
        `Module '${name}' did not initialize in time (required by command '${prefix}')`,
      );
    }
    const [retval, stdout, stderr] = await module.command({
      ...{ prefix, args: checked, inbuf },
      perm: declared.perm,
      authorizer,
    });
    return { retval, stdout, stderr };
  } catch (e) {
    if (e instanceof ArgumentError) return refusal(EINVAL, e.message);
    if (e instanceof ProcessEndedError) return broken(name, e.message);
    return refusal(
      EIO,
      `Module '${name}' could not answer '${prefix}': ${e instanceof Error ? e.message : e}`,
    );
  }
}

function broken(name: string, reason: string): HostCommandResult {
  return refusal(EIO, `Module '${name}' has experienced an error and cannot handle commands: ${reason}`);
}

function refusal(retval: number, stderr: string): HostCommandResult {
  return { retval, stdout: "", stderr };
}
