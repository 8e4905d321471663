/** Commands of modules to monitors and daemons: looked at, allowed or not, and sent as they were looked at. */

import { z } from "zod";
import type { CommandReply, HostSide } from "../contract.ts";
import type { ModuleCallsOwner } from "../module_calls.ts";
import { parse } from "../parse.ts";
import { MAX_TIMEOUT_MS } from "./pending_calls.ts";

/** The words of a command; anything long goes into its input. */
export const MAX_COMMAND_CHARS = 64 * 1024;
/** A CRUSH map of a big cluster has a few MiB. */
export const MAX_COMMAND_INPUT_BYTES = 16 * 1024 * 1024;
/** It goes to every module that asks for it. */
const MAX_TAG_CHARS = 256;
const EINVAL = -22;

const Call = z.tuple([
  z.number().int(),
  z.enum(["mon", "osd", "pg", "mds", "mgr"]),
  z.string().max(256),
  z.string().max(MAX_COMMAND_CHARS),
  z.instanceof(Uint8Array).refine(({ length }) => length <= MAX_COMMAND_INPUT_BYTES, "its input is too long"),
  z.number().positive().max(MAX_TIMEOUT_MS),
  z.string().max(MAX_TAG_CHARS),
]);

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
/** As Ceph's parser has it: values and lists of values. Upstream: cmdmap_from_json in common/cmdparse.cc */
const Command = z.record(z.string(), z.union([Scalar, z.array(Scalar)])).and(
  z.object({ prefix: z.string() }),
);

/** `sendCommand` for one process. */
export function commandCalls(
  owner: Pick<ModuleCallsOwner, "pending" | "link" | "allow" | "commandAnswered">,
): Pick<HostSide, "sendCommand"> {
  return {
    sendCommand: async (...raw) => {
      const [id, target, daemon, text, input, timeoutMs, tag] = parse("command", Call, raw);
      const command = readCommand(text);
      if (command === undefined) return refusal(`unparseable JSON ${text}`);
      const { prefix, ...args } = command;
      owner.allow("sendCommand", { verb: "command", target, prefix, args });
      const pending = { id, action: `send '${command.prefix}'`, bytes: text.length + input.length };
      const reply = await owner.pending.run(pending, (signal) =>
        // Made of what was looked at: of two keys with one name another parser may take the other.
        owner.link.sendCommand(target, daemon, command, { input, timeoutMs, signal }));
      owner.commandAnswered(tag);
      return reply;
    },
  };
}

function readCommand(text: string): z.infer<typeof Command> | undefined {
  try {
    return Command.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function refusal(stderr: string): CommandReply {
  return { retval: EINVAL, stdout: new Uint8Array(), stderr };
}
