/** Cluster data that is made in a module's process: of what the host sends, and the same as the host would make. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { streamsLast } from "../../mgr/data_streams.ts";
import { ClusterReader, type DataHost } from "../../mgr/host/runner/cluster_reader.ts";
import { HeldSources } from "../../mgr/host/runner/held_sources.ts";
import type { OsdMapAnswer } from "../../mgr/host/contract.ts";
import type { StatPage, StatQuery } from "../../mgr/host/stat_page.ts";
import { StatFeed } from "../../mgr/stat_feed.ts";
import { PG_DATA } from "../../mgr/state/pg_data.ts";
import { PgMap } from "../../mgr/state/pg_map.ts";
import { MAX_SNAPSHOTS, MIN_AGE_MS } from "../../mgr/state/stat_snapshots.ts";
import { cephJson } from "../../mgr/types/ceph_json.ts";
import { OPTIMAL_TUNABLES } from "../../mgr/types/crush_map.ts";
import type { OsdMap } from "../../mgr/types/osd_map.ts";
import { dumpOsdMap } from "../../mgr/types/osd_map_dump.ts";
import { blankIncremental, encodeIncremental } from "../../mgr/types/osd_map_incremental.ts";
import { parseData } from "../../sdk/exact.ts";
import { Random } from "../fakes/random.ts";
import { randomCrush } from "../fakes/random_crush.ts";
import { nextEpoch, randomOsdMap } from "../fakes/random_osd_map.ts";
import { FakeLayout, osdReport } from "../fakes/fake_cluster.ts";

const PGS = 6;

function randomMap(): OsdMap {
  const random = new Random(5);
  const shape = { alg: 5, tunables: OPTIMAL_TUNABLES, racks: 2, hostsPerRack: 2, osdsPerHost: 2 };
  return randomOsdMap(random, { crush: randomCrush(random, shape), pools: 3, pgNum: 8, disorder: 0.3 });
}
const STATFS = { total: 100, available: 60 };

/** What upstream writes as streams, of the PgMap and of each placement group. */
const PG_STREAMS: ReadonlySet<string> = new Set([
  "stamp",
  ...["pgid", "version", "last_fresh", "last_change", "last_active", "last_peered", "last_clean"],
  ...["last_became_active", "last_became_peered", "last_unstale", "last_undegraded", "last_fullsized"],
  ...["log_start", "ondisk_log_start", "parent", "last_scrub", "last_scrub_stamp"],
  ...["last_deep_scrub", "last_deep_scrub_stamp", "last_clean_scrub_stamp", "shards"],
]);

/** Three OSDs, two pools, and a host that answers by them. */
class Fixture implements DataHost {
  readonly layout = new FakeLayout({ 0: {}, 1: {}, 2: {} }, { 1: PGS, 2: 1 });
  readonly map = new PgMap();
  readonly pages: StatQuery[] = [];
  /** Sources that the host was asked for. */
  readonly asked: string[] = [];
  now = 0;
  ready = false;
  /** Called before a page is answered. */
  beforePage = (): void => {};
  readonly #feed = new StatFeed(this.map, () => this.now);
  /** It hears everything at once, however slow the machine is. */
  readonly reader = new ClusterReader(this, new HeldSources(() => 0));

  constructor() {
    this.map.osdMap(this.layout, { now: 0, stamp: { sec: 1_700_000_000, nsec: 0 } });
    for (const osd of [0, 1, 2]) this.report(osd, 1);
  }

  /** PGs 1.osd and 1.(osd + 3), and 2.0 of osd.0. */
  report(osd: number, n: number): void {
    const pg = { reportedSeq: n, acting: [osd, (osd + 1) % 3], stats: { numBytes: 1000 * n + osd } };
    const pgs = { [`1.${osd}`]: pg, [`1.${osd + 3}`]: pg, ...(osd === 0 && { "2.0": pg }) };
    this.map.ingest(osd, osdReport(pgs, { seq: 2n ** 60n + BigInt(n), numPgs: 2 }, { 1: STATFS }));
    this.now += MIN_AGE_MS;
    this.reader.changed(["statHead"]);
  }

  get(name: string, have: string | null) {
    this.asked.push(name);
    if (name !== "pg_ready") return Promise.resolve(null);
    const version = String(this.ready);
    const json = new TextEncoder().encode(`{"pg_ready":${version}}`);
    return Promise.resolve({ version, json: have === version ? null : json });
  }

  readonly osdMaps: number[] = [];
  osdMapAnswer: OsdMapAnswer = { full: randomMap().bytes, increments: [] };

  osdMap(have: number) {
    this.asked.push("osdMap");
    this.osdMaps.push(have);
    return Promise.resolve(this.osdMapAnswer);
  }

  statHead(have: number) {
    this.asked.push("statHead");
    const { version, json } = this.#feed.head();
    return Promise.resolve({ version, json: version === have ? null : new TextEncoder().encode(json) });
  }

  statPage(query: StatQuery): Promise<StatPage | null> {
    this.beforePage();
    this.pages.push(query);
    return Promise.resolve(this.#feed.page(query) ?? null);
  }

  /** What the host would send if it made the value. */
  made(name: keyof typeof PG_DATA): unknown {
    const value = PG_DATA[name]({ pgMap: this.map, layout: this.layout, ready: this.ready });
    const hasStreams = name === "pg_dump" || name === "pg_stats";
    const ordered = hasStreams ? streamsLast(value, PG_STREAMS) : value;
    return parseData(cephJson(ordered));
  }
}

const NAMES = [
  ...["pg_dump", "pg_stats", "osd_stats", "osd_ping_times", "pg_progress", "active_clean_pgs"] as const,
];

Deno.test("ClusterReader.get() makes of the bytes of OSDs what the host would make, in the same order", async () => {
  const f = new Fixture();
  for (const name of NAMES) {
    const [value, made] = [await f.reader.get(name), f.made(name)];
    assertEquals(value, made, name);
    assertEquals(JSON.stringify(value, text), JSON.stringify(made, text), name);
  }
});

const text = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}n` : value);

Deno.test("ClusterReader.get() fetches what has changed, and answers the same objects for the rest", async () => {
  const f = new Fixture();
  type Stats = { pg_stats: { pgid: string; stat_sum: { num_bytes: number } }[] };
  const before = await f.reader.get("pg_stats") as Stats;
  f.pages.length = 0;
  assert(await f.reader.get("pg_stats") === before);
  assertEquals(f.pages, []);
  f.report(1, 2);
  const after = await f.reader.get("pg_stats") as Stats;
  assertEquals(f.pages.map(({ part, pool, have }) => [part, pool, have > 0]), [["pgs", 1, true], [
    "pgs",
    2,
    true,
  ]]);
  assertEquals(after.pg_stats.map((pg, i) => pg === before.pg_stats[i]), [
    ...[true, false, true, true, false, true],
    true,
  ]);
  assertEquals(after.pg_stats[1]!.stat_sum.num_bytes, 2001);
});

Deno.test("ClusterReader.get() asks again only when the host has said that there is something newer", async () => {
  const f = new Fixture();
  const read = async (): Promise<number[]> => {
    f.asked.length = 0;
    for (const name of ["pg_ready", "osd_map", "pg_dump", "pg_progress"]) await f.reader.get(name);
    return f.asked.map((name) => ["pg_ready", "osdMap", "statHead"].indexOf(name));
  };
  assertEquals(await read(), [0, 1, 2]);
  assertEquals(await read(), []);
  f.reader.changed(["pg_ready", "osdMap"]);
  assertEquals(await read(), [0, 1]);
  f.report(1, 2);
  assertEquals(await read(), [2]);
});

Deno.test("ClusterReader.get() makes only the fields and pools that are wanted", async () => {
  const f = new Fixture();
  const sums = await f.reader.get("pg_dump", { fields: ["pg_stats_sum", "version", "nosuch"] });
  assertEquals(Object.keys(sums as object), ["pg_stats_sum", "version"]);
  assertEquals(f.pages, []);
  const one = await f.reader.get("pg_dump", { fields: ["pg_stats", "pool_stats"], pools: [2] }) as {
    pg_stats: { pgid: string }[];
    pool_stats: { poolid: number }[];
  };
  assertEquals([one.pg_stats.map(({ pgid }) => pgid), one.pool_stats.map(({ poolid }) => poolid)], [["2.0"], [
    2,
  ]]);
  assertEquals(f.pages.map(({ pool }) => pool), [2]);
  const map = await f.reader.get("osd_map", { fields: ["epoch"] });
  assertEquals(map, { epoch: randomMap().epoch });
});

Deno.test("ClusterReader.get() forgets placement groups, OSDs and pools that are gone", async () => {
  const f = new Fixture();
  await f.reader.get("pg_dump");
  f.map.osdMap(new FakeLayout({ 0: {}, 1: {} }, { 1: 2 }), {
    now: 1,
    stamp: { sec: 1_700_000_001, nsec: 0 },
  });
  f.now += MIN_AGE_MS;
  f.reader.changed(["statHead"]);
  const { pg_stats, osd_stats } = await f.reader.get("pg_dump") as {
    pg_stats: { pgid: string }[];
    osd_stats: { osd: number }[];
  };
  assertEquals([pg_stats.map(({ pgid }) => pgid), osd_stats.map(({ osd }) => osd)], [["1.0", "1.1"], [0, 1]]);
});

Deno.test("ClusterReader.get() begins anew when the host has forgotten the moment, but not for ever", async () => {
  const f = new Fixture();
  await f.reader.get("pg_stats");
  const pass = async (moments: number): Promise<void> => {
    for (let n = 0; n < moments; n++) {
      f.report(2, f.now);
      await f.statHead(0);
    }
  };
  await pass(MAX_SNAPSHOTS + 1);
  let late = 1;
  f.beforePage = () => {
    if (late-- > 0) { for (let n = 0; n <= MAX_SNAPSHOTS; n++) (f.report(2, f.now), void f.statHead(0)); }
  };
  assertEquals(await f.reader.get("pg_stats"), f.made("pg_stats"));
  late = Infinity;
  f.report(0, f.now);
  await assertRejects(() => f.reader.get("pg_stats"), Error, "forgotten");
});

Deno.test("StatFeed keeps two moments when all has changed between them, and more when little has", async () => {
  const f = new Fixture();
  const moments: number[] = [];
  const after = async (...osds: readonly number[]): Promise<boolean[]> => {
    for (const osd of osds) f.report(osd, f.now);
    moments.push((await f.statHead(0))!.version);
    const whole = { part: "osds", pool: 0, have: 0, from: 0, to: null } as const;
    return await Promise.all(
      moments.map(async (version) => await f.statPage({ ...whole, version }) !== null),
    );
  };
  await after();
  assertEquals(await after(0, 1, 2), [true, true]);
  assertEquals(await after(0, 1, 2), [false, true, true]);
  assertEquals(await after(2), [false, false, true, true]);
  assertEquals(await after(2), [false, false, true, true, true]);
});

Deno.test("ClusterReader.get() answers null while there is nothing", async () => {
  const nothing = (): Promise<null> => Promise.resolve(null);
  const reader = new ClusterReader({ get: nothing, osdMap: nothing, statHead: nothing, statPage: nothing });
  assertEquals([await reader.get("osd_map"), await reader.get("pg_dump"), await reader.get("df")], [
    null,
    null,
    null,
  ]);
});

Deno.test("ClusterReader.get() fetches the OSDMap once, then what makes the next of it", async () => {
  const f = new Fixture();
  const map = randomMap();
  const seen = (m: OsdMap): unknown => parseData(cephJson(dumpOsdMap(m, "python")));
  assertEquals(await f.reader.get("osd_map"), seen(map));
  const next = nextEpoch(map, { newMaxOsd: 20 });
  const increment = { ...blankIncremental(map.fsid, map.epoch + 1, next.modified), newMaxOsd: 20 };
  f.osdMapAnswer = { full: null, increments: [encodeIncremental(increment)] };
  f.reader.changed(["osdMap"]);
  assertEquals(await f.reader.get("osd_map"), seen(next));
  assert(await f.reader.get("osd_map_tree") === await f.reader.get("osd_map_tree"));
  assertEquals(f.osdMaps, [0, map.epoch]);
});
