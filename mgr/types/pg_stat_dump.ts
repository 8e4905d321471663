/** Statistics of a placement group as JSON. Upstream: pg_stat_t::dump in osd/osd_types.cc */

import { dumpIntervalSet } from "./interval_set.ts";
import { dumpStatSum } from "./object_stat_sum.ts";
import { formatEVersion, formatPgId, NO_SHARD, type PgId } from "./pg_id.ts";
import type { PgShard, PgStat } from "./pg_stat.ts";
import { pgStateText } from "./pg_state.ts";
import { formatUtime } from "./utime.ts";

/** `0`, or `0(2)` for shard 2 of an erasure coded PG. */
export const shardText = ({ osd, shard }: PgShard): string => formatShard(osd, shard);

/** The same of its two numbers. */
export const formatShard = (osd: number, shard: number): string =>
  shard === NO_SHARD ? `${osd}` : `${osd}(${shard})`;

/** Stamps and versions, in their order. */
function dumpHistory(s: PgStat) {
  return {
    last_fresh: formatUtime(s.lastFresh),
    last_change: formatUtime(s.lastChange),
    last_active: formatUtime(s.lastActive),
    last_peered: formatUtime(s.lastPeered),
    last_clean: formatUtime(s.lastClean),
    last_became_active: formatUtime(s.lastBecameActive),
    last_became_peered: formatUtime(s.lastBecamePeered),
    last_unstale: formatUtime(s.lastUnstale),
    last_undegraded: formatUtime(s.lastUndegraded),
    last_fullsized: formatUtime(s.lastFullsized),
    mapping_epoch: s.mappingEpoch,
    log_start: formatEVersion(s.logStart),
    ondisk_log_start: formatEVersion(s.ondiskLogStart),
    created: s.created,
    last_epoch_clean: s.lastEpochClean,
    parent: formatPgId(s.parent),
    parent_split_bits: s.parentSplitBits,
    last_scrub: formatEVersion(s.lastScrub),
    last_scrub_stamp: formatUtime(s.lastScrubStamp),
    last_deep_scrub: formatEVersion(s.lastDeepScrub),
    last_deep_scrub_stamp: formatUtime(s.lastDeepScrubStamp),
    last_clean_scrub_stamp: formatUtime(s.lastCleanScrubStamp),
  };
}

function dumpCounters(s: PgStat) {
  return {
    log_size: s.logSize,
    ondisk_log_size: s.ondiskLogSize,
    stats_invalid: s.statsInvalid,
    dirty_stats_invalid: s.dirtyStatsInvalid,
    omap_stats_invalid: s.omapStatsInvalid,
    hitset_stats_invalid: s.hitsetStatsInvalid,
    hitset_bytes_stats_invalid: s.hitsetBytesStatsInvalid,
    pin_stats_invalid: s.pinStatsInvalid,
    manifest_stats_invalid: s.manifestStatsInvalid,
    snaptrimq_len: s.snaptrimqLen,
    stat_sum: dumpStatSum(s.stats),
  };
}

/** An element of "pg_stats". */
export function dumpPgStat(pg: PgId, s: PgStat) {
  return {
    pgid: formatPgId(pg),
    version: formatEVersion(s.version),
    reported_seq: s.reportedSeq,
    reported_epoch: s.reportedEpoch,
    state: pgStateText(s.state),
    ...dumpHistory(s),
    ...dumpCounters(s),
    up: s.up,
    acting: s.acting,
    avail_no_missing: s.availNoMissing.map(shardText),
    object_location_counts: s.objectLocationCounts.map(({ shards, objects }) => ({
      shards: shards.map(shardText).join(","),
      objects,
    })),
    blocked_by: s.blockedBy,
    up_primary: s.upPrimary,
    acting_primary: s.actingPrimary,
    purged_snaps: dumpIntervalSet(s.purgedSnaps),
  };
}

/** An element of "pg_stats" of `pg dump pgs_brief`. */
export function dumpPgStatBrief(pg: PgId, s: PgStat) {
  return {
    pgid: formatPgId(pg),
    state: pgStateText(s.state),
    up: s.up,
    acting: s.acting,
    up_primary: s.upPrimary,
    acting_primary: s.actingPrimary,
  };
}
