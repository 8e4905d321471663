/** The cluster in which the answers of ceph-mgr's get(name) were recorded, made of those answers again. */

import { encodeAll } from "../../mgr/encoding/mod.ts";
import { PgMap } from "../../mgr/state/pg_map.ts";
import { OsdStat, type PingInterfaces, zeroOsdStat } from "../../mgr/types/osd_stat.ts";
import { type ObjectStatSum, zeroStatSum } from "../../mgr/types/object_stat_sum.ts";
import { type EVersion, parsePgId } from "../../mgr/types/pg_id.ts";
import { type PgShard, PgStat, unknownPgStat } from "../../mgr/types/pg_stat.ts";
import { pgStateText } from "../../mgr/types/pg_state.ts";
import type { UTime } from "../../mgr/types/utime.ts";
import { FakeLayout } from "./fake_cluster.ts";

type Json = Readonly<Record<string, unknown>>;

const DUMPS = new URL("../../../shared/api/dumps/", import.meta.url);

/** What ceph-mgr answered to get(name); undefined where the recordings are not there. */
export function recorded<T = Json>(name: string): T | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(new URL(`${name}.json`, DUMPS)));
  } catch (e) {
    if (e instanceof Deno.errors.NotFound) return undefined;
    throw e;
  }
}

/** `num_object_copies` -> `numObjectCopies` */
const camel = (key: string): string => key.replace(/_(\w)/g, (_, c: string) => c.toUpperCase());

/** Fields of ours that have the same names there, spelt otherwise. */
function taken<T extends object>(zero: T, json: Json): T {
  const fields = Object.entries(json).map(([key, value]) => [camel(key), value] as const);
  return { ...zero, ...Object.fromEntries(fields.filter(([key]) => Object.hasOwn(zero, key))) };
}

function stamp(text: string): UTime {
  const [whole, micros] = text.replace("+0000", "").split(".");
  return { sec: Date.parse(`${whole}Z`) / 1000, nsec: Number(micros) * 1000 };
}

function eversion(text: string): EVersion {
  const [epoch, version] = text.split("'").map(Number);
  return { epoch: epoch!, version: version! };
}

function shard(text: string): PgShard {
  const [, osd, shard] = /^(\d+)(?:\((\d+)\))?$/.exec(text)!;
  return { osd: Number(osd), shard: Number(shard ?? -1) };
}

const ALL_STATES = Array.from({ length: 35 }, (_, bit) => 2 ** bit);

/** The state that has this text. */
export function stateOf(text: string): number {
  const names = text.split("+");
  const bits = ALL_STATES.filter((bit) => pgStateText(bit) !== "" && names.includes(pgStateText(bit)));
  return bits.reduce((sum, bit) => sum + bit, 0);
}

function statSum(json: Json): ObjectStatSum {
  const { num_read, num_read_kb, num_write, num_write_kb } = json as Record<string, number>;
  const renamed = {
    ...json,
    num_rd: num_read,
    num_rd_kb: num_read_kb,
    num_wr: num_write,
    num_wr_kb: num_write_kb,
  };
  return taken(zeroStatSum(), renamed);
}

const TEXTS: readonly [RegExp, (text: string) => unknown][] = [
  [/^\d{4}-\d\d-\d\dT/, stamp],
  [/^\d+'\d+$/, eversion],
  [/^\d+\.[0-9a-f]+$/, parsePgId],
];

function pgStat(json: Json): PgStat {
  const values = Object.entries(json).map(([key, value]) => {
    const read = typeof value === "string" ? TEXTS.find(([form]) => form.test(value)) : undefined;
    return [key, read ? read[1](value as string) : value] as const;
  });
  const locations = json.object_location_counts as { shards: string; objects: number }[];
  return {
    ...taken(unknownPgStat({ sec: 0, nsec: 0 }), Object.fromEntries(values)),
    state: stateOf(json.state as string),
    stats: statSum(json.stat_sum as Json),
    purgedSnaps: new Map(),
    availNoMissing: (json.avail_no_missing as string[]).map(shard),
    objectLocationCounts: locations.map(({ shards, objects }) => ({
      shards: shards.split(",").map(shard),
      objects,
    })),
  };
}

type Times = Record<"average" | "min" | "max", Record<string, number>> & { readonly last: number };

const NO_TIMES = { average: [0, 0, 0], min: [0, 0, 0], max: [0, 0, 0], last: 0 };

function times(json: Times | undefined) {
  if (json === undefined) return NO_TIMES;
  const us = (o: Record<string, number>): number[] => Object.values(o).map((ms) => Math.round(ms * 1000));
  return {
    average: us(json.average),
    min: us(json.min),
    max: us(json.max),
    last: Math.round(json.last * 1000),
  };
}

interface RecordedPings {
  readonly osd: number;
  readonly "last update": string;
  readonly interfaces: readonly Times[];
}

const pings = (json: readonly RecordedPings[]): Map<number, PingInterfaces> =>
  new Map(json.map((peer) => [peer.osd, {
    lastUpdate: Date.parse(`${peer["last update"]} UTC`) / 1000,
    back: times(peer.interfaces[0]),
    front: times(peer.interfaces[1]),
  }]));

function osdStat(json: Json, hbPingtime: Map<number, PingInterfaces>): OsdStat {
  // The histogram and the latencies were empty on that store.
  const { op_queue_age_hist: _histogram, perf_stat: _latencies, ...rest } = json;
  const stat = taken(zeroOsdStat(), rest);
  return { ...stat, seq: BigInt(stat.seq), statfs: taken(stat.statfs, json.statfs as Json), hbPingtime };
}

interface RecordedPool {
  readonly pool: number;
  readonly pool_name: string;
  readonly pg_num: number;
  readonly crush_rule: number;
  readonly size: number;
  readonly erasure_code_profile: string;
  readonly quota_max_objects: number;
}

/** The OSDMap of then, as far as statistics need it. */
export function recordedLayout(): FakeLayout {
  const { pools, full_ratio } = recorded<{ pools: RecordedPool[]; full_ratio: number }>("osd_map")!;
  const osds = { 0: { deviceClass: "hdd" }, 1: { deviceClass: "hdd" }, 2: { deviceClass: "nvme" } };
  const named = pools.map((p) => [p.pool, {
    name: p.pool_name,
    pgNum: p.pg_num,
    crushRule: 0,
    quotaMaxObjects: p.quota_max_objects,
    // The profile of the erasure coded pool is 2+1.
    rawUsedRate: p.erasure_code_profile === "" ? p.size : 1.5,
  }]);
  return new FakeLayout(osds, Object.fromEntries(named), undefined, full_ratio);
}

/** The PgMap of then: every statistic reported by osd.0 .. osd.2. */
export function recordedPgMap(): PgMap {
  const map = new PgMap();
  map.osdMap(recordedLayout(), { now: 0, stamp: { sec: 1, nsec: 0 } });
  const dump = recorded<{ pg_stats: Json[]; osd_stats: Json[] }>("pg_dump")!;
  const peers = recorded<{ osd_ping_times: { osd: number; network_ping_times: RecordedPings[] }[] }>(
    "osd_ping_times",
  )!;
  const pgStats = dump.pg_stats.map((json) => ({
    pg: parsePgId(json.pgid as string)!,
    stat: encodeAll(PgStat.encode, pgStat(json)),
  }));
  for (const json of dump.osd_stats) {
    const osd = json.osd as number;
    const own = peers.osd_ping_times.find((p) => p.osd === osd)!.network_ping_times;
    const stat = encodeAll(OsdStat.encode, osdStat(json, pings(own)));
    map.ingest(osd, { osdStat: stat, pgStat: pgStats, poolStat: new Map() });
  }
  return map;
}
