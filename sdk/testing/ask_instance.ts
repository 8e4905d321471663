/** Commands of a test, as the manager hands them to a module: checked before, with its refusals. */

import { checkArguments, type CommandValue } from "../../mgr/host/command_signature.ts";
import type { Instance } from "./instance.ts";
import type { CommandResult } from "./test_setup.ts";

const EIO = -5;
const EINVAL = -22;

let lastCommand = 0;

/** A command, and to whom. */
export interface Question {
  readonly module: string;
  /** Why the module has failed; undefined while it has not. */
  readonly failure: string | undefined;
  readonly prefix: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly inbuf: string;
}

/** Answers as the manager does; never rejects. */
export async function askInstance(
  { description, side }: Instance,
  { module, failure, prefix, args, inbuf }: Question,
): Promise<CommandResult> {
  const declared = Object.entries(description.commands).find(([name]) => name === prefix)?.[1];
  if (declared === undefined) return refusal(EINVAL, `No handler found for '${prefix}'`);
  if (failure !== undefined) {
    return refusal(EIO, `Module '${module}' has experienced an error and cannot handle commands: ${failure}`);
  }
  try {
    const checked = checkArguments(declared, new Map(Object.entries(args) as [string, CommandValue][]));
    const [retval, stdout, stderr] = await side.command({
      id: ++lastCommand,
      prefix,
      args: checked,
      inbuf: new TextEncoder().encode(inbuf),
    });
    return {
      retval,
      stdout: typeof stdout === "string" ? stdout : new TextDecoder().decode(stdout),
      stderr,
    };
  } catch (e) {
    return refusal(EINVAL, (e as Error).message);
  }
}

function refusal(retval: number, stderr: string): CommandResult {
  return { retval, stdout: "", stderr };
}
