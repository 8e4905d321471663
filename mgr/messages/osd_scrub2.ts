/** Orders an OSD to scrub placement groups: MOSDScrub2. */

import { ShardPgId } from "../types/pg_id.ts";
import { Uuid } from "../types/uuid.ts";
import type { MessageType } from "./message.ts";

/** Upstream: messages/MOSDScrub2.h */
export interface MOSDScrub2 {
  readonly fsid: Uuid;
  /** OSDMap epoch of the sender. */
  readonly epoch: number;
  readonly scrubPgs: readonly ShardPgId[];
  readonly repair: boolean;
  readonly deep: boolean;
}

/** v1/1. */
export const MOSDScrub2: MessageType<MOSDScrub2> = {
  name: "MOSDScrub2",
  type: 121,
  version: 1,
  compat: 1,
  decode: (d) => ({
    fsid: Uuid.decode(d),
    epoch: d.u32(),
    scrubPgs: d.list(ShardPgId.decode, 24),
    repair: d.bool(),
    deep: d.bool(),
  }),
  encode(e, m) {
    Uuid.encode(e, m.fsid);
    e.u32(m.epoch).list(m.scrubPgs, ShardPgId.encode).bool(m.repair).bool(m.deep);
  },
};
