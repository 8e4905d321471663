/** Moments of the statistics: what they hold stays, and what has changed between two of them is told. */

import { assert, assertEquals } from "@std/assert";
import { FakeLayout, osdReport } from "../../tests/fakes/fake_cluster.ts";
import { ZERO_TIME } from "../types/utime.ts";
import { PgMap } from "./pg_map.ts";
import { statOf } from "./pg_record.ts";
import { StatSnapshot } from "./stat_snapshots.ts";

function mapOfTwo(): PgMap {
  const map = new PgMap();
  map.osdMap(new FakeLayout({ 0: {} }, { 1: 2 }), { now: 0, stamp: ZERO_TIME });
  return map;
}

const report = (map: PgMap, seed: number, reportedSeq: number, acting = [0]): void =>
  map.ingest(0, osdReport({ [`1.${seed}`]: { reportedSeq, acting, stats: { numBytes: reportedSeq } } }));

const recordOf = (map: PgMap | StatSnapshot, seed: number) =>
  map instanceof PgMap ? map.get({ pool: 1, seed })! : map.pgs.get(1)![seed]!;

Deno.test("StatSnapshot keeps what was reported before it, whatever is reported after", () => {
  const map = mapOfTwo();
  report(map, 0, 1);
  const snapshot = new StatSnapshot(map, 1);
  const [record] = snapshot.pgs.get(1)!;
  const [before, raw] = [{ ...record! }, record!.raw.slice()];
  for (const seq of [2, 3]) report(map, 0, seq, [0, seq]);
  assertEquals(recordOf(map, 0).numBytes, 3);
  assertEquals([{ ...record! }, record!.raw], [before, raw]);
  assertEquals(statOf(record!).reportedSeq, 1);
});

Deno.test("StatSnapshot has another record of what was reported since the last one, and the same of the rest", () => {
  const map = mapOfTwo();
  for (const seed of [0, 1]) report(map, seed, 1);
  const first = new StatSnapshot(map, 1);
  for (const seq of [2, 3]) report(map, 0, seq);
  const second = new StatSnapshot(map, 2);
  assert(recordOf(second, 0) !== recordOf(first, 0));
  assert(recordOf(second, 1) === recordOf(first, 1));
});

Deno.test("PgMap.ingest() changes a record in place when nobody keeps it, and leaves the bytes of the message alone", () => {
  const map = mapOfTwo();
  report(map, 0, 1);
  const record = recordOf(map, 0);
  const message = osdReport({ "1.0": { reportedSeq: 2 } });
  const { stat } = message.pgStat[0]!;
  map.ingest(0, message);
  assert(recordOf(map, 0) === record);
  assertEquals([record.reportedSeq, statOf(record).reportedSeq], [2, 2]);
  assert(record.raw.buffer !== stat.buffer);
  // Bytes of another length have another place.
  report(map, 0, 3, [0, 5, 7]);
  assertEquals([recordOf(map, 0).acting, statOf(recordOf(map, 0)).acting], [[0, 5, 7], [0, 5, 7]]);
  // What all unknown PGs have in common is not written into.
  assertEquals(statOf(recordOf(map, 1)).reportedSeq, 0);
});
