/** One placement group as it was reported last: the bytes, and what of them is looked at often. */

import { encodeAll } from "../encoding/mod.ts";
import { type PgBrief, readPgBrief } from "../types/pg_brief.ts";
import type { PgId } from "../types/pg_id.ts";
import { PgStat, unknownPgStat } from "../types/pg_stat.ts";
import { hasState, withState } from "../types/pg_state.ts";
import { readRaw } from "../types/raw_struct.ts";
import type { UTime } from "../types/utime.ts";

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

/** A record, and what of its bytes is counted. */
export interface CountedPg {
  readonly record: PgRecord;
  readonly brief: PgBrief;
}

const counted = ({ pool, seed }: PgId, raw: Uint8Array, brief: PgBrief, known?: PgRecord): CountedPg => ({
  brief,
  record: {
    pool,
    seed,
    raw,
    reportedEpoch: brief.reportedEpoch,
    reportedSeq: brief.reportedSeq,
    state: brief.state,
    acting: known !== undefined && isSame(known.acting, brief.acting) ? known.acting : brief.acting,
    actingPrimary: brief.actingPrimary,
    lastScrub: brief.lastScrubStamp,
    lastDeepScrub: brief.lastDeepScrubStamp,
    snaptrimqLen: brief.snaptrimqLen,
    unfound: brief.stats.numObjectsUnfound,
    numBytes: brief.stats.numBytes,
    numBytesRecovered: brief.stats.numBytesRecovered,
    stamps: mayBeStuck(brief.state) ? stampsOf(brief) : undefined,
  },
});

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((osd, i) => osd === b[i]);

const mayBeStuck = (state: number): boolean =>
  !hasState(state, "active") || hasState(state, "undersized") || hasState(state, "stale") ||
  hasState(state, "peering");

const stampsOf = ({ lastChange, lastActive, lastPeered, lastUnstale, lastFullsized }: PgBrief): PgStamps => ({
  lastChange,
  lastActive,
  lastPeered,
  lastUnstale,
  lastFullsized,
});

/** A report of an OSD; of what is known so far it takes over what is the same. Throws DecodeError. */
export function reportedPg(pg: PgId, raw: Uint8Array, known: PgRecord | undefined): CountedPg {
  return counted(pg, raw, readRaw(raw, readPgBrief), known);
}

/** A PG that the OSDMap has and nobody has reported. `stamp` is that of the map. */
export function unknownPg(pg: PgId, stamp: UTime): CountedPg {
  return madeOf(pg, unknownPgStat(stamp));
}

/** The PG after its acting primary went down. */
export function stalePg(record: PgRecord, now: UTime): CountedPg {
  const stat = statOf(record);
  return madeOf(record, { ...stat, state: withState(stat.state, "stale"), lastUnstale: now });
}

function madeOf(pg: PgId, stat: PgStat): CountedPg {
  return reportedPg(pg, encodeAll(PgStat.encode, stat), undefined);
}

/** What the sums hold of a record. */
export function countedOf(record: PgRecord): CountedPg {
  return { record, brief: readRaw(record.raw, readPgBrief) };
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
