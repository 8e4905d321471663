/** Commands between clients, managers and daemons: MCommand, MMgrCommand and their replies, told apart by number only. */

import { Uuid } from "../types/uuid.ts";
import type { MessageType } from "./message.ts";

/** Upstream: messages/MCommand.h, messages/MMgrCommand.h */
export interface MCommand {
  /** All zero in a command to a manager's table, the cluster's for `tell`. */
  readonly fsid: Uuid;
  /** One JSON object; several parts are to be joined. */
  readonly cmd: readonly string[];
  /** Input of the command, in the data segment. */
  readonly data: Uint8Array;
}

/** Upstream: messages/MCommandReply.h, messages/MMgrCommandReply.h */
export interface MCommandReply {
  /** 0 or a negative errno. */
  readonly r: number;
  /** Status line: what the CLI writes to stderr. */
  readonly rs: string;
  /** Output of the command, in the data segment. */
  readonly data: Uint8Array;
}

const request = (name: string, type: number): MessageType<MCommand> => ({
  name,
  type,
  version: 1,
  compat: 1,
  decode: (d, _v, data) => ({ fsid: Uuid.decode(d), cmd: d.strings(), data }),
  encode(e, m) {
    Uuid.encode(e, m.fsid);
    e.strings(m.cmd);
  },
  data: (m) => m.data,
});

const reply = (name: string, type: number): MessageType<MCommandReply> => ({
  name,
  type,
  version: 1,
  compat: 1,
  decode: (d, _v, data) => ({ r: d.i32(), rs: d.string(), data }),
  encode: (e, m) => void e.i32(m.r).string(m.rs),
  data: (m) => m.data,
});

/** `tell` to a daemon, and from clients before Octopus to a manager. v1/1 */
export const MCommand = request("MCommand", 97);

/** Answers MCommand, with the same tid. v1/1 */
export const MCommandReply = reply("MCommandReply", 98);

/** As MCommand. */
export type MMgrCommand = MCommand;

/** A command of the manager's table. v1/1 */
export const MMgrCommand = request("MMgrCommand", 0x709);

/** As MCommandReply. */
export type MMgrCommandReply = MCommandReply;

/** Answers MMgrCommand, with the same tid. v1/1 */
export const MMgrCommandReply = reply("MMgrCommandReply", 0x70a);
