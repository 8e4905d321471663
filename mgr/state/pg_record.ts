/** One placement group as it was reported last: the bytes, and what of them is looked at often. */

import { encodeAll } from "../encoding/mod.ts";
import type { PgId } from "../types/pg_id.ts";
import { PgStat, unknownPgStat } from "../types/pg_stat.ts";
import { hasState, withState } from "../types/pg_state.ts";
import { readRaw } from "../types/raw_struct.ts";
import { msOfUtime, type UTime } from "../types/utime.ts";

/**
 * Decoded statistics take five times the room of their bytes, so of the many PGs of a cluster only this is kept
 * decoded. Never changed: a new report makes a new record.
 */
export interface PgRecord extends PgId {
  /** The pg_stat_t. A view of the message that it came in. */
  readonly raw: Uint8Array;
  readonly reportedEpoch: number;
  readonly reportedSeq: number;
  /** Bits of PG_STATE_*; 0 is "unknown". */
  readonly state: number;
  readonly acting: readonly number[];
  /** -1 for none. */
  readonly actingPrimary: number;
  /** Milliseconds since 1970. */
  readonly lastScrub: number;
  readonly lastDeepScrub: number;
  readonly snaptrimqLen: number;
  readonly unfound: number;
  readonly numBytes: number;
  readonly numBytesRecovered: number;
  /** Only of a PG whose state makes them matter. */
  readonly stamps: PgStamps | undefined;
}

/** When all was well: what makes a PG stuck. Milliseconds since 1970, 0 for never. */
export interface PgStamps {
  readonly lastChange: number;
  readonly lastActive: number;
  readonly lastPeered: number;
  readonly lastUnstale: number;
  readonly lastFullsized: number;
}

/** A record and all that its bytes say. */
export interface DecodedPg {
  readonly record: PgRecord;
  readonly stat: PgStat;
}

const decoded = ({ pool, seed }: PgId, raw: Uint8Array, stat: PgStat): DecodedPg => ({
  stat,
  record: {
    pool,
    seed,
    raw,
    reportedEpoch: stat.reportedEpoch,
    reportedSeq: stat.reportedSeq,
    state: stat.state,
    acting: stat.acting,
    actingPrimary: stat.actingPrimary,
    lastScrub: msOfUtime(stat.lastScrubStamp),
    lastDeepScrub: msOfUtime(stat.lastDeepScrubStamp),
    snaptrimqLen: stat.snaptrimqLen,
    unfound: stat.stats.numObjectsUnfound,
    numBytes: stat.stats.numBytes,
    numBytesRecovered: stat.stats.numBytesRecovered,
    stamps: mayBeStuck(stat.state) ? stampsOf(stat) : undefined,
  },
});

const mayBeStuck = (state: number): boolean =>
  !hasState(state, "active") || hasState(state, "undersized") || hasState(state, "stale") ||
  hasState(state, "peering");

const stampsOf = (stat: PgStat): PgStamps => ({
  lastChange: msOfUtime(stat.lastChange),
  lastActive: msOfUtime(stat.lastActive),
  lastPeered: msOfUtime(stat.lastPeered),
  lastUnstale: msOfUtime(stat.lastUnstale),
  lastFullsized: msOfUtime(stat.lastFullsized),
});

/** A report of an OSD. Throws DecodeError. */
export function reportedPg(pg: PgId, raw: Uint8Array): DecodedPg {
  return decoded(pg, raw, readRaw(raw, PgStat.decode));
}

/** A PG that the OSDMap has and nobody has reported. `stamp` is that of the map. */
export function unknownPg(pg: PgId, stamp: UTime): DecodedPg {
  const stat = unknownPgStat(stamp);
  return decoded(pg, encodeAll(PgStat.encode, stat), stat);
}

/** The PG after its acting primary went down. */
export function stalePg(record: PgRecord, now: UTime): DecodedPg {
  const stat = statOf(record);
  const stale = { ...stat, state: withState(stat.state, "stale"), lastUnstale: now };
  return decoded(record, encodeAll(PgStat.encode, stale), stale);
}

/** All that is known of the PG, decoded anew: about a microsecond. */
export function statOf(record: PgRecord): PgStat {
  return readRaw(record.raw, PgStat.decode);
}

/** Whether `a` was reported after `b`. Upstream: pg_stat_t::get_version_pair */
export function isNewer(a: PgRecord, b: PgRecord): boolean {
  return a.reportedEpoch > b.reportedEpoch ||
    (a.reportedEpoch === b.reportedEpoch && a.reportedSeq > b.reportedSeq);
}
