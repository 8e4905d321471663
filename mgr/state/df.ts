/** Space of the cluster, of device classes and of pools, as `ceph df` has it. float32 where upstream has it. */

import type { OsdStat } from "../types/osd_stat.ts";
import type { PoolStat } from "../types/pool_stat.ts";
import { type StoreStatfs, usedBytes, usedRawBytes } from "../types/store_statfs.ts";
import { availSpaceByRule, osdSum, osdSumByClass, type SpaceLayout } from "./pg_digest.ts";
import type { PgMap } from "./pg_map.ts";

const { fround } = Math;

/** What of a pool counts. */
export interface DfPool {
  readonly crushRule: number;
  readonly quotaMaxBytes: number;
  readonly quotaMaxObjects: number;
  readonly tierOf: number;
}

/** What of the OSDMap counts. */
export interface DfLayout extends SpaceLayout {
  readonly pools: ReadonlyMap<number, DfPool>;
  readonly poolNames: ReadonlyMap<number, string>;
  /** How much raw space a byte takes: copies, or (k+m)/k. */
  rawUsedRate(pool: number): number;
}

function dumpSpace(statfs: StoreStatfs) {
  const raw = usedRawBytes(statfs);
  return {
    total_bytes: statfs.total,
    total_avail_bytes: statfs.available,
    total_used_bytes: usedBytes(statfs),
    total_used_raw_bytes: raw,
    total_used_raw_ratio: statfs.total === 0 ? 0 : fround(fround(raw) / fround(statfs.total)),
  };
}

/** All of `ceph df detail`. Upstream: PGMapDigest::dump_cluster_stats, dump_pool_stats_full */
export function dumpDf(map: PgMap, layout: DfLayout) {
  const total = osdSum(map.osds.values());
  const avail = availSpaceByRule(map, layout);
  return {
    stats: {
      ...dumpSpace(total.statfs),
      num_osds: total.numOsds,
      num_per_pool_osds: total.numPerPoolOsds,
      num_per_pool_omap_osds: total.numPerPoolOmapOsds,
    },
    stats_by_class: Object.fromEntries(
      [...osdSumByClass(map, layout)].map(([name, { statfs }]) => [name, dumpSpace(statfs)]),
    ),
    pools: [...layout.pools].filter(([id]) => map.pools.has(id)).map(([id, pool]) => ({
      name: layout.poolNames.get(id) ?? "",
      id,
      stats: dumpPoolSpace(map.pools.get(id)!.sum, pool, {
        avail: Math.max(0, avail.get(pool.crushRule) ?? 0),
        rate: fround(layout.rawUsedRate(id)),
        ...perPoolOf(total),
      }),
    })),
  };
}

/** Whether all OSDs tell pools apart; if not, what pools take is worked out of their objects. */
const perPoolOf = ({ numOsds, numPerPoolOsds, numPerPoolOmapOsds }: OsdStat) => ({
  perPool: numOsds === numPerPoolOsds,
  perPoolOmap: numOsds === numPerPoolOmapOsds,
});

interface PoolSpaceInput {
  /** Raw bytes that may be written. */
  readonly avail: number;
  /** Raw bytes for a byte. */
  readonly rate: number;
  readonly perPool: boolean;
  readonly perPoolOmap: boolean;
}

/** Upstream: PGMapDigest::dump_object_stat_sum */
function dumpPoolSpace({ stats, storeStats }: PoolStat, pool: DfPool, input: PoolSpaceInput) {
  const { avail, perPool, perPoolOmap } = input;
  const { numObjectCopies: copies } = stats;
  const whole = copies > 0 ? fround(fround(copies - stats.numObjectsDegraded) / fround(copies)) : 1;
  const rate = fround(input.rate * whole);
  const bytes = stats.numBytes + stats.numBytesHitSetArchive;
  const dataUsed = perPool ? storeStats.allocated : bytes;
  const omapUsed = perPoolOmap ? storeStats.omapAllocated : stats.numOmapBytes;
  const used = dataUsed + omapUsed;
  const ofRaw = (raw: number): number => (rate > 0 ? Math.trunc(fround(fround(raw) / rate)) : 0);
  const storedData = perPool ? ofRaw(storeStats.dataStored) : bytes;
  const storedOmap = perPoolOmap ? ofRaw(storeStats.omapAllocated) : stats.numOmapBytes;
  const stored = storedData + storedOmap;
  return {
    stored,
    stored_data: storedData,
    stored_omap: storedOmap,
    objects: stats.numObjects,
    kb_used: Math.ceil(used / 1024),
    bytes_used: used,
    data_bytes_used: dataUsed,
    omap_bytes_used: omapUsed,
    percent_used: usedPart(used, avail),
    max_avail: ofRaw(avail),
    quota_objects: pool.quotaMaxObjects,
    quota_bytes: pool.quotaMaxBytes,
    dirty: pool.tierOf >= 0 ? stats.numObjectsDirty : 0,
    rd: stats.numRd,
    rd_bytes: stats.numRdKb * 1024,
    wr: stats.numWr,
    wr_bytes: stats.numWrKb * 1024,
    compress_bytes_used: storeStats.dataCompressedAllocated,
    compress_under_bytes: storeStats.dataCompressedOriginal,
    stored_raw: Math.trunc(fround(fround(stored) * rate)),
    avail_raw: avail,
  };
}

function usedPart(used: number, avail: number): number {
  if (avail === 0) return used > 0 ? 1 : 0;
  return fround(fround(used) / fround(fround(used) + fround(avail)));
}
