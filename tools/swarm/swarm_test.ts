/** Parts of the swarm that need no cluster. */

import { assert, assertEquals } from "@std/assert";
import { unpack } from "../../mgr/messages/message.ts";
import { MMgrReport } from "../../mgr/messages/mgr_report.ts";
import { MPGStats } from "../../mgr/messages/pg_stats.ts";
import { OsdStat } from "../../mgr/types/osd_stat.ts";
import { PgStat } from "../../mgr/types/pg_stat.ts";
import { readRaw } from "../../mgr/types/raw_struct.ts";
import { beaconsIn, worstLateness } from "./beacons.ts";
import { compiledDefaults } from "./osd_facts.ts";
import { counterTypes, OsdReports, pgsOf } from "./osd_reports.ts";
import { NO_TALLY, sharesOf, sumOf, type SwarmPlan } from "./plan.ts";

const FSID = "82e38c3a-4cdb-458e-a50f-e613b7b0eee2";
const PLAN: SwarmPlan = { osds: 3000, pgs: 30_000, counters: 100, clients: 7, processes: 2, mode: "secure" };

Deno.test("worstLateness() is what the longest gap has beyond the period, the one that lasts included", () => {
  const line = (second: string): string =>
    `2026-11-25T20:29:${second}+0000 7f22a27fc6c0  4 mon.a@0(leader).mgr e3 beacon from 4099`;
  const log = ["38.000", "38.000", "40.000", "40.000", "43.500", "45.500"].map(line).join("\n");
  const beacons = beaconsIn(log);
  assertEquals(beacons.length, 4);
  const at = (second: number): number => Date.UTC(2026, 10, 25, 20, 29, second);
  assertEquals(worstLateness(beacons, { from: at(38), until: at(47) }, 2000), 1500);
  assertEquals(worstLateness(beacons, { from: at(38), until: at(50) }, 2000), 2500);
  assertEquals(worstLateness(beacons, { from: at(45), until: at(46) }, 2000), 0);
  assertEquals(worstLateness([], { from: 0, until: 1 }, 2000), NaN);
});

Deno.test("OsdReports: counters and PGs move from report to report, and nothing else does", () => {
  const types = counterTypes(PLAN.counters);
  const reports = new OsdReports(2999, PLAN, FSID, types);
  const first = unpack(MMgrReport, reports.first());
  assertEquals([first.daemonName, first.declareTypes.length], ["2999", 100]);
  for (const n of [2, 3]) {
    const { packed, declareTypes } = unpack(MMgrReport, reports.next());
    assertEquals([packed.length, declareTypes], [first.packed.length, []]);
    const stats = unpack(MPGStats, reports.pgStats());
    assertEquals(readRaw(stats.osdStat, OsdStat.decode).seq & 0xffffffffn, BigInt(n));
    assertEquals(stats.pgStat.map(({ pg }) => pg), pgsOf(2999, PLAN));
    assertEquals(stats.pgStat.map(({ stat }) => readRaw(stat, PgStat.decode).reportedSeq), Array(10).fill(n));
  }
});

Deno.test("counterTypes() stand in the order of their bytes, as the values of a report do", () => {
  const paths = counterTypes(100).map(({ path }) => path);
  assertEquals(paths, [...paths].sort());
});

Deno.test("compiledDefaults() is as large as that of a real OSD", () => {
  const { length } = compiledDefaults();
  assert(length > 60_000 && length < 75_000, `${length} bytes`);
});

Deno.test("sharesOf() and sumOf(): all of it, and nobody twice", () => {
  const shares = sharesOf({
    plan: PLAN,
    fsid: FSID,
    monitor: { type: 2, nonce: 0, ip: "127.0.0.1", port: 1 },
    adminKey: "",
    osdKey: "",
  });
  assertEquals(shares.map(({ firstOsd, endOsd }) => [firstOsd, endOsd]), [[0, 1500], [1500, 3000]]);
  assertEquals(shares.reduce((sum, { clients }) => sum + clients, 0), 7);
  const tally = { ...NO_TALLY, booted: 2, manager: "x" };
  assertEquals(sumOf([tally, { ...tally, lastLoss: "why" }]), { ...tally, booted: 4, lastLoss: "why" });
  assertEquals(sumOf([tally, { ...tally, manager: "y" }]).manager, "");
});
