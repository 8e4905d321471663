/** An answer to MPGStats that no manager sends and no OSD waits for: MPGStatsAck. */

import { EVersion, PgId } from "../types/pg_id.ts";
import type { MessageType } from "./message.ts";

/** Which report of which placement group has been seen. */
export interface PgReported {
  readonly pg: PgId;
  /** reported_seq and reported_epoch. */
  readonly reported: EVersion;
}

/** Upstream: messages/MPGStatsAck.h */
export interface MPGStatsAck {
  readonly pgStat: readonly PgReported[];
}

/** v1/1: map<pg_t, pair<u64, u32>>. */
export const MPGStatsAck: MessageType<MPGStatsAck> = {
  name: "MPGStatsAck",
  type: 88,
  version: 1,
  compat: 1,
  decode: (d) => ({
    pgStat: d.list((d) => ({ pg: PgId.decode(d), reported: EVersion.decode(d) }), 29),
  }),
  encode: (e, m) =>
    void e.list(m.pgStat, (e, p) => {
      PgId.encode(e, p.pg);
      EVersion.encode(e, p.reported);
    }),
};
