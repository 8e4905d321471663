/** One placement group as it was reported last: the bytes, and what of them is looked at often. */

import { isSame } from "../encoding/difference.ts";
import { encodeAll } from "../encoding/mod.ts";
import { type PgBrief, readPgBrief } from "../types/pg_brief.ts";
import type { PgId } from "../types/pg_id.ts";
import { PgStat, unknownPgStat } from "../types/pg_stat.ts";
import { hasState, withState } from "../types/pg_state.ts";
import { readRaw } from "../types/raw_struct.ts";
import { msOfUtime, type UTime } from "../types/utime.ts";

/** A PG as it is reported: the bytes, and what of them is counted. */
export interface ReportedPg extends PgId {
  /** The pg_stat_t. */
  readonly raw: Uint8Array;
  readonly brief: PgBrief;
}

/**
 * Decoded statistics take five times the room of their bytes, so of the many PGs of a cluster only this is kept
 * decoded. A report of the same era changes it: who keeps records has another era begin, and then new ones are made.
 */
export interface PgRecord extends PgId {
  /** See PgMap.share. */
  readonly era: number;
  /** The pg_stat_t. */
  readonly raw: Uint8Array;
  readonly reportedEpoch: number;
  readonly reportedSeq: number;
  /** Bits of PG_STATE_*; 0 is "unknown". */
  readonly state: number;
  readonly acting: readonly number[];
  /** -1 for none. */
  readonly actingPrimary: number;
  /** Whole seconds since 1970, which take no room of their own. */
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

/** Of no era: many have the same bytes. */
const NO_ERA = -1;

/** A record of its own bytes. Of the last record of the PG it takes over what is the same. */
export function recordOf(pg: ReportedPg, era: number, last?: PgRecord): PgRecord {
  return made(pg, era, pg.raw.slice(), last);
}

/** The same record after a report: so nothing has to be made, and later collected, of each of 20,000 a second. */
export function renew(record: PgRecord, pg: ReportedPg): void {
  const fits = record.raw.length === pg.raw.length;
  if (fits) record.raw.set(pg.raw);
  Object.assign(record, made(pg, record.era, fits ? record.raw : pg.raw.slice(), record));
}

/** Records of PGs that nobody has reported yet: they have the same bytes. */
export function unknownRecords(pg: ReportedPg, size: number): PgRecord[] {
  const first = made(pg, NO_ERA, pg.raw);
  return Array.from({ length: size }, (_, i) => ({ ...first, seed: first.seed + i }));
}

const made = (
  { pool, seed, brief }: ReportedPg,
  era: number,
  raw: Uint8Array,
  last?: PgRecord,
): PgRecord => ({
  pool,
  seed,
  era,
  raw,
  reportedEpoch: brief.reportedEpoch,
  reportedSeq: brief.reportedSeq,
  state: brief.state,
  acting: last !== undefined && isSame(last.acting, brief.acting) ? last.acting : brief.acting,
  actingPrimary: brief.actingPrimary,
  lastScrub: brief.lastScrubStamp,
  lastDeepScrub: brief.lastDeepScrubStamp,
  snaptrimqLen: brief.snaptrimqLen,
  unfound: brief.stats.numObjectsUnfound,
  numBytes: brief.stats.numBytes,
  numBytesRecovered: brief.stats.numBytesRecovered,
  stamps: mayBeStuck(brief.state) ? stampsOf(readRaw(raw, PgStat.decode)) : undefined,
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
export function reportedPg({ pool, seed }: PgId, raw: Uint8Array): ReportedPg {
  return { pool, seed, raw, brief: readRaw(raw, readPgBrief) };
}

/** A PG that the OSDMap has and nobody has reported. `stamp` is that of the map. */
export function unknownPg(pg: PgId, stamp: UTime): ReportedPg {
  return reportedPg(pg, encodeAll(PgStat.encode, unknownPgStat(stamp)));
}

/** The PG after its acting primary went down. */
export function stalePg(record: PgRecord, now: UTime): ReportedPg {
  const stat = statOf(record);
  const stale = { ...stat, state: withState(stat.state, "stale"), lastUnstale: now };
  return reportedPg(record, encodeAll(PgStat.encode, stale));
}

/** What the sums hold of a record. */
export function briefOf({ raw }: PgRecord): PgBrief {
  return readRaw(raw, readPgBrief);
}

/** All that is known of the PG, decoded anew: about a microsecond. */
export function statOf(record: PgRecord): PgStat {
  return readRaw(record.raw, PgStat.decode);
}

type Version = Pick<PgRecord, "reportedEpoch" | "reportedSeq">;

/** Whether `a` was reported after `b`. Upstream: pg_stat_t::get_version_pair */
export function isNewer(a: Version, b: Version): boolean {
  return a.reportedEpoch > b.reportedEpoch ||
    (a.reportedEpoch === b.reportedEpoch && a.reportedSeq > b.reportedSeq);
}
