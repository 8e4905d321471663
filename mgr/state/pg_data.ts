/** The names that modules get statistics by: one row for each. Upstream: ActivePyModules::get_python */

import { type DfLayout, dumpDf } from "./df.ts";
import type { PgMap } from "./pg_map.ts";
import {
  dumpActiveCleanPgs,
  dumpDelta,
  dumpOsdPingTimes,
  dumpOsdStats,
  dumpPgMap,
  dumpPgProgress,
  dumpPgStats,
  dumpPgStatus,
  dumpPgSummary,
  dumpPoolRates,
  dumpPoolStats,
  type NamedPools,
} from "./pg_map_dump.ts";

/** What the rows read. */
export interface PgSources {
  readonly pgMap: PgMap;
  readonly layout: DfLayout & NamedPools;
  /** Every OSD that is up has reported. */
  readonly ready: boolean;
}

/** By name. Keys stand in the order in which commands print them. */
export const PG_DATA = {
  pg_summary: ({ pgMap }) => dumpPgSummary(pgMap),
  pg_status: ({ pgMap }) => dumpPgStatus(pgMap),
  pg_dump: ({ pgMap }) => dumpPgMap(pgMap, false),
  pg_stats: ({ pgMap }) => dumpPgStats(pgMap.records()),
  pool_stats: ({ pgMap }) => dumpPoolStats(pgMap),
  osd_stats: ({ pgMap }) => dumpOsdStats(pgMap, false),
  osd_ping_times: ({ pgMap }) => dumpOsdPingTimes(pgMap),
  io_rate: ({ pgMap }) => dumpDelta(pgMap),
  df: ({ pgMap, layout }) => dumpDf(pgMap, layout),
  osd_pool_stats: ({ pgMap, layout }) => ({ pool_stats: dumpPoolRates(pgMap, layout) }),
  pg_ready: ({ ready }) => ({ pg_ready: ready }),
  pg_progress: ({ pgMap, ready }) => ({ ...dumpPgProgress(pgMap), pg_ready: ready }),
  active_clean_pgs: ({ pgMap }) => dumpActiveCleanPgs(pgMap),
} as const satisfies Readonly<Record<string, (from: PgSources) => unknown>>;
