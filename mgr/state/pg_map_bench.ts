/** What statistics cost at 10,000 OSDs and 100,000 placement groups. Run with `deno bench -A`. */

import { DEFAULT_OPTIONS } from "../../tests/fakes/default_options.ts";
import { FakeLayout, type FakePg, osdReport } from "../../tests/fakes/fake_cluster.ts";
import { encodeAll } from "../encoding/mod.ts";
import { healthOptions } from "../health_options.ts";
import { makeReport } from "../report.ts";
import { PGMapDigest } from "../types/pg_map_digest.ts";
import { zeroStatfs } from "../types/store_statfs.ts";
import { clusterHealthChecks } from "./health_checks.ts";
import { pgMapDigest } from "./pg_digest.ts";
import { type OsdReport, PgMap } from "./pg_map.ts";
import { dumpPgStats, dumpPgSummary } from "./pg_map_dump.ts";

const OSDS = 10_000;
const POOLS = 10;
const PGS_OF_POOL = 10_000;
const PGS_OF_OSD = POOLS * PGS_OF_POOL / OSDS;
/** Heartbeat peers. */
const PEERS = 30;
const NOW = { sec: 1_700_000_000, nsec: 0 };
const UNDERSIZED = 0b10 + 2 ** 23 + 2 ** 10;

const ids = Array.from({ length: OSDS }, (_, osd) => osd);
const layout = new FakeLayout(
  Object.fromEntries(ids.map((osd) => [osd, { deviceClass: osd % 3 === 0 ? "ssd" : "hdd" }])),
  Object.fromEntries(Array.from({ length: POOLS }, (_, i) => [i + 1, PGS_OF_POOL])),
);

const PING = { average: [700, 800, 900], min: [1, 1, 1], max: [9, 9, 9], last: 5 };
const hbPingtime = new Map(
  Array.from({ length: PEERS }, (_, i) => [i, { lastUpdate: NOW.sec, back: PING, front: PING }]),
);

/** The n-th report of an OSD: ten PGs of three OSDs each, and its own statistics with the times of 30 peers. */
function report(osd: number, n: number, change: FakePg = {}): OsdReport {
  const stats = { numBytes: 2 ** 33 + n, numObjects: 2000 + n, numObjectCopies: 6000 + 3 * n, numWr: 50 * n };
  const acting = [osd, (osd + 1) % OSDS, (osd + 2) % OSDS];
  const pgs = Array.from({ length: PGS_OF_OSD }, (_, i) => [
    `${i + 1}.${osd.toString(16)}`,
    // All but the first are equally new, so that every one counts whatever their order.
    { reportedSeq: Math.min(n, 2), stats, acting, lastFresh: NOW, ...change },
  ]);
  const statfs = { ...zeroStatfs(), total: 2 ** 43, available: 2 ** 42 };
  return osdReport(Object.fromEntries(pgs), { seq: BigInt(n), numPgs: 30, statfs, hbPingtime });
}

const step = (now: number) => ({ now, stamp: { sec: NOW.sec + now / 1000, nsec: 0 } });
const map = new PgMap();
map.osdMap(layout, step(0));
for (const osd of ids) map.ingest(osd, report(osd, 1));
map.step(step(2000));

/** Reports of the same 500 OSDs with other figures. */
const rounds = Array.from({ length: 4 }, (_, n) => ids.slice(0, 500).map((osd) => report(osd, n + 2)));
let round = 0;

Deno.bench("ingest: one report of an OSD with 10 PGs and 30 peers (x500)", () => {
  const reports = rounds[round++ % rounds.length]!;
  for (const [osd, r] of reports.entries()) map.ingest(osd, r);
});

Deno.bench("step: the window of the rates moves", () => {
  map.step(step(round++ * 2000));
});

Deno.bench("osdMap: a new epoch without changes", () => {
  map.osdMap(layout, step(round++ * 2000));
});

const digest = pgMapDigest(map, layout);
Deno.bench("pgMapDigest()", () => {
  pgMapDigest(map, layout);
});
Deno.bench("PGMapDigest: encode", () => {
  encodeAll(PGMapDigest.encode, digest);
});
Deno.bench("makeReport(): encoded, decoded again and compared", () => {
  makeReport({
    healthChecks: new Map(),
    progressEvents: new Map(),
    serviceMap: undefined,
    serviceMapEpoch: 0,
    digest,
    gid: 1n,
    activeGid: 1n,
  });
});

const input = { map, layout, options: healthOptions(DEFAULT_OPTIONS), now: NOW };
Deno.bench("clusterHealthChecks() of a healthy cluster", () => {
  clusterHealthChecks(input);
});

const ill = new PgMap();
ill.osdMap(layout, step(0));
for (const osd of ids) {
  ill.ingest(
    osd,
    report(osd, 1, osd % 3 === 0 ? { state: UNDERSIZED, lastFullsized: { sec: 1, nsec: 0 } } : {}),
  );
}
Deno.bench("clusterHealthChecks() with a third of the PGs undersized", () => {
  clusterHealthChecks({ ...input, map: ill });
});

Deno.bench("dumpPgSummary()", () => {
  dumpPgSummary(map);
});
Deno.bench("dumpPgStats() of all", () => {
  dumpPgStats(map.records());
});
