/** What OSDs report: their space, and the placement groups that they lead. Encoded as OSDs do. */

import { encodeAll } from "../../../mgr/encoding/mod.ts";
import type { OsdReport } from "../../../mgr/state/pg_map.ts";
import { zeroStatSum } from "../../../mgr/types/object_stat_sum.ts";
import { OsdStat, zeroOsdStat } from "../../../mgr/types/osd_stat.ts";
import { PgStat, unknownPgStat } from "../../../mgr/types/pg_stat.ts";
import { StoreStatfs, zeroStatfs } from "../../../mgr/types/store_statfs.ts";
import { utimeOfMs } from "../../../mgr/types/utime.ts";
import type { PgView } from "./placement.ts";

/** An OSD without anything in it uses so much. */
const BASE_BYTES = 256 * 2 ** 20;
const METADATA_BYTES = 64 * 2 ** 20;
const LOG_ENTRIES = 3000;
const LATENCY_NS = 1_000_000;

/** One OSD when it reports. */
export interface OsdView {
  readonly id: number;
  readonly upFrom: number;
  readonly deviceBytes: number;
  readonly peers: readonly number[];
  readonly pgs: number;
  /** Bytes that it holds, by pool. */
  readonly held: ReadonlyMap<number, number>;
}

/** Number of the report, the epoch it is of, and when. */
export interface ReportMoment {
  readonly seq: number;
  readonly epoch: number;
  readonly wallMs: number;
}

/** `led` are the groups of which there is something to say. */
export function osdReport(osd: OsdView, led: readonly PgView[], at: ReportMoment): OsdReport {
  const held = [...osd.held].map(([pool, bytes]) => [pool, spaceOf(bytes)] as const);
  return {
    osdStat: encodeAll(OsdStat.encode, osdStat(osd, at)),
    pgStat: led.map((pg) => ({ pg: pg.id, stat: encodeAll(PgStat.encode, pgStat(pg, at)) })),
    poolStat: new Map(held.map(([pool, space]) => [pool, encodeAll(StoreStatfs.encode, space)])),
  };
}

/** Bytes that are in use on an OSD. */
export function usedBytes({ held, deviceBytes }: OsdView): number {
  const data = [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
  return Math.min(deviceBytes, BASE_BYTES + METADATA_BYTES + data);
}

function spaceOf(bytes: number): StoreStatfs {
  return { ...zeroStatfs(), allocated: bytes, dataStored: bytes };
}

function osdStat(osd: OsdView, { seq }: ReportMoment): OsdStat {
  const used = usedBytes(osd);
  const data = [...osd.held.values()].reduce((sum, bytes) => sum + bytes, 0);
  return {
    ...zeroOsdStat(),
    statfs: {
      ...zeroStatfs(),
      total: osd.deviceBytes,
      available: osd.deviceBytes - used,
      allocated: used - METADATA_BYTES,
      dataStored: data,
      internalMetadata: METADATA_BYTES,
    },
    hbPeers: osd.peers,
    perfStat: { commitLatencyNs: LATENCY_NS, applyLatencyNs: LATENCY_NS },
    upFrom: osd.upFrom,
    seq: (BigInt(osd.upFrom) << 32n) | BigInt(seq),
    numPgs: osd.pgs,
    osAlerts: new Map([[osd.id, new Map()]]),
    numOsds: 1,
    numPerPoolOsds: 1,
    numPerPoolOmapOsds: 1,
  };
}

function pgStat(pg: PgView, { seq, epoch, wallMs }: ReportMoment): PgStat {
  const { times, content, mapping } = pg;
  const log = Math.min(LOG_ENTRIES, content.objects);
  return {
    ...unknownPgStat(utimeOfMs(times.created)),
    version: { version: content.objects, epoch: content.objects === 0 ? 0 : pg.createdEpoch },
    reportedSeq: seq,
    reportedEpoch: epoch,
    state: pg.state,
    created: pg.createdEpoch,
    lastEpochClean: times.clean === 0 ? 0 : pg.mappingEpoch,
    lastScrubStamp: utimeOfMs(times.created),
    lastDeepScrubStamp: utimeOfMs(times.created),
    lastCleanScrubStamp: utimeOfMs(times.created),
    stats: {
      ...zeroStatSum(),
      numBytes: content.bytes,
      numObjects: content.objects,
      numObjectCopies: content.objects * pg.size,
      numObjectsDegraded: content.objects * (pg.size - pg.acting.length),
      numWr: content.objects,
      numWrKb: Math.floor(content.bytes / 1024),
      numObjectsDirty: content.objects,
    },
    logSize: log,
    ondiskLogSize: log,
    up: mapping.up,
    acting: mapping.acting,
    upPrimary: mapping.upPrimary,
    actingPrimary: mapping.actingPrimary,
    mappingEpoch: pg.mappingEpoch,
    lastFresh: utimeOfMs(wallMs),
    lastUnstale: utimeOfMs(wallMs),
    lastPeered: utimeOfMs(wallMs),
    lastChange: utimeOfMs(times.change),
    lastActive: utimeOfMs(times.active),
    lastBecameActive: utimeOfMs(times.change),
    lastBecamePeered: utimeOfMs(times.change),
    lastClean: utimeOfMs(times.clean),
    lastUndegraded: utimeOfMs(times.undegraded),
    lastFullsized: utimeOfMs(times.fullsized),
  };
}
