/** `ceph df`, from the manager's digest. Floats of 32 bits where upstream has them. Upstream: PGMapDigest::dump_pool_stats_full, dump_object_stat_sum */

import { byteText, countText, fixed } from "../../../mgr/state/quantity.ts";
import type { OsdStat } from "../../../mgr/types/osd_stat.ts";
import type { PGMapDigest } from "../../../mgr/types/pg_map_digest.ts";
import { isErasure, type PgPool } from "../../../mgr/types/pg_pool.ts";
import type { PoolStat } from "../../../mgr/types/pool_stat.ts";
import { usedBytes, usedRawBytes } from "../../../mgr/types/store_statfs.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { type TableColumn, textTable } from "../format/text_table.ts";
import type { Committed } from "../state/committed.ts";
import { sorted } from "../state/part.ts";

const f32 = Math.fround;

/** One row of the pools' table. */
interface PoolRow {
  readonly id: number;
  readonly name: string;
  readonly pgs: number;
  readonly pool: PgPool;
  readonly stats: PoolFigures;
}

type PoolFigures = ReturnType<typeof poolFigures>;

/** `ceph df -f json` */
export function dfJson(state: Committed, detail: boolean): CephJson {
  const { digest } = state.stat;
  const sum = digest?.osdSum;
  return {
    stats: {
      ...spaceJson(sum),
      num_osds: sum?.numOsds ?? 0,
      num_per_pool_osds: sum?.numPerPoolOsds ?? 0,
      num_per_pool_omap_osds: sum?.numPerPoolOmapOsds ?? 0,
    },
    stats_by_class: new Map(
      [...sorted(digest?.osdSumByClass ?? [])].map(([name, stat]) => [name, spaceJson(stat)]),
    ),
    pools: poolRows(state).map(({ id, name, stats }) => ({ name, id, stats: detail ? stats : brief(stats) })),
  };
}

function spaceJson(stat: OsdStat | undefined): Record<string, number> {
  const statfs = stat?.statfs;
  const raw = statfs ? usedRawBytes(statfs) : 0;
  return {
    total_bytes: statfs?.total ?? 0,
    total_avail_bytes: statfs?.available ?? 0,
    total_used_bytes: statfs ? usedBytes(statfs) : 0,
    total_used_raw_bytes: raw,
    total_used_raw_ratio: statfs && statfs.total > 0 ? f32(raw / statfs.total) : 0,
  };
}

const BRIEF = ["stored", "objects", "kb_used", "bytes_used", "percent_used", "max_avail"] as const;

function brief(stats: PoolFigures): Record<string, number> {
  return Object.fromEntries(BRIEF.map((key) => [key, stats[key]]));
}

/** Pools of the map that the manager has reported, by id. */
function poolRows({ osd, stat }: Committed): PoolRow[] {
  const { digest } = stat;
  if (!digest) return [];
  return [...osd.map.pools].flatMap(([id, pool]): PoolRow[] => {
    const sum = digest.pgPoolSum.get(id);
    if (!sum) return [];
    const rate = rawUsedRate(pool, osd.map.erasureCodeProfiles.get(pool.erasureCodeProfile));
    const stats = poolFigures(digest, pool, sum, rate);
    const name = osd.map.poolNames.get(id) ?? "";
    return [{ id, name, pgs: digest.numPgByPool.get(id) ?? 0, pool, stats }];
  });
}

/** Bytes on OSDs for each byte stored. Upstream: OSDMap::pool_raw_used_rate */
function rawUsedRate(pool: PgPool, profile: ReadonlyMap<string, string> | undefined): number {
  if (!isErasure(pool)) return pool.size;
  const k = Number(profile?.get("k") ?? 2);
  const m = Number(profile?.get("m") ?? 2);
  return f32((k + m) / k);
}

/** In the order of the JSON. Upstream: PGMapDigest::dump_object_stat_sum */
function poolFigures(digest: PGMapDigest, pool: PgPool, sum: PoolStat, rawRate: number) {
  const { stats: s, storeStats: f } = sum;
  const { osdSum } = digest;
  const perPool = osdSum.numOsds === osdSum.numPerPoolOsds;
  const perPoolOmap = osdSum.numOsds === osdSum.numPerPoolOmapOsds;
  const avail = Math.max(0, digest.availSpaceByRule.get(pool.crushRule) ?? 0);
  const copies = s.numObjectCopies;
  const rate = copies > 0
    ? f32(f32(rawRate) * f32(f32(copies - s.numObjectsDegraded) / copies))
    : f32(rawRate);
  const scaled = (bytes: number): number => Math.floor(f32(f32(bytes) / rate));
  const bytes = s.numBytes + s.numBytesHitSetArchive;
  const dataUsed = perPool ? f.allocated : bytes;
  const omapUsed = perPoolOmap ? f.omapAllocated : s.numOmapBytes;
  const used = dataUsed + omapUsed;
  const storedData = perPool ? scaled(f.dataStored) : bytes;
  const storedOmap = perPoolOmap ? scaled(f.omapAllocated) : s.numOmapBytes;
  const stored = storedData + storedOmap;
  return {
    stored,
    stored_data: storedData,
    stored_omap: storedOmap,
    objects: s.numObjects,
    kb_used: Math.ceil(used / 1024),
    bytes_used: used,
    data_bytes_used: dataUsed,
    omap_bytes_used: omapUsed,
    percent_used: percentUsed(used, avail),
    max_avail: rate > 0 ? Math.floor(f32(f32(avail) / rate)) : 0,
    quota_objects: pool.quotaMaxObjects,
    quota_bytes: pool.quotaMaxBytes,
    dirty: pool.tierOf >= 0 ? s.numObjectsDirty : 0,
    rd: s.numRd,
    rd_bytes: s.numRdKb * 1024,
    wr: s.numWr,
    wr_bytes: s.numWrKb * 1024,
    compress_bytes_used: f.dataCompressedAllocated,
    compress_under_bytes: f.dataCompressedOriginal,
    stored_raw: Math.trunc(f32(f32(stored) * rate)),
    avail_raw: avail,
  };
}

function percentUsed(used: number, avail: number): number {
  if (avail === 0) return used > 0 ? 1 : 0;
  return f32(f32(used) / f32(f32(used) + f32(avail)));
}

const right = (heading: string): TableColumn => ({ heading, align: "right" });
const left = (heading: string): TableColumn => ({ heading, align: "left", cells: "left" });

const RAW_COLUMNS = [left("CLASS"), ...["SIZE", "AVAIL", "USED", "RAW USED", "%RAW USED"].map(right)];

/** Percent with two digits, 0 for next to nothing. Upstream: percentify */
function percentText(ratio: number): string {
  const percent = f32(ratio * 100);
  return percent < 0.01 ? "0" : fixed(percent, 2);
}

/** `ceph df` */
export function dfText(state: Committed, detail: boolean): string {
  const { digest } = state.stat;
  const classes = [...sorted(digest?.osdSumByClass ?? [])].map(([name, stat]) => spaceRow(name, stat));
  const raw = textTable(RAW_COLUMNS, [...classes, spaceRow("TOTAL", digest?.osdSum)]);
  const pools = poolTable(poolRows(state), detail);
  return `--- RAW STORAGE ---\n${raw} \n--- POOLS ---\n${pools}`;
}

function spaceRow(name: string, stat: OsdStat | undefined): string[] {
  const s = spaceJson(stat);
  return [
    name,
    byteText(s.total_bytes!),
    byteText(s.total_avail_bytes!),
    byteText(s.total_used_bytes!),
    byteText(s.total_used_raw_bytes!),
    percentText(s.total_used_raw_ratio!),
  ];
}

/** Headings and cells, the ones that only `detail` shows marked by `true`. */
const POOL_COLUMNS: readonly (readonly [TableColumn, (row: PoolRow) => string, boolean])[] = [
  [left("POOL"), ({ name }) => name, false],
  [right("ID"), ({ id }) => String(id), false],
  [right("PGS"), ({ pgs }) => String(pgs), false],
  [right("STORED"), ({ stats }) => byteText(stats.stored), false],
  [right("(DATA)"), ({ stats }) => byteText(stats.stored_data), true],
  [right("(OMAP)"), ({ stats }) => byteText(stats.stored_omap), true],
  [right("OBJECTS"), ({ stats }) => countText(stats.objects), false],
  [right("USED"), ({ stats }) => byteText(stats.bytes_used), false],
  [right("(DATA)"), ({ stats }) => byteText(stats.data_bytes_used), true],
  [right("(OMAP)"), ({ stats }) => byteText(stats.omap_bytes_used), true],
  [right("%USED"), ({ stats }) => percentText(stats.percent_used), false],
  [right("MAX AVAIL"), ({ stats }) => byteText(stats.max_avail), false],
  [right("QUOTA OBJECTS"), ({ stats }) => orNone(stats.quota_objects, countText), true],
  [right("QUOTA BYTES"), ({ stats }) => orNone(stats.quota_bytes, byteText), true],
  [right("DIRTY"), ({ pool, stats }) => pool.tierOf >= 0 ? countText(stats.dirty) : "N/A", true],
  [right("USED COMPR"), ({ stats }) => byteText(stats.compress_bytes_used), true],
  [right("UNDER COMPR"), ({ stats }) => byteText(stats.compress_under_bytes), true],
];

const orNone = (n: number, text: (n: number) => string): string => (n === 0 ? "N/A" : text(n));

function poolTable(pools: readonly PoolRow[], detail: boolean): string {
  const columns = POOL_COLUMNS.filter(([, , only]) => detail || !only);
  return textTable(
    columns.map(([column]) => column),
    pools.map((row) => columns.map(([, cell]) => cell(row))),
  );
}
