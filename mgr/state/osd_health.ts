/** Health checks of OSDs: how many PGs they have, how long heartbeats take, what they complain of themselves. */

import type { PingTimes } from "../types/osd_stat.ts";
import { type HealthInput, type NamedCheck, warning } from "./health_input.ts";
import { osdSum } from "./pg_digest.ts";
import { pingsOf } from "./osd_record.ts";
import { msText } from "./quantity.ts";

/** TOO_FEW_PGS, TOO_MANY_PGS, TOO_FEW_OSDS. */
export function* osdCountChecks({ map, layout, options }: HealthInput): Generator<NamedCheck> {
  const { mon_pg_warn_min_per_osd: min, mon_max_pg_per_osd: max, osd_pool_default_size: size } = options;
  const per = layout.numIn === 0 ? 0 : Math.floor(Math.max(map.sum.up, map.numPg) / layout.numIn);
  if (per > 0 && per < min && layout.pools.size > 0) {
    yield warning("TOO_FEW_PGS", min - per, `too few PGs per OSD (${per} < min ${min})`);
  }
  if (max > 0 && per > max) {
    yield warning("TOO_MANY_PGS", per - max, `too many PGs per OSD (${per} > max ${max})`);
  }
  if (options.mon_warn_on_too_few_osds && layout.numOsds < size) {
    const summary = `OSD count ${layout.numOsds} < osd_pool_default_size ${size}`;
    yield warning("TOO_FEW_OSDS", size - layout.numOsds, summary);
  }
}

/** Pairs of OSDs that are told. */
const MAX_PAIRS = 10;

/** Heartbeats from one OSD to another that take long. */
interface SlowPair {
  readonly us: number;
  readonly from: number;
  readonly to: number;
  readonly improving: boolean;
}

/** Microseconds above which a heartbeat is slow; 0 = never. */
function slowLimit({ options }: HealthInput): number {
  const { mon_warn_on_slow_ping_time, mon_warn_on_slow_ping_ratio, osd_heartbeat_grace } = options;
  return mon_warn_on_slow_ping_time * 1000 || osd_heartbeat_grace * 1_000_000 * mon_warn_on_slow_ping_ratio;
}

/** OSD_SLOW_PING_TIME_BACK, OSD_SLOW_PING_TIME_FRONT, OSD_TOO_MANY_REPAIRS. */
export function* heartbeatChecks(input: HealthInput): Generator<NamedCheck> {
  const limit = slowLimit(input);
  if (limit <= 0) return;
  yield* repairChecks(input);
  const { back, front } = slowPairs(input, limit);
  yield* slowPingCheck("OSD_SLOW_PING_TIME_BACK", "back", back, input);
  yield* slowPingCheck("OSD_SLOW_PING_TIME_FRONT", "front", front, input);
}

function slowPairs({ map, now, options }: HealthInput, limit: number): Record<"back" | "front", SlowPair[]> {
  const back: SlowPair[] = [];
  const front: SlowPair[] = [];
  for (const [from, osd] of map.osds) {
    if (osd.slowestPing <= limit) continue;
    for (const [to, pings] of pingsOf(osd)) {
      if (now.sec - pings.lastUpdate > options.osd_heartbeat_grace * 60) continue;
      // The last minutes of the back network decide for the front one too: so it is upstream.
      const before = pings.back.average[2]!;
      addIfSlow(back, { from, to, improving: isImproving(pings.back, before) }, pings.back, limit);
      addIfSlow(front, { from, to, improving: isImproving(pings.front, before) }, pings.front, limit);
    }
  }
  return { back, front };
}

const isImproving = ({ average }: PingTimes, before: number): boolean =>
  average[0]! < average[1]! && average[1]! < before;

function addIfSlow(pairs: SlowPair[], pair: Omit<SlowPair, "us">, times: PingTimes, limit: number): void {
  const us = Math.max(...times.average);
  if (us > limit) pairs.push({ ...pair, us });
}

function* slowPingCheck(
  code: string,
  network: string,
  pairs: readonly SlowPair[],
  input: HealthInput,
): Generator<NamedCheck> {
  if (pairs.length === 0) return;
  const slowest = [...pairs].sort((a, b) => b.us - a.us || b.from - a.from || b.to - a.to);
  const detail = slowest.slice(0, MAX_PAIRS).map(({ us, from, to, improving }) =>
    `Slow OSD heartbeats on ${network} from ${place(from, input)} to ${place(to, input)} ${msText(us)} msec` +
    (improving ? " possibly improving" : "")
  );
  if (slowest.length > MAX_PAIRS) {
    detail.push(
      "Truncated long network list.  Use ceph daemon mgr.# dump_osd_network for more information",
    );
  }
  const summary = `Slow OSD heartbeats on ${network} (longest ${msText(slowest[0]!.us)}ms)`;
  yield warning(code, pairs.length, summary, detail);
}

/** An OSD and where it is; the root and the level that failures are counted by are left out. */
function place(osd: number, { layout, options }: HealthInput): string {
  const names = [...layout.parents(osd)].filter(([type]) =>
    type !== "root" && type !== options.mon_osd_reporter_subtree_level
  ).map(([, name]) => name);
  return `osd.${osd} [${[...new Set(names)].sort()}]${layout.isUp(osd) ? "" : " (down)"}`;
}

function* repairChecks({ map, options }: HealthInput): Generator<NamedCheck> {
  const detail = byId(map.osds).filter(([, { stat }]) =>
    stat.numShardsRepaired > options.mon_osd_warn_num_repaired
  ).map(([id, { stat }]) => `osd.${id} had ${stat.numShardsRepaired} reads repaired`);
  if (detail.length === 0) return;
  yield warning(
    "OSD_TOO_MANY_REPAIRS",
    detail.length,
    `Too many repaired reads on ${detail.length} OSDs`,
    detail,
  );
}

const byId = <V>(osds: ReadonlyMap<number, V>): [number, V][] => [...osds].sort(([a], [b]) => a - b);

/** What follows the number of OSDs; of an alert that is not here nothing does. */
const ALERTS: Readonly<Record<string, string>> = {
  BLUEFS_SPILLOVER: " experiencing BlueFS spillover",
  BLUESTORE_NO_COMPRESSION: " have broken BlueStore compression",
  BLUESTORE_LEGACY_STATFS: " reporting legacy (not per-pool) BlueStore stats",
  BLUESTORE_DISK_SIZE_MISMATCH: " have dangerous mismatch between BlueStore block device and free list sizes",
  BLUESTORE_NO_PER_PG_OMAP: " reporting legacy (not per-pg) BlueStore omap",
  BLUESTORE_NO_PER_POOL_OMAP: " reporting legacy (not per-pool) BlueStore omap usage stats",
  BLUESTORE_SPURIOUS_READ_ERRORS: " have spurious read errors",
};

/** Alerts of object stores, each under its own name. */
export function* alertChecks({ map, options }: HealthInput): Generator<NamedCheck> {
  const detailOf = new Map<string, string[]>();
  for (const [osd, alerts] of byId(osdSum(map.osds.values()).osAlerts)) {
    for (const [name, text] of [...alerts].slice(0, options.mon_health_max_detail)) {
      const detail = detailOf.get(name) ?? [];
      detailOf.set(name, detail);
      detail.push(` osd.${osd} ${text}`);
    }
  }
  for (const [name, detail] of detailOf) {
    yield warning(name, detail.length, `${detail.length} OSD(s)${ALERTS[name] ?? ""}`, detail);
  }
}
