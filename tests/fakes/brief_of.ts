/** What short readings of statistics must find, made of the whole ones. */

import type { OsdBrief, OsdStat } from "../../mgr/types/osd_stat.ts";
import type { PgBrief } from "../../mgr/types/pg_brief.ts";
import type { PgStat } from "../../mgr/types/pg_stat.ts";
import type { UTime } from "../../mgr/types/utime.ts";

/** Of readPgBrief. */
export function pgBriefOf(stat: PgStat): PgBrief {
  const part = (key: string, value: unknown): unknown => {
    if (key === "parent" || typeof value === "object" && value !== null && "epoch" in value) return undefined;
    return typeof value === "object" && value !== null && "nsec" in value ? (value as UTime).sec : value;
  };
  const parts = Object.entries(stat).map(([key, value]): unknown[] => [key, part(key, value)]);
  return {
    ...Object.fromEntries(parts),
    availNoMissing: stat.availNoMissing.map(() => undefined),
    objectLocationCounts: stat.objectLocationCounts.map(({ shards, objects }) => ({
      shards: shards.map(() => undefined),
      objects,
    })),
  };
}

/** Of readOsdBrief. */
export function osdBriefOf(stat: OsdStat): OsdBrief {
  const averages = [...stat.hbPingtime.values()].flatMap(({ back, front }) => [back.average, front.average]);
  return { stat: { ...stat, hbPingtime: new Map() }, slowestPing: Math.max(0, ...averages.flat()) };
}
