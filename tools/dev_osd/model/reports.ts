/** What an OSD reports of itself and of the PGs that it leads: MPGStats. */

import type { PgStatsOf } from "../../../mgr/messages/pg_stats.ts";
import type { ObjectStatSum } from "../../../mgr/types/object_stat_sum.ts";
import { zeroStatSum } from "../../../mgr/types/object_stat_sum.ts";
import { type OsdStat, zeroOsdStat } from "../../../mgr/types/osd_stat.ts";
import type { PgId } from "../../../mgr/types/pg_id.ts";
import { type PgStat, unknownPgStat } from "../../../mgr/types/pg_stat.ts";
import { type StoreStatfs, zeroStatfs } from "../../../mgr/types/store_statfs.ts";
import { utimeOfMs } from "../../../mgr/types/utime.ts";
import type { SimPg } from "./sim_pg.ts";
import type { PgContent, SimWorld } from "./sim_world.ts";

/** What the messages are made of. */
export type PgStatsValue = PgStatsOf<OsdStat, PgStat, StoreStatfs>;

/** An OSD without anything in it uses so much. */
const BASE_BYTES = 256 * 1024 * 1024;
const METADATA_BYTES = 64 * 1024 * 1024;
const NS_PER_MS = 1_000_000;
const KIB = 1024;
const LOG_ENTRIES = 3000;

/** What the OSD knows of itself. */
export interface OsdFigures {
  readonly id: number;
  readonly upFrom: number;
  readonly reports: number;
  readonly deviceBytes: number;
  /** Bytes that a fault pretends are in use. */
  readonly pretendedBytes: number;
  readonly latencyMs: number;
  readonly peers: readonly number[];
}

/** Statistics of one PG. `seq` counts its reports. */
export function pgStatOf(pg: SimPg, world: SimWorld, seq: number, epoch: number, nowMs: number): PgStat {
  const content = world.content(pg);
  const { stamps, mapping } = pg;
  const time = utimeOfMs;
  const version = { version: content.work.writes, epoch };
  const log = Math.min(LOG_ENTRIES, content.work.writes);
  return {
    ...unknownPgStat(time(stamps.change)),
    version,
    reportedSeq: seq,
    reportedEpoch: epoch,
    state: pg.state,
    logStart: { version: content.work.writes - log, epoch: log === content.work.writes ? 0 : epoch },
    created: pg.created,
    lastEpochClean: pg.lastEpochClean,
    lastScrubStamp: time(stamps.scrub),
    lastDeepScrubStamp: time(stamps.deepScrub),
    lastCleanScrubStamp: time(stamps.cleanScrub),
    stats: sumOf(pg, content, world.rules(pg).size),
    logSize: log,
    ondiskLogSize: log,
    up: mapping.up,
    acting: mapping.acting,
    upPrimary: mapping.upPrimary,
    actingPrimary: mapping.actingPrimary,
    lastFresh: time(nowMs),
    lastChange: time(stamps.change),
    lastActive: time(stamps.active),
    lastClean: time(stamps.clean),
    lastUnstale: time(nowMs),
    lastUndegraded: time(stamps.undegraded),
    lastFullsized: time(stamps.fullsized),
    lastPeered: time(stamps.peered),
    lastBecameActive: time(stamps.becameActive),
    lastBecamePeered: time(stamps.becamePeered),
    mappingEpoch: pg.mappingEpoch,
  };
}

function sumOf(pg: SimPg, content: PgContent, size: number): ObjectStatSum {
  const { objects, work } = content;
  const { degraded, misplaced } = pg.lacking(size, objects);
  const missing = pg.acting.reduce((sum, osd) => sum + Math.min(objects, pg.missingOn(osd)), 0);
  return {
    ...zeroStatSum(),
    numBytes: content.bytes,
    numObjects: objects,
    numObjectCopies: objects * size,
    numObjectsMissingOnPrimary: Math.min(objects, pg.missingOn(pg.mapping.actingPrimary)),
    numObjectsMissing: missing,
    numObjectsDegraded: degraded,
    numObjectsMisplaced: misplaced,
    numRd: work.reads,
    numRdKb: Math.floor(work.readBytes / KIB),
    numWr: work.writes,
    numWrKb: Math.floor(work.writeBytes / KIB),
    numScrubErrors: pg.errors,
    numShallowScrubErrors: pg.errors,
    numObjectsRecovered: pg.recoveredObjects,
    numBytesRecovered: objects === 0 ? 0 : Math.floor(pg.recoveredObjects * content.bytes / objects),
    numObjectsDirty: objects,
    numObjectsOmap: content.omapObjects,
    numOmapKeys: content.omapKeys,
    numOmapBytes: content.omapBytes,
  };
}

/** Bytes on this OSD: of each PG the share that it has. */
function storedBytes(pg: SimPg, world: SimWorld, osd: number): { bytes: number; omap: number } {
  const { objects, bytes, omapBytes } = world.content(pg);
  const share = objects === 0 ? 1 : 1 - Math.min(objects, pg.missingOn(osd)) / objects;
  return { bytes: Math.floor(bytes * share), omap: Math.floor(omapBytes * share) };
}

/** Space of the OSD's store, and the part of each pool. */
export function spaceOf(
  { id, deviceBytes, pretendedBytes }: OsdFigures,
  world: SimWorld,
): { whole: StoreStatfs; byPool: Map<number, StoreStatfs> } {
  const byPool = new Map<number, StoreStatfs>();
  for (const pg of world.servedBy(id)) {
    const pool = byPool.get(pg.id.pool) ?? zeroStatfs();
    byPool.set(pg.id.pool, pool);
    const { bytes, omap } = storedBytes(pg, world, id);
    pool.allocated += bytes;
    pool.dataStored += bytes;
    pool.omapAllocated += omap;
  }
  const pools = [...byPool.values()];
  const data = pools.reduce((sum, { allocated }) => sum + allocated, 0);
  const omap = pools.reduce((sum, { omapAllocated }) => sum + omapAllocated, 0);
  const used = Math.max(BASE_BYTES + data + omap + METADATA_BYTES, pretendedBytes);
  const whole = {
    ...zeroStatfs(),
    total: deviceBytes,
    available: Math.max(0, deviceBytes - used),
    allocated: used - omap - METADATA_BYTES,
    dataStored: data,
    omapAllocated: omap,
    internalMetadata: METADATA_BYTES,
  };
  return { whole, byPool };
}

/** The whole message. */
export function pgStatsMessage(
  figures: OsdFigures,
  world: SimWorld,
  fsid: string,
  epoch: number,
  nowMs: number,
): PgStatsValue {
  const { whole, byPool } = spaceOf(figures, world);
  const latency = Math.floor(figures.latencyMs * NS_PER_MS);
  const osdStat: OsdStat = {
    ...zeroOsdStat(),
    statfs: whole,
    hbPeers: figures.peers,
    perfStat: { commitLatencyNs: latency, applyLatencyNs: latency },
    upFrom: figures.upFrom,
    seq: (BigInt(figures.upFrom) << 32n) | BigInt(figures.reports),
    numPgs: world.servedBy(figures.id).length,
    osAlerts: new Map([[figures.id, new Map()]]),
    numOsds: 1,
    numPerPoolOsds: 1,
    numPerPoolOmapOsds: 1,
  };
  const pgStat = world.ledBy(figures.id).map((pg): { pg: PgId; stat: PgStat } => ({
    pg: pg.id,
    stat: pgStatOf(pg, world, figures.reports, epoch, nowMs),
  }));
  return { fsid, osdStat, pgStat, epoch, poolStat: byPool };
}
