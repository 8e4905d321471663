/** What a real ceph-mgr knows, taken out of it with `pg getmap`, and what Ganglion makes of the same statistics. */

import { decodeAll, type Decoder } from "../../mgr/encoding/mod.ts";
import { dumpDf } from "../../mgr/state/df.ts";
import { clusterHealthChecks } from "../../mgr/state/health_checks.ts";
import type { HealthOptions } from "../../mgr/state/health_input.ts";
import { OsdLayout } from "../../mgr/state/osd_layout.ts";
import { pgMapDigest } from "../../mgr/state/pg_digest.ts";
import { type OsdReport, PgMap } from "../../mgr/state/pg_map.ts";
import { dumpHealthCheckMap } from "../../mgr/types/health.ts";
import { OsdMap } from "../../mgr/types/osd_map.ts";
import { dumpOsdStat } from "../../mgr/types/osd_stat_dump.ts";
import { PgId } from "../../mgr/types/pg_id.ts";
import type { PGMapDigest } from "../../mgr/types/pg_map_digest.ts";
import { pgStateText } from "../../mgr/types/pg_state.ts";
import { dumpPoolStat } from "../../mgr/types/pool_stat.ts";
import { RawStruct } from "../../mgr/types/raw_struct.ts";
import { UTime, utimeOfMs } from "../../mgr/types/utime.ts";
import type { RealCluster } from "./real_cluster.ts";

type Json = Record<string, unknown>;

/** By OSD, as if each had just reported. Upstream: PGMap v8 in mon/PGMap.h */
function decodePgMap(d: Decoder): Map<number, OsdReport> {
  return d.versioned("PGMap", 8, (d) => {
    d.u64();
    const pgStat = d.list((d) => ({ pg: PgId.decode(d), stat: RawStruct.decode(d) }));
    const osds = d.map((d) => d.i32(), RawStruct.decode);
    d.skip(8);
    UTime.decode(d);
    const statfs = d.list((d) => ({ pool: d.i64n(), osd: d.i32(), statfs: RawStruct.decode(d) }));
    return new Map([...osds].map(([osd, osdStat], i) => [osd, {
      osdStat,
      // Who reports a PG does not count.
      pgStat: i === 0 ? pgStat : [],
      poolStat: new Map(statfs.filter((s) => s.osd === osd).map((s) => [s.pool, s.statfs])),
    }]));
  });
}

/** Runs a command of the stock CLI that writes bytes. */
async function bytesOf(cluster: RealCluster, ...words: string[]): Promise<Uint8Array> {
  const path = `${cluster.directory}/answer`;
  const { code, stderr } = await cluster.ceph(...words, "-o", path);
  if (code !== 0) throw new Error(`Cannot run ceph ${words.join(" ")}: ${stderr}`);
  return await Deno.readFile(path);
}

/** What Ganglion would report of the statistics that the active ceph-mgr has now, in the shapes that monitors print. */
export async function ourView(cluster: RealCluster, options: HealthOptions): Promise<Json> {
  const reports = decodeAll(await bytesOf(cluster, "pg", "getmap"), decodePgMap);
  const layout = new OsdLayout(OsdMap.decode(await bytesOf(cluster, "osd", "getmap")));
  const map = new PgMap();
  const now = utimeOfMs(Date.now());
  map.osdMap(layout, { now: 0, stamp: now });
  for (const [osd, report] of reports) map.ingest(osd, report);
  return {
    ...reportOf(pgMapDigest(map, layout)),
    df: dumpDf(map, layout),
    health: dumpHealthCheckMap(clusterHealthChecks({ map, layout, options, now })),
  };
}

/** The part of `ceph report` that is made of the digest. */
function reportOf(digest: PGMapDigest): Json {
  const osd = (s: PGMapDigest["osdSum"]) => ({ ...dumpOsdStat(s), network_ping_times: [] });
  return {
    num_pg: digest.numPg,
    num_pg_active: digest.numPgActive,
    num_pg_unknown: digest.numPgUnknown,
    num_osd: digest.numOsd,
    pool_sum: dumpPoolStat(digest.pgSum),
    osd_sum: osd(digest.osdSum),
    osd_sum_by_class: Object.fromEntries([...digest.osdSumByClass].map(([name, s]) => [name, osd(s)])),
    pool_stats: [...digest.pgPoolSum].map(([poolid, s]) => ({
      poolid,
      num_pg: digest.numPgByPool.get(poolid),
      ...dumpPoolStat(s),
    })),
    osd_stats: digest.osdLastSeq.map((seq, osd) => ({ osd, seq })),
    num_pg_by_state: [...digest.numPgByState].map(([state, num]) => ({ state: pgStateText(state), num })),
    num_pg_by_osd: [...digest.numPgByOsd].map(([osd, c]) => ({
      osd,
      num_primary_pg: c.primary,
      num_acting_pg: c.acting,
      num_up_not_acting_pg: c.upNotActing,
    })),
    purged_snaps: [...digest.purgedSnaps].map(([pool, snaps]) => ({
      pool,
      // An object of objects that all have the same name: the last one remains.
      purged_snaps: snaps.size === 0 ? {} : {
        interval: [...snaps].map(([start, length]) => ({ start: `${start}`, length: `${length}` })).at(-1),
      },
    })),
  };
}

/** The same things as the monitors tell them. */
export async function monitorView(cluster: RealCluster): Promise<Json> {
  const report = await cluster.cephJson<Json>("report");
  const { checks } = await cluster.commandJson<{ checks: Json }>("mon", {
    prefix: "health",
    detail: "detail",
  });
  const df = await cluster.commandJson<Json>("mon", { prefix: "df", detail: "detail" });
  return { ...report, df, health: checks };
}

/** Checks that the manager raises; the monitors have others. */
const OURS = /^(?:PG_|OBJECT_|POOL_APP|OSD_SCRUB|TOO_|LARGE_|SMALLER_|MANY_|OSD_TOO|OSD_SLOW)/;

/** Without what the monitors add: mutes, checks of their own; and without how long something lasts. */
function plainHealth(checks: Json): Json {
  const plain = Object.entries(checks).filter(([code]) => OURS.test(code)).map(([code, check]) => {
    const { muted: _muted, ...rest } = check as Json;
    return [code, rest] as const;
  });
  return JSON.parse(JSON.stringify(Object.fromEntries(plain)).replaceAll(/ for \d+[a-z]/g, " for a while"));
}

/** Elements of lists in the order of what they are told apart by. */
function inOrder(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const text = (item: Json): string =>
    String(item.poolid ?? item.pool ?? item.osd ?? item.state ?? "").padStart(12);
  return value.every((item) => typeof item === "object")
    ? [...value].sort((a, b) => (text(a) < text(b) ? -1 : 1))
    : value;
}

/** Both views with the same keys, ready to be compared. */
export function comparable(view: Json, keys: readonly string[]): Json {
  const plain = JSON.parse(JSON.stringify(view, (_, v) => typeof v === "bigint" ? Number(v) : v)) as Json;
  plain.health = plainHealth(plain.health as Json);
  // ceph-mgr remembers OSDs that had placement groups once.
  plain.num_pg_by_osd = (plain.num_pg_by_osd as Record<string, number>[]).filter((count) =>
    count.num_primary_pg! + count.num_acting_pg! + count.num_up_not_acting_pg! > 0
  );
  return Object.fromEntries(keys.map((key) => [key, inOrder(plain[key])]));
}

/** Everything that `reportOf`, df and health have. */
export const COMPARED = [
  "num_pg",
  "num_pg_active",
  "num_pg_unknown",
  "num_osd",
  "pool_sum",
  "osd_sum",
  "osd_sum_by_class",
  "pool_stats",
  "osd_stats",
  "num_pg_by_state",
  "num_pg_by_osd",
  "purged_snaps",
  "df",
  "health",
] as const;
