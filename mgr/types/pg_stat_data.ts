/** Statistics of a placement group as modules see them: Ceph's keys in the order of ceph-mgr's `get()`. */

import type { PgStatData } from "@ganglion/sdk";
import type { Decoder } from "../encoding/mod.ts";
import { KnownTexts } from "./known_texts.ts";
import { dumpStatSum } from "./object_stat_sum.ts";
import { formatPg, formatVersion } from "./pg_id.ts";
import { type PgStatOf, type PgStatPartTypes, pgStatReader, shardReader } from "./pg_stat.ts";
import { formatShard } from "./pg_stat_dump.ts";
import { pgStateText } from "./pg_state.ts";
import { ObjectStatCollection } from "./pool_stat.ts";
import { formatTime } from "./utime.ts";

/** What modules see of the structures inside. */
interface Shown extends PgStatPartTypes {
  readonly version: string;
  readonly pg: string;
  readonly time: string;
  readonly stats: PgStatData["stat_sum"];
  readonly snaps: PgStatData["purged_snaps"];
  readonly shard: string;
}

/** Most of them are that of nothing. */
const versions = new KnownTexts(formatVersion);
const parents = new KnownTexts(formatPg);

/** Nothing in between: of many placement groups most of the time would go into collecting structures. */
const readShown = pgStatReader<Shown>({
  version: (d) => versions.of(d.u64n(), d.u32()),
  pg: readPgText,
  time: (d) => formatTime(d.u32(), d.u32()),
  stats: (d) => dumpStatSum(ObjectStatCollection.decode(d)),
  snaps: (d) => d.list(readInterval),
  shard: shardReader(formatShard),
});

function readPgText(d: Decoder): string {
  d.u8();
  const text = parents.of(d.i64n(), d.u32());
  d.i32();
  return text;
}

/** Hexadecimal, as snapids print. */
const readInterval = (d: Decoder) => ({ start: d.u64().toString(16), length: d.u64().toString(16) });

/** Reads an element of `get("pg_stats")` out of a pg_stat_t. It shares lists with what the group was before. */
export function readPgStatData(d: Decoder, pgid: string, former: PgStatData | undefined): PgStatData {
  return pgStatData(pgid, readShown(d), former);
}

/** The former list when it is the same. */
function kept<T>(list: readonly T[], former: readonly T[] | undefined): readonly T[] {
  if (former === undefined || former.length !== list.length) return list;
  for (let i = 0; i < list.length; i++) if (list[i] !== former[i]) return list;
  return former;
}

/** What upstream writes as a stream comes last. Upstream: pg_stat_t::dump */
function pgStatData(pgid: string, s: PgStatOf<Shown>, former: PgStatData | undefined): PgStatData {
  const up = kept(s.up, former?.up);
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
    stat_sum: s.stats,
    up,
    acting: kept(s.acting, former?.acting ?? up),
    avail_no_missing: kept(s.availNoMissing, former?.avail_no_missing),
    object_location_counts: s.objectLocationCounts.map(({ shards, objects }) => ({
      objects,
      shards: shards.join(","),
    })),
    blocked_by: kept(s.blockedBy, former?.blocked_by),
    up_primary: s.upPrimary,
    acting_primary: s.actingPrimary,
    purged_snaps: s.purgedSnaps,
    pgid,
    version: s.version,
    last_fresh: s.lastFresh,
    last_change: s.lastChange,
    last_active: s.lastActive,
    last_peered: s.lastPeered,
    last_clean: s.lastClean,
    last_became_active: s.lastBecameActive,
    last_became_peered: s.lastBecamePeered,
    last_unstale: s.lastUnstale,
    last_undegraded: s.lastUndegraded,
    last_fullsized: s.lastFullsized,
    log_start: s.logStart,
    ondisk_log_start: s.ondiskLogStart,
    parent: s.parent,
    last_scrub: s.lastScrub,
    last_scrub_stamp: s.lastScrubStamp,
    last_deep_scrub: s.lastDeepScrub,
    last_deep_scrub_stamp: s.lastDeepScrubStamp,
    last_clean_scrub_stamp: s.lastCleanScrubStamp,
  };
}
