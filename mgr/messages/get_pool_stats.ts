/** Statistics of pools, asked of the monitors: MGetPoolStats, MGetPoolStatsReply. */

import { RawStruct } from "../types/raw_struct.ts";
import { Uuid } from "../types/uuid.ts";
import type { MessageType } from "./message.ts";
import { decodePaxos, encodePaxos } from "./paxos.ts";

/** Upstream: messages/MGetPoolStats.h */
export interface MGetPoolStats {
  readonly fsid: Uuid;
  /** Names. */
  readonly pools: readonly string[];
}

/** v1/1, with the Paxos header. */
export const MGetPoolStats: MessageType<MGetPoolStats> = {
  name: "MGetPoolStats",
  type: 58,
  version: 1,
  compat: 1,
  decode(d) {
    decodePaxos(d);
    return { fsid: Uuid.decode(d), pools: d.strings() };
  },
  encode(e, m) {
    Uuid.encode(encodePaxos(e), m.fsid);
    e.strings(m.pools);
  },
};

/** Upstream: messages/MGetPoolStatsReply.h */
export interface MGetPoolStatsReply {
  /** Version of the statistics. */
  readonly version: number;
  readonly fsid: Uuid;
  /** One encoded pool_stat_t by the pool's name: read with `readRaw`. */
  readonly poolStats: ReadonlyMap<string, Uint8Array>;
  /** All OSDs report usage by pool. */
  readonly perPool: boolean;
}

/** v2/1, with the Paxos header. */
export const MGetPoolStatsReply: MessageType<MGetPoolStatsReply> = {
  name: "MGetPoolStatsReply",
  type: 59,
  version: 2,
  compat: 1,
  decode: (d, v) => ({
    version: decodePaxos(d),
    fsid: Uuid.decode(d),
    poolStats: d.map((d) => d.string(), RawStruct.decode),
    perPool: v >= 2 ? d.bool() : false,
  }),
  encode(e, m) {
    Uuid.encode(encodePaxos(e, m.version), m.fsid);
    e.map(m.poolStats, (e, name) => e.string(name), RawStruct.encode).bool(m.perPool);
  },
};
