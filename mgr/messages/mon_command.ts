/** Commands to the monitors: MMonCommand, MMonCommandAck. */

import { Uuid } from "../types/uuid.ts";
import type { MessageType } from "./message.ts";
import { decodePaxos, encodePaxos } from "./paxos.ts";

/** Matched with its answer by the header's tid. Upstream: messages/MMonCommand.h */
export interface MMonCommand {
  readonly fsid: Uuid;
  /** Exactly one element, a JSON object. */
  readonly cmd: readonly string[];
  /** Input of the command, in the data segment. */
  readonly data: Uint8Array;
}

/** v1/1, with the Paxos header. */
export const MMonCommand: MessageType<MMonCommand> = {
  name: "MMonCommand",
  type: 50,
  version: 1,
  compat: 1,
  decode(d, _v, data) {
    decodePaxos(d);
    return { fsid: Uuid.decode(d), cmd: d.strings(), data };
  },
  encode(e, m) {
    Uuid.encode(encodePaxos(e), m.fsid);
    e.strings(m.cmd);
  },
  data: (m) => m.data,
};

/** Upstream: messages/MMonCommandAck.h */
export interface MMonCommandAck {
  /** Last committed version of the service that answered. */
  readonly version: number;
  /** 0 or a negative errno. */
  readonly r: number;
  /** Status line. */
  readonly rs: string;
  /** The command, echoed. */
  readonly cmd: readonly string[];
  /** Output of the command, in the data segment. */
  readonly data: Uint8Array;
}

/** v1/1, with the Paxos header. */
export const MMonCommandAck: MessageType<MMonCommandAck> = {
  name: "MMonCommandAck",
  type: 51,
  version: 1,
  compat: 1,
  decode: (d, _v, data) => ({
    version: decodePaxos(d),
    r: d.i32(),
    rs: d.string(),
    cmd: d.strings(),
    data,
  }),
  encode: (e, m) => void encodePaxos(e, m.version).i32(m.r).string(m.rs).strings(m.cmd),
  data: (m) => m.data,
};
