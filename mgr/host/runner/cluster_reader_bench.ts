/** What `get("pg_dump")` costs a module at 1,002 OSDs and 16,385 placement groups, and the host. Run with `deno bench -A`. */

import { FakeLayout, osdReport } from "../../../tests/fakes/fake_cluster.ts";
import { StatFeed } from "../../stat_feed.ts";
import { PgMap } from "../../state/pg_map.ts";
import { MIN_AGE_MS } from "../../state/stat_snapshots.ts";
import { ClusterReader, type DataHost } from "./cluster_reader.ts";

const OSDS = 1002;
const PGS = 16_385;

const NOW = { sec: 1_700_000_000, nsec: 123_456_789 };
const layout = new FakeLayout(
  Object.fromEntries(Array.from({ length: OSDS }, (_, osd) => [osd, {}])),
  { 1: PGS },
);
const map = new PgMap();
map.osdMap(layout, { now: 0, stamp: NOW });
let now = 0;
let reports = 0;

function report(osd: number): void {
  const acting = [osd, (osd + 1) % OSDS, (osd + 2) % OSDS];
  const seeds = Array.from({ length: Math.ceil((PGS - osd) / OSDS) }, (_, i) => osd + i * OSDS);
  const pg = { reportedSeq: ++reports, acting, stats: { numBytes: 2 ** 33 }, lastFresh: NOW };
  map.ingest(
    osd,
    osdReport(Object.fromEntries(seeds.map((seed) => [`1.${seed.toString(16)}`, pg])), { numPgs: 48 }),
  );
  now += MIN_AGE_MS;
}

for (let osd = 0; osd < OSDS; osd++) report(osd);

const feed = new StatFeed(map, () => now);
const host: DataHost = {
  get: () => Promise.resolve(null),
  osdMap: () => Promise.resolve(null),
  statHead(have) {
    const { version, json } = feed.head();
    return Promise.resolve({ version, json: version === have ? null : new TextEncoder().encode(json) });
  },
  statPage: (query) => Promise.resolve(feed.page(query) ?? null),
};

Deno.bench("host: a new moment and all pages of it", () => {
  report(0);
  const { version } = feed.head();
  const query = { part: "pgs", pool: 1, version, have: 0, to: null } as const;
  for (let from: number | null = 0; from !== null;) from = feed.page({ ...query, from })!.next;
});

Deno.bench('module: the first get("pg_dump")', async () => {
  await new ClusterReader(host).get("pg_dump");
});

const reader = new ClusterReader(host);
await reader.get("pg_dump");

Deno.bench('module: get("pg_dump") after one OSD has reported', async (b) => {
  report(1);
  b.start();
  await reader.get("pg_dump");
  b.end();
});

Deno.bench('module: get("pg_dump") of what has not changed', async () => {
  await reader.get("pg_dump");
});
