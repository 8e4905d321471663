/** Statistics of a placement group as modules see them: Ceph's keys in the order of ceph-mgr's `get()`. */

import type { PgStatData } from "@ganglion/sdk";
import { dumpIntervalSet } from "./interval_set.ts";
import { dumpStatSum } from "./object_stat_sum.ts";
import { formatEVersion, formatPgId, type PgId } from "./pg_id.ts";
import type { PgStat } from "./pg_stat.ts";
import { shardText } from "./pg_stat_dump.ts";
import { pgStateText } from "./pg_state.ts";
import { formatUtime } from "./utime.ts";

/** An element of `get("pg_stats")`; what upstream writes as a stream comes last. Upstream: pg_stat_t::dump */
export function pgStatData(pg: PgId, s: PgStat): PgStatData {
  return {
    reported_seq: BigInt(s.reportedSeq),
    reported_epoch: s.reportedEpoch,
    state: pgStateText(s.state),
    mapping_epoch: s.mappingEpoch,
    created: s.created,
    last_epoch_clean: s.lastEpochClean,
    parent_split_bits: s.parentSplitBits,
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
    up: s.up,
    acting: s.acting,
    avail_no_missing: s.availNoMissing.map(shardText),
    object_location_counts: s.objectLocationCounts.map(({ shards, objects }) => ({
      objects,
      shards: shards.map(shardText).join(","),
    })),
    blocked_by: s.blockedBy,
    up_primary: s.upPrimary,
    acting_primary: s.actingPrimary,
    purged_snaps: dumpIntervalSet(s.purgedSnaps),
    pgid: formatPgId(pg),
    version: formatEVersion(s.version),
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
    log_start: formatEVersion(s.logStart),
    ondisk_log_start: formatEVersion(s.ondiskLogStart),
    parent: formatPgId(s.parent),
    last_scrub: formatEVersion(s.lastScrub),
    last_scrub_stamp: formatUtime(s.lastScrubStamp),
    last_deep_scrub: formatEVersion(s.lastDeepScrub),
    last_deep_scrub_stamp: formatUtime(s.lastDeepScrubStamp),
    last_clean_scrub_stamp: formatUtime(s.lastCleanScrubStamp),
  };
}
