/** Names of `get()` whose values are made in the module's process: one function for each field. */

import type {
  ActiveCleanPgsData,
  CrushMapData,
  DataTypes,
  OsdMapData,
  OsdPingTimesData,
  OsdStatsData,
  OsdTreeData,
  PgProgressData,
  PgStatData,
} from "@ganglion/sdk";
import type { OsdMap } from "../../types/osd_map.ts";
import { textHasState } from "../../types/pg_state.ts";
import { partsOf } from "./osd_map_parts.ts";
import { pingTimesOf, type ProgressItem, type StatHead, type StatReplica } from "./stat_replica.ts";

/** By name: what is made of the OSDMap. */
export const OSD_MAP_DATA = {
  osd_map: (map): OsdMapData => partsOf(map).osdMap(),
  osd_map_tree: (map): OsdTreeData => partsOf(map).part("osd_map_tree"),
  osd_map_crush: (map): CrushMapData => partsOf(map).part("osd_map_crush"),
} as const satisfies Readonly<Record<string, (map: OsdMap) => unknown>>;

/** One moment, and which of its pools are wanted. */
export interface StatContext {
  readonly head: StatHead;
  readonly replica: StatReplica;
  /** All when it is undefined. */
  readonly pools: ReadonlySet<number> | undefined;
  /** All OSDs have reported; of names that tell it. */
  readonly ready: boolean;
}

type Fields<D> = { readonly [K in keyof D]: (context: StatContext) => Promise<D[K]> };

/** Pools that are wanted, in their order. */
function poolsOf({ head, pools }: StatContext): number[] {
  return head.pools.map(([id]) => id).filter((id) => pools?.has(id) ?? true);
}

async function pgStats(context: StatContext): Promise<readonly PgStatData[]> {
  const found: PgStatData[][] = [];
  for (const pool of poolsOf(context)) {
    found.push(Array.from((await context.replica.pgs(context.head, pool)).values()));
  }
  return found.length === 1 ? found[0]! : found.flat();
}

async function osdStats({ replica, head }: StatContext): Promise<OsdStatsData["osd_stats"]> {
  return Array.from((await replica.osds(head)).values(), ({ data }) => data);
}

async function poolStatfs(context: StatContext): Promise<OsdStatsData["pool_statfs"]> {
  const found: OsdStatsData["pool_statfs"][number][] = [];
  for (const poolid of poolsOf(context)) {
    const space = await context.replica.statfs(context.head, poolid);
    for (const [osd, statfs] of space) found.push({ poolid, osd, ...statfs });
  }
  return found;
}

const poolStats = ({ head, pools }: StatContext) =>
  Promise.resolve(head.pool_stats.filter(({ poolid }) => pools?.has(poolid) ?? true));

async function pings({ replica, head }: StatContext): Promise<OsdPingTimesData["osd_ping_times"]> {
  return [...await replica.osds(head)].map(([osd, item]) => ({ osd, network_ping_times: pingTimesOf(item) }));
}

/** The little of each placement group that shows progress, by pool and seed in their order. */
async function progressOf(
  context: StatContext,
): Promise<(readonly [pool: number, items: ReadonlyMap<number, ProgressItem>])[]> {
  const found: (readonly [number, ReadonlyMap<number, ProgressItem>])[] = [];
  for (const pool of poolsOf(context)) found.push([pool, await context.replica.progress(context.head, pool)]);
  return found;
}

async function progress(context: StatContext): Promise<PgProgressData["pgs"]> {
  const pgs: Record<string, ProgressItem> = {};
  for (const [pool, items] of await progressOf(context)) {
    const names = context.replica.names(pool);
    for (const [seed, item] of items) pgs[names.of(seed)] = item;
  }
  return pgs;
}

const isWell = ({ state }: ProgressItem): boolean =>
  textHasState(state, "active") && textHasState(state, "clean");

/** Here the seed is decimal, as upstream has it. */
async function cleanPgs(context: StatContext): Promise<ActiveCleanPgsData["pg_stats"]> {
  const found: ActiveCleanPgsData["pg_stats"][number][] = [];
  for (const [pool, items] of await progressOf(context)) {
    for (const [seed, item] of items) {
      const { state, reported_epoch } = item;
      if (isWell(item)) found.push({ pgid: `${pool}.${seed}`, state, reported_epoch });
    }
  }
  return found;
}

const basic = <K extends keyof StatHead["basic"]>(key: K) => ({ head }: StatContext) =>
  Promise.resolve(head.basic[key]);

/** By name and field, in the order of the fields: what is made of statistics. */
export const STAT_DATA: { readonly [N in StatName]: Fields<DataTypes[N]> } = {
  pg_dump: {
    version: basic("version"),
    last_osdmap_epoch: basic("last_osdmap_epoch"),
    last_pg_scan: basic("last_pg_scan"),
    pg_stats_sum: basic("pg_stats_sum"),
    osd_stats_sum: basic("osd_stats_sum"),
    pg_stats_delta: basic("pg_stats_delta"),
    pg_stats: pgStats,
    pool_stats: poolStats,
    osd_stats: osdStats,
    pool_statfs: poolStatfs,
    stamp: basic("stamp"),
  },
  pg_stats: { pg_stats: pgStats },
  osd_stats: { osd_stats: osdStats, pool_statfs: poolStatfs },
  osd_ping_times: { osd_ping_times: pings },
  pg_progress: { pgs: progress, pg_ready: ({ ready }) => Promise.resolve(ready) },
  active_clean_pgs: {
    pg_stats: cleanPgs,
    total_num_pgs: (context) =>
      Promise.resolve(
        context.head.pools.filter(([id]) => context.pools?.has(id) ?? true).reduce(
          (sum, [, n]) => sum + n,
          0,
        ),
      ),
  },
};

/** Names that are made of statistics. */
export type StatName =
  | "pg_dump"
  | "pg_stats"
  | "osd_stats"
  | "osd_ping_times"
  | "pg_progress"
  | "active_clean_pgs";
