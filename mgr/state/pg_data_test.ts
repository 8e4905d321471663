/** PG_DATA: a recorded cluster, reported to us, shows what ceph-mgr 16.2.15 showed of it. */

import { assertEquals } from "@std/assert";
import { recorded, recordedLayout, recordedPgMap } from "../../tests/fakes/recorded_cluster.ts";
import { PG_DATA, type PgSources } from "./pg_data.ts";

const ignore = recorded("pg_dump") === undefined;

const sources = (): PgSources => ({ pgMap: recordedPgMap(), layout: recordedLayout(), ready: true });

type Json = Record<string, unknown>;

/** As it arrives at a module; bigints are numbers there. */
const json = (value: unknown): Json =>
  JSON.parse(JSON.stringify(value, (_, v) => typeof v === "bigint" ? Number(v) : v));

/** Lists whose order is that of a hash table upstream, by what their elements are told apart by. */
const KEYS = ["pgid", "poolid", "pool_id", "osd", "state_name"];

/** The same value with such lists in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted) as Json[];
    const key = KEYS.find((key) =>
      items.every((item) => typeof item === "object" && item !== null && key in item)
    );
    return key === undefined ? items : items.sort((a, b) => String(a[key]) < String(b[key]) ? -1 : 1);
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, sorted(v)]));
}

const SAME = [
  "pg_summary",
  "pg_status",
  "pg_stats",
  "pool_stats",
  "osd_stats",
  "osd_ping_times",
  "df",
  "osd_pool_stats",
  "pg_ready",
  "pg_progress",
] as const;

for (const name of SAME) {
  Deno.test({ name: `PG_DATA.${name} is what ceph-mgr answered`, ignore }, () => {
    assertEquals(sorted(json(PG_DATA[name](sources()))), sorted(recorded(name)));
  });
}

Deno.test({ name: "PG_DATA.pg_dump and io_rate have what ceph-mgr's have", ignore }, () => {
  const { pg_stats_delta, stamp, version, ...ours } = json(PG_DATA.pg_dump(sources()));
  const { pg_stats_delta: delta, stamp: _s, version: _v, ...theirs } = recorded("pg_dump")!;
  assertEquals(sorted(ours), sorted(theirs));
  assertEquals([typeof stamp, typeof version], ["string", "number"]);
  assertEquals(Object.keys(pg_stats_delta as Json), Object.keys(delta as Json));
  const rate = json(PG_DATA.io_rate(sources())).pg_stats_delta as Json;
  assertEquals(Object.keys(rate), Object.keys(recorded<{ pg_stats_delta: Json }>("io_rate")!.pg_stats_delta));
  assertEquals(rate.stamp_delta, "0.000000");
});

Deno.test({ name: "PG_DATA.active_clean_pgs has what ceph-mgr's has, seeds in decimal too", ignore }, () => {
  // Recorded a moment later: one PG had been reported again.
  const names = ({ pg_stats, total_num_pgs }: Json) => [
    total_num_pgs,
    (pg_stats as Json[]).map(({ pgid, state }) => `${pgid} ${state}`).sort(),
  ];
  assertEquals(names(json(PG_DATA.active_clean_pgs(sources()))), names(recorded("active_clean_pgs")!));
});
