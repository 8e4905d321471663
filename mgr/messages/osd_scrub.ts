/** Orders OSDs before Mimic to scrub: MOSDScrub. */

import { PgId } from "../types/pg_id.ts";
import { Uuid } from "../types/uuid.ts";
import type { MessageType } from "./message.ts";

/** Upstream: messages/MOSDScrub.h */
export interface MOSDScrub {
  readonly fsid: Uuid;
  /** None = all of the OSD. */
  readonly scrubPgs: readonly PgId[];
  readonly repair: boolean;
  readonly deep: boolean;
}

/** v2/2. */
export const MOSDScrub: MessageType<MOSDScrub> = {
  name: "MOSDScrub",
  type: 91,
  version: 2,
  compat: 2,
  decode: (d) => ({
    fsid: Uuid.decode(d),
    scrubPgs: d.list(PgId.decode, 17),
    repair: d.bool(),
    deep: d.bool(),
  }),
  encode(e, m) {
    Uuid.encode(e, m.fsid);
    e.list(m.scrubPgs, PgId.encode).bool(m.repair).bool(m.deep);
  },
};
