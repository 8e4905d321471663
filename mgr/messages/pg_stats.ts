/** What an OSD says of itself and of the placement groups it leads: MPGStats. */

import type { Codec } from "../encoding/mod.ts";
import { PgId } from "../types/pg_id.ts";
import { RawStruct } from "../types/raw_struct.ts";
import { UTime, ZERO_TIME } from "../types/utime.ts";
import { Uuid } from "../types/uuid.ts";
import type { MessageType } from "./message.ts";
import { decodePaxos, encodePaxos } from "./paxos.ts";

/**
 * Always complete, never a delta. The structures inside are what the codecs of `pgStatsOf` make of them.
 * Upstream: messages/MPGStats.h
 */
export interface PgStatsOf<Osd, Pg, Statfs> {
  readonly fsid: Uuid;
  /** osd_stat_t; its seq is up_from << 32 plus a running number. */
  readonly osdStat: Osd;
  /** pg_stat_t of the placement groups of which this OSD is the primary. */
  readonly pgStat: readonly { readonly pg: PgId; readonly stat: Pg }[];
  /** OSDMap epoch of the OSD. */
  readonly epoch: number;
  /** store_statfs_t by pool: the pool's share of this OSD. */
  readonly poolStat: ReadonlyMap<number, Statfs>;
}

/** sizeof(pg_t) and the header of a pg_stat_t. */
const MIN_PG_SIZE = 17 + 6;

/** v2/1, with the Paxos header, for the given codecs of osd_stat_t, pg_stat_t and store_statfs_t. */
export function pgStatsOf<Osd, Pg, Statfs>(
  osd: Codec<Osd>,
  pg: Codec<Pg>,
  statfs: Codec<Statfs>,
): MessageType<PgStatsOf<Osd, Pg, Statfs>> {
  return {
    name: "MPGStats",
    type: 87,
    version: 2,
    compat: 1,
    decode(d, v) {
      decodePaxos(d);
      const head = {
        fsid: Uuid.decode(d),
        osdStat: osd.decode(d),
        pgStat: d.list((d) => ({ pg: PgId.decode(d), stat: pg.decode(d) }), MIN_PG_SIZE),
        epoch: d.u32(),
      };
      // had_map_for, always zero.
      UTime.decode(d);
      return { ...head, poolStat: v >= 2 ? d.map((d) => d.i64n(), statfs.decode) : new Map() };
    },
    encode(e, m) {
      Uuid.encode(encodePaxos(e), m.fsid);
      osd.encode(e, m.osdStat);
      e.list(m.pgStat, (e, p) => {
        PgId.encode(e, p.pg);
        pg.encode(e, p.stat);
      });
      UTime.encode(e.u32(m.epoch), ZERO_TIME);
      e.map(m.poolStat, (e, pool) => e.i64n(pool), statfs.encode);
    },
  };
}

/** With the structures as received: who needs a number of them reads it with `readRaw`. */
export type MPGStats = PgStatsOf<Uint8Array, Uint8Array, Uint8Array>;

/** v2/1. */
export const MPGStats: MessageType<MPGStats> = pgStatsOf(RawStruct, RawStruct, RawStruct);
