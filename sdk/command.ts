/** Commands that a module sends to monitors and daemons. */

import { CommandError } from "./errors.ts";
import type { CallOptions } from "./remote.ts";

/** Whom a command goes to; of `pg` the OSD that serves it. */
export type CommandTarget = "mon" | "osd" | "pg" | "mds" | "mgr";

/** A command as Ceph's clients send it: `{ prefix: "osd tree", format: "json" }`, or the same as JSON text. */
export type CommandWords =
  | string
  | {
    /** Its name: "osd tree". */
    readonly prefix: string;
    /** Its arguments. */
    readonly [argument: string]: CommandWord | readonly CommandWord[] | undefined;
  };

/** One value. */
export type CommandWord = string | number | boolean;

/** How a command is sent. */
export interface CommandOptions extends CallOptions {
  /** What `-i FILE` of the CLI would send with it. */
  readonly inbuf?: string | Uint8Array;
  /** When it is answered, all modules with "command" among their NOTIFY_TYPES are told this text; "" without. */
  readonly tag?: string;
}

/** What came back. */
export interface CommandReply {
  /** 0 or a negative errno: the target's own. */
  readonly retval: number;
  /** Its output. */
  readonly stdout: string;
  /** Its status line. */
  readonly stderr: string;
  /** The output as it came: that of `osd getmap` is no text. */
  readonly bytes: Uint8Array;
}

/** The reply of a command that was carried out. Throws CommandError for any other. */
export function checkReply(command: CommandWords, reply: CommandReply): CommandReply {
  const { retval, stderr } = reply;
  if (retval === 0) return reply;
  const prefix = typeof command === "string" ? command : command.prefix;
  throw new CommandError(`${prefix} failed: ${stderr} retval: ${retval}`, { retval, stderr });
}
