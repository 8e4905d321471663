/** Orders an OSD to recover or backfill placement groups first: MOSDForceRecovery. */

import { ShardPgId } from "../types/pg_id.ts";
import { Uuid } from "../types/uuid.ts";
import type { MessageType } from "./message.ts";

/** Upstream: OFR_* in messages/MOSDForceRecovery.h */
export const ForceRecovery = { recovery: 1, backfill: 2, cancel: 4 } as const;

/** Upstream: messages/MOSDForceRecovery.h */
export interface MOSDForceRecovery {
  readonly fsid: Uuid;
  readonly forcedPgs: readonly ShardPgId[];
  /** Bits of ForceRecovery. */
  readonly options: number;
}

/** v2/2. */
export const MOSDForceRecovery: MessageType<MOSDForceRecovery> = {
  name: "MOSDForceRecovery",
  type: 151,
  version: 2,
  compat: 2,
  decode: (d) => ({ fsid: Uuid.decode(d), forcedPgs: d.list(ShardPgId.decode, 24), options: d.u8() }),
  encode(e, m) {
    Uuid.encode(e, m.fsid);
    e.list(m.forcedPgs, ShardPgId.encode).u8(m.options);
  },
};
