/** Big cluster data in real processes of modules: made there of bytes, fetched once, then only what is new. */

import { assert, assertEquals } from "@std/assert";
import { OsdMapper } from "../../mgr/crush/osd_mapper.ts";
import { StatFeed } from "../../mgr/stat_feed.ts";
import { OsdMapStore } from "../../mgr/state/osd_map_store.ts";
import { PgMap } from "../../mgr/state/pg_map.ts";
import { MIN_AGE_MS } from "../../mgr/state/stat_snapshots.ts";
import { PAGE_BYTES } from "../../mgr/host/stat_page.ts";
import type { OsdMap } from "../../mgr/types/osd_map.ts";
import { osdMapCodec } from "../../mgr/types/osd_map_apply.ts";
import { dumpOsdMap } from "../../mgr/types/osd_map_dump.ts";
import { blankIncremental, encodeIncremental } from "../../mgr/types/osd_map_incremental.ts";
import { withExactTypes } from "../../sdk/exact.ts";
import { bigOsdMap } from "../fakes/big_osd_map.ts";
import { FakeLayout, osdReport } from "../fakes/fake_cluster.ts";
import { TestHost } from "./test_host.ts";

const exactly = (_key: string, value: unknown): unknown => typeof value === "bigint" ? `${value}n` : value;

/** The manager's OSDMaps, and what modules have asked for: the epoch they had, and how many bytes they got. */
class MapSource {
  readonly store = new OsdMapStore(osdMapCodec);
  readonly asked: { readonly have: number; readonly full: boolean; readonly increments: number }[] = [];

  constructor(map: OsdMap, host: TestHost) {
    this.store.take({ maps: new Map([[map.epoch, map.bytes]]), incrementals: new Map() });
    host.link.osdMapEpoch = () => this.map.epoch;
    host.link.osdMapSince = (have) => {
      const increments = this.store.incrementsSince(have);
      this.asked.push({ have, full: increments === undefined, increments: increments?.length ?? 0 });
      return increments === undefined ? { full: this.map.bytes, increments: [] } : { full: null, increments };
    };
  }

  get map(): OsdMap {
    return this.store.map!;
  }

  /** The next epoch sets a flag. */
  change(flags: number): void {
    const { fsid, epoch, modified } = this.map;
    const bytes = encodeIncremental({ ...blankIncremental(fsid, epoch + 1, modified), newFlags: flags });
    this.store.take({ maps: new Map(), incrementals: new Map([[epoch + 1, bytes]]) });
  }
}

const seen = (map: OsdMap): string => JSON.stringify(withExactTypes(dumpOsdMap(map, "python")), exactly);

Deno.test("A module gets the OSDMap once in full, then its increments, and makes of them what the host would", async () => {
  await using host = await TestHost.start(["reads"]);
  const source = new MapSource(bigOsdMap({ osds: 100, pgs: 256, upmaps: 10 }), host);
  const first = source.map.epoch;
  const read = async (fields?: string): Promise<string> =>
    (await host.command("read data", { name: "osd_map", ...(fields && { fields }) })).stdout;
  assertEquals(await read(), seen(source.map));
  source.change(1);
  source.change(3);
  assertEquals(await read(), seen(source.map));
  assertEquals(await read("flags_num,epoch"), `{"flags_num":${source.map.flags},"epoch":${first + 2}}`);
  assertEquals((await host.command("read same", { name: "osd_map" })).stdout, "true");
  assertEquals(source.asked, [
    { have: 0, full: true, increments: 0 },
    { have: first, full: false, increments: 2 },
  ]);
});

Deno.test("A module that reads what has not changed asks nobody, and never misses a change", async () => {
  await using host = await TestHost.start(["follows"]);
  const source = new MapSource(bigOsdMap({ osds: 10, pgs: 8, upmaps: 0 }), host);
  const first = source.map.epoch;
  const follow = async (what: string, args = {}): Promise<string> =>
    (await host.command(`follow ${what}`, args)).stdout;
  assertEquals([await follow("epoch"), await follow("epoch")], [`${first}`, `${first}`]);
  assertEquals(source.asked.length, 1);
  // A command that comes after a change sees it, and so does a notification.
  source.change(1);
  assertEquals(await follow("epoch"), `${first + 1}`);
  source.change(3);
  host.host.notify("osd_map", first + 2);
  await host.until(async () => await follow("notified") !== "", "it is told");
  assertEquals(await follow("notified"), `${first + 2}:${first + 2}`);
  assertEquals(source.asked.length, 3);
});

Deno.test("A module that waits for a change by reading sees it, with and without a pause", async () => {
  await using host = await TestHost.start(["follows"]);
  const source = new MapSource(bigOsdMap({ osds: 10, pgs: 8, upmaps: 0 }), host);
  const wait = async (how: string): Promise<void> => {
    const asked = source.asked.length;
    const epoch = source.map.epoch + 1;
    const seen = host.command(`follow ${how}`, { epoch });
    await host.until(() => source.asked.length > asked, "it has asked");
    source.change(epoch & 1);
    host.host.dataChanged();
    assertEquals((await seen).stdout, `${epoch}`);
  };
  await wait("poll");
  source.change(2);
  assertEquals(source.asked.length, 2);
  await wait("spin");
});

Deno.test("A module maps and balances in its own process", async () => {
  await using host = await TestHost.start(["reads"]);
  const source = new MapSource(bigOsdMap({ osds: 40, pgs: 128, upmaps: 0 }), host);
  const { changes, up } = JSON.parse((await host.command("read upmaps", { pool: "pool1" })).stdout);
  assert(changes > 0);
  assertEquals(up.length, new OsdMapper(source.map).map({ pool: 1, seed: 0 })!.up.length);
  assertEquals(source.map.pgUpmapItems.size, 0);
});

/** More than a page of statistics: enough for several. */
const OSDS = 20;
const PGS = Math.ceil(PAGE_BYTES / 500);

class StatSource {
  readonly map = new PgMap();
  now = 0;

  constructor(host: TestHost) {
    const osds = Object.fromEntries(Array.from({ length: OSDS }, (_, osd) => [osd, {}]));
    const layout = new FakeLayout(osds, { 1: PGS, 2: OSDS });
    this.map.osdMap(layout, { now: 0, stamp: { sec: 1_700_000_000, nsec: 0 } });
    for (let osd = 0; osd < OSDS; osd++) this.report(osd, 1);
    host.link.statFeed = new StatFeed(this.map, () => this.now);
  }

  /** Every `OSDS`th PG of each pool. */
  report(osd: number, n: number): void {
    const of = (pool: number, pgs: number): [string, object][] =>
      Array.from({ length: Math.ceil((pgs - osd) / OSDS) }, (_, i) => [
        `${pool}.${(osd + i * OSDS).toString(16)}`,
        { reportedSeq: n, acting: [osd], stats: { numBytes: 1000 * n } },
      ]);
    this.map.ingest(osd, osdReport(Object.fromEntries([...of(1, PGS), ...of(2, OSDS)])));
    this.now += MIN_AGE_MS;
  }
}

Deno.test("A module reads more statistics than fit into a page, and then a pool alone", async () => {
  await using host = await TestHost.start(["reads"]);
  const source = new StatSource(host);
  const read = async (args: Record<string, string | number>) =>
    JSON.parse((await host.command("read data", args)).stdout).pg_stats as {
      pgid: string;
      stat_sum: { num_bytes: number };
    }[];
  const all = await read({ name: "pg_dump", fields: "pg_stats" });
  assertEquals(all.length, PGS + OSDS);
  source.report(3, 2);
  const after = await read({ name: "pg_stats" });
  assertEquals(
    after.filter((pg, i) => JSON.stringify(pg) !== JSON.stringify(all[i])).every(({ stat_sum }) =>
      stat_sum.num_bytes === 2000
    ),
    true,
  );
  assertEquals(
    after.filter(({ stat_sum }) => stat_sum.num_bytes === 2000).length,
    Math.ceil((PGS - 3) / OSDS) + 1,
  );
  assertEquals((await read({ name: "pg_dump", fields: "pg_stats", pool: 2 })).length, OSDS);
  assertEquals((await host.command("read same", { name: "pg_dump" })).stdout, "true");
});

Deno.test("A module that is busy hears of the last map alone and of every entry of the log, and that is counted", async () => {
  await using host = await TestHost.start(["reads"]);
  await host.state("reads", "serving");
  for (const epoch of [1, 2, 3, 4]) host.host.notify("osd_map", epoch);
  for (const text of ["a", "b"]) host.host.notify("clog", text);
  const heard = async (): Promise<string[]> => (await host.command("read heard")).stdout.split(" ");
  await host.until(async () => (await heard()).length === 2, "the first of each kind");
  for (let n = 3; n <= 4; n++) {
    await host.command("read on");
    await host.until(async () => (await heard()).length >= n, "the next ones");
  }
  assertEquals((await heard()).sort(), ['clog:"a"', 'clog:"b"', "osd_map:1", "osd_map:4"]);
  assertEquals(host.status("reads").notificationsLeftOut, 2);
});
