/** A manager's sign of life: MMgrBeacon. */

import type { Decoder } from "../encoding/mod.ts";
import { EntityAddrVec } from "../types/entity_addr.ts";
import { ModuleInfo } from "../types/module_info.ts";
import { MonCommand } from "../types/mon_command.ts";
import { Uuid, ZERO_UUID } from "../types/uuid.ts";
import type { MessageType } from "./message.ts";
import { decodePaxos, encodePaxos } from "./paxos.ts";

/** Upstream: messages/MMgrBeacon.h */
export interface MMgrBeacon {
  /** Where the manager listens; none for a standby. */
  readonly serverAddrs: EntityAddrVec;
  readonly gid: bigint;
  /** It listens and its modules are started. */
  readonly available: boolean;
  /** Id without "mgr.". */
  readonly name: string;
  readonly fsid: Uuid;
  /** Sorted names of `modules`. */
  readonly moduleNames: readonly string[];
  /** Filled from the first available beacon until the MgrMap says available. */
  readonly commandDescs: readonly MonCommand[];
  readonly metadata: ReadonlyMap<string, string>;
  /** URI by module. */
  readonly services: ReadonlyMap<string, string>;
  readonly modules: readonly ModuleInfo[];
  readonly mgrFeatures: bigint;
  /** Addresses of the RADOS clients that modules opened: blocklisted when the manager fails. */
  readonly clientsAddrs: readonly EntityAddrVec[];
  /** One for each of `clientsAddrs`, or the monitor refuses the message. */
  readonly clientsNames: readonly string[];
}

/** v11/8, with the Paxos header. */
export const MMgrBeacon: MessageType<MMgrBeacon> = {
  name: "MMgrBeacon",
  type: 0x703,
  version: 11,
  compat: 8,
  decode(d, v) {
    decodePaxos(d);
    return decodeBody(d, v);
  },
  encode(e, m) {
    EntityAddrVec.encode(encodePaxos(e), m.serverAddrs);
    e.u64(m.gid).bool(m.available).string(m.name);
    Uuid.encode(e, m.fsid);
    e.strings(m.moduleNames).list(m.commandDescs, MonCommand.encode);
    e.stringMap(m.metadata).stringMap(m.services).list(m.modules, ModuleInfo.encode);
    e.u64(m.mgrFeatures).list(m.clientsAddrs, EntityAddrVec.encode).strings(m.clientsNames);
  },
};

function decodeBody(d: Decoder, v: number): MMgrBeacon {
  return {
    serverAddrs: EntityAddrVec.decode(d),
    gid: d.u64(),
    available: d.bool(),
    name: d.string(),
    fsid: v >= 2 ? Uuid.decode(d) : ZERO_UUID,
    moduleNames: v >= 3 ? d.strings() : [],
    commandDescs: v >= 4 ? d.list(MonCommand.decode) : [],
    metadata: v >= 5 ? d.stringMap() : new Map(),
    services: v >= 6 ? d.stringMap() : new Map(),
    modules: v >= 7 ? d.list(ModuleInfo.decode) : [],
    mgrFeatures: v >= 9 ? d.u64() : 0n,
    clientsAddrs: v >= 10 ? d.list(EntityAddrVec.decode) : [],
    clientsNames: v >= 11 ? d.strings() : [],
  };
}
