/** Statistics of an OSD as JSON. Upstream: osd_stat_t::dump in osd/osd_types.cc */

import type { OsAlerts, OsdStat, PerfStat, PingTimes } from "./osd_stat.ts";
import { dumpStatfs, kib, usedRawBytes } from "./store_statfs.ts";

const NS_PER_MS = 1_000_000;

/** "perf_stat", and "perf_stats" of `ceph osd perf`. */
export function dumpPerfStat({ commitLatencyNs, applyLatencyNs }: PerfStat) {
  return {
    commit_latency_ms: commitLatencyNs / NS_PER_MS,
    apply_latency_ms: applyLatencyNs / NS_PER_MS,
    commit_latency_ns: commitLatencyNs,
    apply_latency_ns: applyLatencyNs,
  };
}

const dumpAlerts = (all: OsAlerts): string[] =>
  [...all].flatMap(([osd, alerts]) => [...alerts].map(([name, text]) => ` osd: ${osd} ${name}:${text}`));

/** All but the ping times. */
export function dumpOsdStat(s: OsdStat) {
  const { statfs } = s;
  return {
    up_from: s.upFrom,
    seq: s.seq,
    num_pgs: s.numPgs,
    num_osds: s.numOsds,
    num_per_pool_osds: s.numPerPoolOsds,
    num_per_pool_omap_osds: s.numPerPoolOmapOsds,
    kb: kib(statfs.total),
    kb_used: kib(usedRawBytes(statfs)),
    kb_used_data: kib(statfs.allocated),
    kb_used_omap: kib(statfs.omapAllocated),
    kb_used_meta: kib(statfs.internalMetadata),
    kb_avail: kib(statfs.available),
    statfs: dumpStatfs(statfs),
    hb_peers: s.hbPeers,
    snap_trim_queue_len: s.snapTrimQueueLen,
    num_snap_trimming: s.numSnapTrimming,
    num_shards_repaired: s.numShardsRepaired,
    op_queue_age_hist: { histogram: s.opQueueAgeHist, upper_bound: 2 ** s.opQueueAgeHist.length },
    perf_stat: dumpPerfStat(s.perfStat),
    alerts: dumpAlerts(s.osAlerts),
  };
}

/** "network_ping_times", in milliseconds. */
export function dumpPingTimes(pings: OsdStat["hbPingtime"]) {
  return [...pings].map(([osd, { lastUpdate, back, front }]) => ({
    osd,
    "last update": ctime(lastUpdate),
    interfaces: [
      dumpInterface("back", back),
      // Without a network of its own for clients nothing was measured there.
      ...(front.average[0] === 0 ? [] : [dumpInterface("front", front)]),
    ],
  }));
}

function dumpInterface(name: string, { average, min, max, last }: PingTimes) {
  const minutes = ([one, five, fifteen]: readonly number[]) => ({
    "1min": one! / 1000,
    "5min": five! / 1000,
    "15min": fifteen! / 1000,
  });
  return {
    interface: name,
    average: minutes(average),
    min: minutes(min),
    max: minutes(max),
    last: last / 1000,
  };
}

/** `Mon Nov 23 08:44:38 2026`, of seconds since 1970. */
export function ctime(seconds: number): string {
  const [day, date, month, year, time] = new Date(seconds * 1000).toUTCString().replace(",", "").split(" ");
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}
