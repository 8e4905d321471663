/** clusterHealthChecks(): each check with the texts that ceph-mgr 16.2.15 has. */

import { assertEquals } from "@std/assert";
import { DEFAULT_OPTIONS } from "../../tests/fakes/default_options.ts";
import { FakeLayout, type FakePg, type FakePool, osdReport } from "../../tests/fakes/fake_cluster.ts";
import { healthOptions } from "../health_options.ts";
import type { PingInterfaces } from "../types/osd_stat.ts";
import { hasState, pgStateText } from "../types/pg_state.ts";
import { clusterHealthChecks } from "./health_checks.ts";
import type { HealthOptions } from "./health_input.ts";
import { PgMap } from "./pg_map.ts";
import type { OsdStat } from "../types/osd_stat.ts";

const NOW = { sec: 1_700_000_000, nsec: 0 };
const ago = (seconds: number) => ({ sec: NOW.sec - seconds, nsec: 0 });
const QUIET: Partial<HealthOptions> = { mon_warn_on_too_few_osds: false, mon_warn_on_pool_no_app: false };

interface Situation {
  readonly pgs?: Readonly<Record<string, FakePg>>;
  readonly osds?: Readonly<Record<number, Partial<OsdStat>>>;
  readonly pools?: Readonly<Record<number, Partial<FakePool> & { readonly pgNum: number }>>;
  readonly options?: Partial<HealthOptions>;
}

/** [severity, summary, count, ...detail] by code. */
function checks({ pgs = {}, osds = {}, pools = { 2: { pgNum: 16 } }, options = {} }: Situation) {
  const layout = new FakeLayout({ 0: {}, 1: {}, 2: { up: false } }, pools);
  const map = new PgMap();
  map.osdMap(layout, { now: 0, stamp: NOW });
  const named = Object.entries(pools).flatMap(([id, { pgNum }]) =>
    Array.from({ length: pgNum }, (_, seed) => [`${id}.${seed.toString(16)}`, {}] as const)
  );
  map.ingest(0, osdReport({ ...Object.fromEntries(named), ...pgs }));
  for (const [osd, stat] of Object.entries(osds)) map.ingest(Number(osd), osdReport({}, stat));
  const found = clusterHealthChecks({
    map,
    layout,
    options: { ...healthOptions(DEFAULT_OPTIONS), ...QUIET, ...options },
    now: NOW,
  });
  return Object.fromEntries(
    [...found].map(([code, c]) => [code, [c.severity, c.summary, c.count, ...c.detail]]),
  );
}

/** The state with that text. */
function state(text: string): number {
  const names = text.split("+") as Parameters<typeof hasState>[1][];
  let state = 0;
  for (let bit = 0; bit < 35; bit++) {
    if (names.some((name) => hasState(2 ** bit, name))) state += 2 ** bit;
  }
  assertEquals(pgStateText(state), text);
  return state;
}

Deno.test("a cluster without trouble has no checks", () => {
  assertEquals(checks({}), {});
});

Deno.test("PG_DEGRADED counts degraded at once and undersized after a minute, and tells objects", () => {
  const degraded = {
    state: state("active+undersized+degraded"),
    acting: [0, 0x7fffffff],
    lastFullsized: ago(30),
    stats: { numObjects: 10, numObjectCopies: 20, numObjectsDegraded: 5 },
  };
  assertEquals(
    checks({
      pgs: {
        "2.1": degraded,
        "2.a": { ...degraded, lastFullsized: ago(86) },
        "2.b": { state: state("active+undersized"), lastFullsized: ago(7300) },
      },
    }),
    {
      PG_DEGRADED: [
        1,
        "Degraded data redundancy: 10/40 objects degraded (25.000%), 2 pgs degraded, 2 pgs undersized",
        4,
        "pg 2.1 is active+undersized+degraded, acting [0,2147483647]",
        "pg 2.a is stuck undersized for 86s, current state active+undersized+degraded, last acting [0,2147483647]",
        "pg 2.b is stuck undersized for 2h, current state active+undersized, last acting [0]",
      ],
    },
  );
});

Deno.test("PG_AVAILABILITY tells inactive, stale, peering, down and incomplete PGs", () => {
  const found = checks({
    pools: { 2: { pgNum: 8, minSize: 2, name: "rep" } },
    pgs: {
      "2.0": {
        state: state("peering"),
        lastActive: ago(100),
        lastPeered: ago(10),
      },
      "2.1": { state: state("down"), lastActive: ago(10) },
      "2.2": { state: state("incomplete"), lastActive: ago(200) },
      "2.3": { state: state("stale+active+clean"), lastUnstale: ago(61) },
      "2.4": {
        state: state("peering"),
        lastActive: { sec: 0, nsec: 0 },
        lastPeered: ago(61),
        lastChange: ago(99),
      },
      "2.5": { state: state("peered"), lastActive: { sec: 0, nsec: 0 }, lastChange: ago(10) },
    },
  });
  assertEquals(found, {
    PG_AVAILABILITY: [
      1,
      "Reduced data availability: 3 pgs inactive, 1 pg down, 1 pg peering, 1 pg incomplete, 1 pg stale",
      7,
      "pg 2.0 is stuck inactive for 100s, current state peering, last acting [0]",
      "pg 2.1 is down, acting [0]",
      "pg 2.2 is incomplete, acting [0] (reducing pool rep min_size from 2 may help; search ceph.com/docs for 'incomplete')",
      "pg 2.3 is stuck stale for 61s, current state stale+active+clean, last acting [0]",
      "pg 2.4 is stuck peering for 61s, current state peering, last acting [0]",
    ],
  });
});

Deno.test("PG_AVAILABILITY tells at most 51 PGs, and PGs that were never active", () => {
  const pgs = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`2.${i.toString(16)}`, {
    state: state("activating"),
    lastActive: { sec: 0, nsec: 0 },
    lastChange: ago(100),
  }]));
  const [severity, summary, count, first, ...more] = checks({ pgs, pools: { 2: { pgNum: 64 } } })
    .PG_AVAILABILITY!;
  assertEquals([severity, summary, count, more.length], [
    1,
    "Reduced data availability: 60 pgs inactive",
    60,
    50,
  ]);
  assertEquals(first, "pg 2.0 is stuck inactive since forever, current state activating, last acting [0]");
});

Deno.test("PG_DAMAGED, OSD_SCRUB_ERRORS and OBJECT_UNFOUND", () => {
  const stats = { numObjects: 100, numScrubErrors: 1, numObjectsUnfound: 2 };
  assertEquals(
    checks({
      pgs: {
        "2.0": { state: state("active+clean+inconsistent"), stats: { numObjects: 50, numScrubErrors: 1 } },
        "2.1": { state: state("active+recovery_unfound"), stats },
        "2.2": { state: state("active+snaptrim_error") },
      },
    }),
    {
      OBJECT_UNFOUND: [1, "2/150 objects unfound (1.333%)", 2, "pg 2.1 has 2 unfound objects"],
      OSD_SCRUB_ERRORS: [0, "2 scrub errors", 2],
      PG_DAMAGED: [
        0,
        "Possible data damage: 1 pg recovery_unfound, 1 pg inconsistent, 1 pg snaptrim_error",
        3,
        "pg 2.0 is active+clean+inconsistent, acting [0]",
        "pg 2.1 is active+recovery_unfound, acting [0], 2 unfound",
        "pg 2.2 is active+snaptrim_error, acting [0]",
      ],
    },
  );
});

Deno.test("PG_BACKFILL_FULL and PG_RECOVERY_FULL", () => {
  const found = checks({
    pgs: {
      "2.0": { state: state("active+backfill_toofull") },
      "2.1": { state: state("active+recovery_toofull") },
    },
  });
  assertEquals(Object.values(found).map(([severity, summary]) => [severity, summary]), [
    [1, "Low space hindering backfill (add storage if this doesn't resolve itself): 1 pg backfill_toofull"],
    [0, "Full OSDs blocking recovery: 1 pg recovery_toofull"],
  ]);
});

Deno.test("OBJECT_MISPLACED is told when it is asked for", () => {
  const pgs = { "2.0": { stats: { numObjectCopies: 3, numObjectsMisplaced: 1 } } };
  assertEquals(checks({ pgs }), {});
  assertEquals(checks({ pgs, options: { mon_warn_on_misplaced: true } }), {
    OBJECT_MISPLACED: [1, "1/3 objects misplaced (33.333%)", 1],
  });
});

Deno.test("PG_NOT_SCRUBBED and PG_NOT_DEEP_SCRUBBED follow the options and those of the pool", () => {
  const week = 604800;
  const pgs = {
    "2.0": { lastScrubStamp: ago(1.5 * week + 1), lastDeepScrubStamp: ago(1.75 * week) },
    "2.1": {
      lastScrubStamp: ago(1.5 * week),
      lastDeepScrubStamp: { sec: NOW.sec - 1.75 * week - 1, nsec: 726152000 },
    },
  };
  assertEquals(checks({ pgs }), {
    PG_NOT_SCRUBBED: [
      1,
      "1 pgs not scrubbed in time",
      1,
      "pg 2.0 not scrubbed since 2023-11-04T10:13:19.000000+0000",
    ],
    PG_NOT_DEEP_SCRUBBED: [
      1,
      "1 pgs not deep-scrubbed in time",
      1,
      "pg 2.1 not deep-scrubbed since 2023-11-02T16:13:19.726152+0000",
    ],
  });
  // Options 1 and 2 are scrub_max_interval and deep_scrub_interval.
  const strict = { 2: { pgNum: 60, opts: new Map([[1, 10], [2, 2 * week]]) } };
  const all = Array.from({ length: 60 }, (_, i) => [`2.${i.toString(16)}`, { lastScrubStamp: ago(20) }]);
  const found = checks({ pgs: Object.fromEntries(all), pools: strict });
  assertEquals(Object.keys(found), ["PG_NOT_SCRUBBED"]);
  assertEquals([found.PG_NOT_SCRUBBED!.length, found.PG_NOT_SCRUBBED!.at(-1)], [3 + 51, "10 more pgs... "]);
});

Deno.test("PG_SLOW_SNAP_TRIMMING names the longest queue", () => {
  assertEquals(checks({ pgs: { "2.0": { snaptrimqLen: 40000 }, "2.1": { snaptrimqLen: 50000 } } }), {
    PG_SLOW_SNAP_TRIMMING: [
      1,
      "snap trim queue for 2 pg(s) >= 32768 (mon_osd_snap_trim_queue_warn_on)",
      2,
      "snap trim queue for pg 2.0 at 40000",
      "snap trim queue for pg 2.1 at 50000",
      "longest queue on pg 2.1 at 50000",
      'try decreasing "osd snap trim sleep" and/or increasing "osd pg max concurrent snap trims".',
    ],
  });
});

Deno.test("LARGE_OMAP_OBJECTS and POOL_APP_NOT_ENABLED name the pools", () => {
  const found = checks({
    pools: { 2: { pgNum: 1, name: "rep2" }, 3: { pgNum: 1, name: "tier", tierOf: 2 }, 4: { pgNum: 1 } },
    pgs: { "2.0": { stats: { numObjects: 1, numLargeOmapObjects: 1 } }, "3.0": { stats: { numObjects: 1 } } },
    options: { mon_warn_on_pool_no_app: true },
  });
  assertEquals(found, {
    LARGE_OMAP_OBJECTS: [
      1,
      "1 large omap objects",
      1,
      "1 large objects found in pool 'rep2'",
      "Search the cluster log for 'Large omap object found' for more details.",
    ],
    POOL_APP_NOT_ENABLED: [
      1,
      "1 pool(s) do not have an application enabled",
      1,
      "application not enabled on pool 'rep2'",
      "use 'ceph osd pool application enable <pool-name> <app-name>', where <app-name> is 'cephfs', 'rbd', 'rgw', or freeform for custom applications.",
    ],
  });
});

Deno.test("CACHE_POOL_NEAR_FULL tells objects and bytes", () => {
  assertEquals(
    checks({
      pools: {
        2: {
          pgNum: 1,
          name: "cache",
          targetMaxObjects: 4,
          targetMaxBytes: 10_000,
          cacheTargetFullRatioMicro: 800_000,
        },
      },
      pgs: { "2.0": { stats: { numObjects: 5, numBytes: 15_000 } } },
    }),
    {
      CACHE_POOL_NEAR_FULL: [
        1,
        "1 cache pools at or near target size",
        1,
        "cache pool 'cache' with 5 objects at/near target max 4 objects",
        "cache pool 'cache' with 15 KiB at/near target max 9.8 KiB",
      ],
    },
  );
});

Deno.test("POOL_FULL and POOL_NEAR_FULL warn before the quota is reached", () => {
  const MIB = 2 ** 20;
  const pools = {
    2: { pgNum: 1, name: "rep2", quotaMaxObjects: 8 },
    3: { pgNum: 1, name: "ec", quotaMaxBytes: 143 * MIB },
    4: { pgNum: 1, name: "reached", quotaMaxObjects: 2 },
  };
  const pgs = {
    "2.0": { stats: { numObjects: 5 } },
    "3.0": { stats: { numBytes: 136 * MIB } },
    "4.0": { stats: { numObjects: 2 } },
  };
  assertEquals(checks({ pools, pgs }), {});
  const options = { mon_pool_quota_crit_threshold: 90, mon_pool_quota_warn_threshold: 50 };
  assertEquals(checks({ pools, pgs, options }), {
    POOL_FULL: [0, "1 pools full", 1, "pool 'ec' has 136 MiB (max 143 MiB)"],
    POOL_NEAR_FULL: [1, "1 pools nearfull", 1, "pool 'rep2' has 5 objects (max 8)"],
  });
});

Deno.test("SMALLER_PGP_NUM, MANY_OBJECTS_PER_PG", () => {
  assertEquals(
    checks({
      pools: { 2: { pgNum: 100, name: "many" }, 3: { pgNum: 8, name: "pgp", pgpNumTarget: 4 } },
      pgs: { "2.0": { stats: { numObjects: 11_900 } } },
      options: { mon_pg_warn_max_object_skew: 1.05 },
    }),
    {
      MANY_OBJECTS_PER_PG: [
        1,
        "1 pools have many more objects per pg than average",
        1,
        "pool many objects per pg (119) is more than 1.08182 times cluster average (110)",
      ],
      SMALLER_PGP_NUM: [1, "1 pools have pg_num > pgp_num", 1, "pool pgp pg_num 8 > pgp_num 4"],
    },
  );
});

Deno.test("TOO_FEW_PGS, TOO_MANY_PGS, TOO_FEW_OSDS", () => {
  assertEquals(
    checks({
      options: {
        mon_pg_warn_min_per_osd: 500,
        mon_max_pg_per_osd: 4,
        mon_warn_on_too_few_osds: true,
        osd_pool_default_size: 7,
      },
    }),
    {
      TOO_FEW_OSDS: [1, "OSD count 3 < osd_pool_default_size 7", 4],
      TOO_FEW_PGS: [1, "too few PGs per OSD (5 < min 500)", 495],
      TOO_MANY_PGS: [1, "too many PGs per OSD (5 > max 4)", 1],
    },
  );
});

const times = (...average: number[]) => ({ average, min: [0, 0, 0], max: [0, 0, 0], last: 0 });
const pings = (back: number[], front: number[], age = 0): PingInterfaces => ({
  lastUpdate: NOW.sec - age,
  back: times(...back),
  front: times(...front),
});

Deno.test("OSD_SLOW_PING_TIME tells the slowest pairs and where they are", () => {
  const hbPingtime = new Map([
    [1, pings([1000, 1200, 1_000_001], [0, 0, 0])],
    [2, pings([1_320_000, 5, 5], [2_000_000, 3_000_000, 9])],
    [0, pings([9_000_000, 0, 0], [0, 0, 0], 1201)],
  ]);
  assertEquals(checks({ osds: { 0: { hbPingtime } } }), {
    OSD_SLOW_PING_TIME_BACK: [
      1,
      "Slow OSD heartbeats on back (longest 1320.000ms)",
      2,
      "Slow OSD heartbeats on back from osd.0 [rack0] to osd.2 [rack0] (down) 1320.000 msec",
      "Slow OSD heartbeats on back from osd.0 [rack0] to osd.1 [rack1] 1000.001 msec possibly improving",
    ],
    OSD_SLOW_PING_TIME_FRONT: [
      1,
      "Slow OSD heartbeats on front (longest 3000.000ms)",
      1,
      "Slow OSD heartbeats on front from osd.0 [rack0] to osd.2 [rack0] (down) 3000.000 msec",
    ],
  });
  const many = new Map(Array.from({ length: 12 }, (_, i) => [i, pings([3, 0, 0], [0, 0, 0])]));
  const back = checks({ osds: { 0: { hbPingtime: many } }, options: { mon_warn_on_slow_ping_time: 0.002 } })
    .OSD_SLOW_PING_TIME_BACK!;
  assertEquals([back[2], back.length, back.at(-1)], [
    12,
    3 + 11,
    "Truncated long network list.  Use ceph daemon mgr.# dump_osd_network for more information",
  ]);
});

Deno.test("OSD_TOO_MANY_REPAIRS and alerts of object stores", () => {
  const osAlerts = new Map([[
    0,
    new Map([["BLUEFS_SPILLOVER", "spilled over 3 MiB"], ["PG_DEGRADED", "a lie"]]),
  ]]);
  assertEquals(
    checks({
      osds: { 0: { numShardsRepaired: 11, osAlerts } },
      pgs: { "2.0": { state: state("active+degraded") } },
    }),
    {
      BLUEFS_SPILLOVER: [1, "1 OSD(s) experiencing BlueFS spillover", 1, " osd.0 spilled over 3 MiB"],
      OSD_TOO_MANY_REPAIRS: [1, "Too many repaired reads on 1 OSDs", 1, "osd.0 had 11 reads repaired"],
      PG_DEGRADED: [1, "Degraded data redundancy: 1 pg degraded", 1, "pg 2.0 is active+degraded, acting [0]"],
    },
  );
});
