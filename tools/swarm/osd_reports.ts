/** The reports of one OSD: encoded once, and only what moves is written anew each time. */

import { Buffer } from "node:buffer";
import { encodeAll, Encoder } from "../../mgr/encoding/mod.ts";
import { pack, type RawMessage } from "../../mgr/messages/message.ts";
import { MMgrReport } from "../../mgr/messages/mgr_report.ts";
import { pgStatsOf } from "../../mgr/messages/pg_stats.ts";
import { OsdStat, type PingTimes, zeroOsdStat } from "../../mgr/types/osd_stat.ts";
import { PerfCounterBit, type PerfCounterType } from "../../mgr/types/perf_counter_type.ts";
import type { PgId } from "../../mgr/types/pg_id.ts";
import { PgStat, unknownPgStat } from "../../mgr/types/pg_stat.ts";
import { withState } from "../../mgr/types/pg_state.ts";
import { StoreStatfs } from "../../mgr/types/store_statfs.ts";
import { utimeOfMs } from "../../mgr/types/utime.ts";
import { PGS_PER_POOL, type SwarmPlan } from "./plan.ts";

const MPGStats = pgStatsOf(OsdStat, PgStat, StoreStatfs);

const COPIES = 3;
/** Peers that an OSD sends heartbeats to, each with its ping times. */
const HEARTBEAT_PEERS = 10;
/** Epoch in which all came up, more or less. */
const UP_FROM = 3;
const NOTHING = new Uint8Array(0);

/** Names as an OSD has them; one third are averages of times. In the order of their bytes, as reports are. */
export function counterTypes(count: number): PerfCounterType[] {
  const { time, u64, longRunAvg, counter } = PerfCounterBit;
  const groups = ["bluefs", "bluestore", "osd", "rocksdb", "throttle-osd_client_messages"];
  return Array.from({ length: count }, (_, i) => ({
    path: `${groups[Math.floor(i * groups.length / count)]}.op_counter_${String(i).padStart(3, "0")}`,
    description: `Operations of kind ${i} and how long they took`,
    nick: i % 10 === 0 ? `k${i}` : "",
    type: i % 3 === 0 ? time | longRunAvg : u64 | counter,
    priority: i % 7 === 0 ? 10 : 5,
    unit: i % 5 === 0 ? 0 : 1,
  }));
}

const isAverage = ({ type }: PerfCounterType): boolean => (type & PerfCounterBit.longRunAvg) !== 0;

/** The values of all counters after `n` reports. */
function packedCounters(types: readonly PerfCounterType[], n: number): Uint8Array {
  const e = new Encoder();
  e.versioned(1, 1, (e) => {
    types.forEach((type, i) => {
      e.u64n(n * (i + 1) * 1009);
      if (isAverage(type)) e.u64n(n * (i + 1)).u64n(n * (i + 1));
    });
  });
  return e.finish();
}

/** The PGs that an OSD leads: every OSD the same number. */
export function pgsOf(osd: number, { osds, pgs }: SwarmPlan): PgId[] {
  const found: PgId[] = [];
  for (let i = osd; i < pgs; i += osds) {
    found.push({ pool: 1 + Math.floor(i / PGS_PER_POOL), seed: i % PGS_PER_POOL });
  }
  return found;
}

/** What an OSD says of each of its PGs in its `n`th report: some are written to all the time. */
function pgStat(osd: number, osds: number, n: number): PgStat {
  const now = utimeOfMs(Date.now());
  const acting = Array.from({ length: COPIES }, (_, i) => (osd + i * 41) % osds);
  const blank = unknownPgStat(now);
  return {
    ...blank,
    version: { version: 4711 + n, epoch: 20 },
    reportedSeq: n,
    reportedEpoch: 20,
    state: withState(withState(0, "active"), "clean"),
    created: 2,
    mappingEpoch: 3,
    stats: {
      ...blank.stats,
      numObjects: 1200 + n,
      numBytes: 5e9 + n * 4096,
      numObjectCopies: 3600 + 3 * n,
      numWr: 70_000 + 10 * n,
      numRd: 900_000 + 30 * n,
    },
    logSize: 3000,
    ondiskLogSize: 3000,
    up: acting,
    acting,
    upPrimary: osd,
    actingPrimary: osd,
    availNoMissing: acting.map((osd) => ({ osd, shard: -1 })),
  };
}

function osdStat(osd: number, { osds }: SwarmPlan, n: number): OsdStat {
  const ping: PingTimes = { average: [300, 310, 320], min: [200, 200, 200], max: [900, 950, 990], last: 305 };
  const peers = Array.from({ length: HEARTBEAT_PEERS }, (_, i) => (osd + 1 + i * 7) % osds);
  const lastUpdate = Math.floor(Date.now() / 1000);
  const blank = zeroOsdStat();
  return {
    ...blank,
    statfs: { ...blank.statfs, total: 4e12, available: 3e12, allocated: 9e11, dataStored: 9e11 },
    hbPeers: peers,
    opQueueAgeHist: [0, 3, 5, 1],
    perfStat: { commitLatencyNs: 4e6, applyLatencyNs: 4e6 },
    upFrom: UP_FROM,
    seq: (BigInt(UP_FROM) << 32n) + BigInt(n),
    numPgs: 30,
    osAlerts: new Map([[osd, new Map()]]),
    numOsds: 1,
    numPerPoolOsds: 1,
    numPerPoolOmapOsds: 1,
    hbPingtime: new Map(peers.map((peer) => [peer, { lastUpdate, back: ping, front: ping }])),
  };
}

/** All places of `part` in `bytes`. */
function placesOf(part: Uint8Array, bytes: Uint8Array): number[] {
  const [whole, places] = [Buffer.from(bytes), [] as number[]];
  for (let at = whole.indexOf(part); at >= 0; at = whole.indexOf(part, at + part.length)) places.push(at);
  return places;
}

/** Both kinds of reports of one OSD. */
export class OsdReports {
  readonly #osd: number;
  readonly #plan: SwarmPlan;
  readonly #types: readonly PerfCounterType[];
  readonly #fsid: string;
  readonly #report: RawMessage;
  readonly #packedAt: number;
  readonly #stats: RawMessage;
  readonly #osdStatAt: number;
  readonly #pgStatsAt: readonly number[];
  #sent = 0;

  constructor(osd: number, plan: SwarmPlan, fsid: string, types: readonly PerfCounterType[]) {
    this.#osd = osd;
    this.#plan = plan;
    this.#fsid = fsid;
    this.#types = types;
    this.#report = pack(MMgrReport, this.#counters([], packedCounters(types, 0)));
    // Name and the empty list of declarations stand before it, and its own length.
    this.#packedAt = 4 + String(osd).length + 4 + 4;
    const [osdPart, pgPart] = [osdStat(osd, plan, 0), pgStat(osd, plan.osds, 0)];
    this.#stats = this.#pack(osdPart, pgPart);
    this.#osdStatAt = placesOf(encodeAll(OsdStat.encode, osdPart), this.#stats.front)[0]!;
    this.#pgStatsAt = placesOf(encodeAll(PgStat.encode, pgPart), this.#stats.front);
  }

  /** Declares all counters: the first report of a session. */
  first(): RawMessage {
    return pack(MMgrReport, this.#counters(this.#types, packedCounters(this.#types, ++this.#sent)));
  }

  /** Counters alone. The bytes are good until the next call. */
  next(): RawMessage {
    this.#report.front.set(packedCounters(this.#types, ++this.#sent), this.#packedAt);
    return this.#report;
  }

  /** MPGStats. The bytes are good until the next call. */
  pgStats(): RawMessage {
    const { front } = this.#stats;
    front.set(encodeAll(OsdStat.encode, osdStat(this.#osd, this.#plan, this.#sent)), this.#osdStatAt);
    const stat = encodeAll(PgStat.encode, pgStat(this.#osd, this.#plan.osds, this.#sent));
    for (const at of this.#pgStatsAt) front.set(stat, at);
    return this.#stats;
  }

  #counters(declareTypes: readonly PerfCounterType[], packed: Uint8Array): MMgrReport {
    return {
      daemonName: String(this.#osd),
      declareTypes,
      packed,
      undeclareTypes: [],
      serviceName: "",
      daemonStatus: undefined,
      daemonHealthMetrics: [{ type: 0, n1: 0, n2: 0 }, { type: 1, n1: 0, n2: 0 }],
      configBl: NOTHING,
      osdPerfMetricReports: [],
      taskStatus: undefined,
      metricReportMessage: { kind: "osd", reports: [] },
    };
  }

  #pack(osdStat: OsdStat, stat: PgStat): RawMessage {
    const pools = Array.from({ length: Math.ceil(this.#plan.pgs / PGS_PER_POOL) }, (_, i) => i + 1);
    const statfs = { ...zeroOsdStat().statfs, allocated: 1e11, dataStored: 1e11 };
    return pack(MPGStats, {
      fsid: this.#fsid,
      osdStat,
      pgStat: pgsOf(this.#osd, this.#plan).map((pg) => ({ pg, stat })),
      epoch: 20,
      poolStat: new Map(pools.map((pool) => [pool, statfs])),
    });
  }
}
