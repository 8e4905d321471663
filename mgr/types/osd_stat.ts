/** Statistics of an OSD: osd_stat_t with its perf stat, histogram, alerts and ping times. */

import type { Codec, Decoder, Encoder, Read } from "../encoding/mod.ts";
import { addStatfs, kib, StoreStatfs, usedRawBytes, zeroStatfs } from "./store_statfs.ts";

/** Latencies of the object store. Upstream: objectstore_perf_stat_t in osd/osd_types.h */
export interface PerfStat {
  /** Nanoseconds. */
  commitLatencyNs: number;
  applyLatencyNs: number;
}

const NS_PER_MS = 1_000_000;

/**
 * Read in both forms, u32 milliseconds (v1) and u64 nanoseconds (v2). Written as v1: v2 is for peers with feature
 * OS_PERF_STAT_NS, which nobody announces up to 16.2.15.
 */
export const PerfStat: Codec<PerfStat> = {
  decode: (d) =>
    d.versioned(
      "objectstore_perf_stat_t",
      2,
      (d, v) =>
        v >= 2
          ? { commitLatencyNs: d.u64n(), applyLatencyNs: d.u64n() }
          : { commitLatencyNs: d.u32() * NS_PER_MS, applyLatencyNs: d.u32() * NS_PER_MS },
    ),
  encode: (e, s) =>
    void e.versioned(
      1,
      1,
      (e) => e.u32(Math.floor(s.commitLatencyNs / NS_PER_MS)).u32(Math.floor(s.applyLatencyNs / NS_PER_MS)),
    ),
};

/** Bin i counts values of [2^(i-1), 2^i). Upstream: pow2_hist_t in common/histogram.h */
const Pow2Hist: Codec<number[]> = {
  decode: (d) => d.versioned("pow2_hist_t", 1, (d) => d.list((d) => d.i32(), 4)),
  encode: (e, h) => void e.versioned(1, 1, (e) => e.list(h, (e, n) => e.i32(n))),
};

/** Ping times toward one peer over one network, microseconds: averages, minima and maxima over 1, 5, 15 minutes. */
export interface PingTimes {
  readonly average: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly last: number;
}

/** Upstream: osd_stat_t::Interfaces */
export interface PingInterfaces {
  /** Seconds since 1970. */
  readonly lastUpdate: number;
  readonly back: PingTimes;
  readonly front: PingTimes;
}

const three = (d: Decoder): number[] => [d.u32(), d.u32(), d.u32()];
const decodePing = (d: Decoder): PingTimes => ({
  average: three(d),
  min: three(d),
  max: three(d),
  last: d.u32(),
});
function encodePing(e: Encoder, p: PingTimes): void {
  for (const n of [...p.average, ...p.min, ...p.max, p.last]) e.u32(n);
}

const decodeInterfaces = (d: Decoder): PingInterfaces => ({
  lastUpdate: d.u32(),
  back: decodePing(d),
  front: decodePing(d),
});
const encodeInterfaces = (e: Encoder, i: PingInterfaces): void => {
  e.u32(i.lastUpdate);
  encodePing(e, i.back);
  encodePing(e, i.front);
};

/** Alerts by OSD: name -> text. An OSD without any sends an empty map under its own id. */
export type OsAlerts = Map<number, Map<string, string>>;

/** Upstream: osd_stat_t in osd/osd_types.h. The kb fields of the wire are copies of statfs and not kept. */
export interface OsdStat {
  statfs: StoreStatfs;
  snapTrimQueueLen: number;
  numSnapTrimming: number;
  hbPeers: readonly number[];
  opQueueAgeHist: number[];
  perfStat: PerfStat;
  /** Epoch in which the OSD came up. */
  upFrom: number;
  /** up_from << 32 | number of the report. */
  seq: bigint;
  numPgs: number;
  osAlerts: OsAlerts;
  numShardsRepaired: number;
  /** 1 in a report; a sum counts. */
  numOsds: number;
  numPerPoolOsds: number;
  numPerPoolOmapOsds: number;
  /** By peer. */
  hbPingtime: ReadonlyMap<number, PingInterfaces>;
}

type PingsByPeer = OsdStat["hbPingtime"];

const decodePings = (d: Decoder): PingsByPeer => d.map((d) => d.i32(), decodeInterfaces);

/** v14/2. */
export const OsdStat: Codec<OsdStat> = {
  decode: osdStatReader(decodePings),
  encode: (e, s) => void e.versioned(14, 2, (e) => encodeBody(e, s)),
};

function osdStatReader(pings: Read<PingsByPeer>): Read<OsdStat> {
  return (d) => d.versioned("osd_stat_t", 14, (d, v) => decodeBody(d, v, pings));
}

/** All but the ping times, which are most of it. */
export const readOsdStatAlone: Read<OsdStat> = osdStatReader(() => new Map());

const NO_PINGS: OsdStat["hbPingtime"] = new Map();

/** An OSD's statistics without the ping times: those of a large cluster take more room than all the rest. */
export interface OsdBrief {
  readonly stat: OsdStat;
  /** The longest average of the ping times, microseconds. */
  readonly slowestPing: number;
}

/** Reads all of it, keeps the brief part. Throws DecodeError. */
export function readOsdBrief(d: Decoder): OsdBrief {
  let slowestPing = 0;
  const pings = (d: Decoder): OsdStat["hbPingtime"] => {
    slowestPing = readSlowestPing(d);
    return NO_PINGS;
  };
  return { stat: osdStatReader(pings)(d), slowestPing };
}

/** Minima and maxima over three spans, and the last time. */
const PING_REST = 7 * 4;

function readSlowestPing(d: Decoder): number {
  let slowest = 0;
  for (let peers = d.count(); peers > 0; peers--) {
    // The peer, and when it was last updated.
    d.skip(8);
    for (let network = 0; network < 2; network++) {
      for (let span = 0; span < 3; span++) slowest = Math.max(slowest, d.u32());
      d.skip(PING_REST);
    }
  }
  return slowest;
}

function decodeBody(d: Decoder, v: number, pings: Read<PingsByPeer>): OsdStat {
  const [kb, kbUsed, kbAvail] = [d.i64n(), d.i64n(), d.i64n()];
  const snapTrimQueueLen = d.i32();
  const numSnapTrimming = d.i32();
  const hbPeers = d.list((d) => d.i32(), 4);
  d.list((d) => d.i32(), 4);
  const opQueueAgeHist = v >= 3 ? Pow2Hist.decode(d) : [];
  const perfStat = v >= 4 ? PerfStat.decode(d) : { commitLatencyNs: 0, applyLatencyNs: 0 };
  const upFrom = v >= 6 ? d.u32() : 0;
  const seq = v >= 6 ? d.u64() : 0n;
  const numPgs = v >= 7 ? d.u32() : 0;
  const [kbData, kbOmap, kbMeta] = v >= 8 ? [d.i64n(), d.i64n(), d.i64n()] : [kbUsed, 0, 0];
  const statfs = v >= 9 ? StoreStatfs.decode(d) : {
    ...zeroStatfs(),
    total: kb * 1024,
    available: kbAvail * 1024,
    allocated: kbData * 1024,
    omapAllocated: kbOmap * 1024,
    internalMetadata: kbMeta * 1024,
  };
  return {
    statfs,
    snapTrimQueueLen,
    numSnapTrimming,
    hbPeers,
    opQueueAgeHist,
    perfStat,
    upFrom,
    seq,
    numPgs,
    osAlerts: v >= 10 ? d.map((d) => d.i32(), (d) => d.stringMap()) : new Map(),
    numShardsRepaired: v >= 11 ? d.u64n() : 0,
    numOsds: v >= 12 ? d.u32() : 0,
    numPerPoolOsds: v >= 12 ? d.u32() : 0,
    numPerPoolOmapOsds: v >= 13 ? d.u32() : 0,
    hbPingtime: v >= 14 ? pings(d) : new Map(),
  };
}

function encodeBody(e: Encoder, s: OsdStat): void {
  const { statfs } = s;
  e.i64n(kib(statfs.total)).i64n(kib(usedRawBytes(statfs))).i64n(kib(statfs.available));
  e.i32(s.snapTrimQueueLen).i32(s.numSnapTrimming);
  e.list(s.hbPeers, (e, n) => e.i32(n)).u32(0);
  Pow2Hist.encode(e, s.opQueueAgeHist);
  PerfStat.encode(e, s.perfStat);
  e.u32(s.upFrom).u64(s.seq).u32(s.numPgs);
  e.i64n(kib(statfs.allocated)).i64n(kib(statfs.omapAllocated)).i64n(kib(statfs.internalMetadata));
  StoreStatfs.encode(e, statfs);
  e.map(s.osAlerts, (e, osd) => e.i32(osd), (e, alerts) => e.stringMap(alerts));
  e.u64n(s.numShardsRepaired).u32(s.numOsds).u32(s.numPerPoolOsds).u32(s.numPerPoolOmapOsds);
  e.map(s.hbPingtime, (e, osd) => e.i32(osd), encodeInterfaces);
}

/** All zero. */
export function zeroOsdStat(): OsdStat {
  return {
    statfs: zeroStatfs(),
    snapTrimQueueLen: 0,
    numSnapTrimming: 0,
    hbPeers: [],
    opQueueAgeHist: [],
    perfStat: { commitLatencyNs: 0, applyLatencyNs: 0 },
    upFrom: 0,
    seq: 0n,
    numPgs: 0,
    osAlerts: new Map(),
    numShardsRepaired: 0,
    numOsds: 0,
    numPerPoolOsds: 0,
    numPerPoolOmapOsds: 0,
    hbPingtime: new Map(),
  };
}

/** Adds `s` to a sum; what belongs to one OSD alone (seq, peers, pings) is not summed. Upstream: osd_stat_t::add */
export function addOsdStat(total: OsdStat, s: OsdStat): void {
  addStatfs(total.statfs, s.statfs, 1);
  total.snapTrimQueueLen += s.snapTrimQueueLen;
  total.numSnapTrimming += s.numSnapTrimming;
  total.numShardsRepaired += s.numShardsRepaired;
  total.numPgs += s.numPgs;
  total.numOsds += s.numOsds;
  total.numPerPoolOsds += s.numPerPoolOsds;
  total.numPerPoolOmapOsds += s.numPerPoolOmapOsds;
  total.perfStat.commitLatencyNs += s.perfStat.commitLatencyNs;
  total.perfStat.applyLatencyNs += s.perfStat.applyLatencyNs;
  s.opQueueAgeHist.forEach((n, i) => total.opQueueAgeHist[i] = (total.opQueueAgeHist[i] ?? 0) + n);
  for (const [osd, alerts] of s.osAlerts) {
    if (!total.osAlerts.has(osd)) total.osAlerts.set(osd, alerts);
  }
}
