/** Reports: what the monitors could not read, or would read otherwise than meant, never leaves. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FakeClock } from "../tests/fakes/fake_clock.ts";
import { FakeLayout, osdReport } from "../tests/fakes/fake_cluster.ts";
import { decodeAll, encodeAll } from "./encoding/mod.ts";
import { unpack } from "./messages/message.ts";
import { MMonMgrReport } from "./messages/mon_mgr_report.ts";
import { cleanChecks, cleanEvents, makeReport, type ReportContent, ReportRefused } from "./report.ts";
import { pgMapDigest } from "./state/pg_digest.ts";
import { PgMap } from "./state/pg_map.ts";
import { PGMapDigest } from "./types/pg_map_digest.ts";
import { utimeOfMs } from "./types/utime.ts";

const LAYOUT = new FakeLayout({ 0: { deviceClass: "hdd" }, 1: { deviceClass: "ssd" } }, { 1: 4, 2: 2 });

/** A digest that has something in each of its parts. */
function digest(): PGMapDigest {
  const map = new PgMap();
  const clock = new FakeClock();
  map.osdMap(LAYOUT, { now: 0, stamp: utimeOfMs(clock.wall()) });
  for (let tick = 1; tick < 4; tick++) {
    for (const osd of [0, 1]) {
      map.ingest(
        osd,
        osdReport(
          {
            [`1.${osd}`]: {
              reportedSeq: tick,
              stats: { numWr: tick, numBytes: 2 ** 40 },
              acting: [osd, 1 - osd],
            },
          },
          { seq: 2n ** 33n, osAlerts: new Map([[osd, new Map([["BLUEFS_SPILLOVER", "spilled"]])]]) },
          { 1: { allocated: 4096 } },
        ),
      );
    }
    map.ingest(
      0,
      osdReport({ "2.0": { purgedSnaps: new Map([[1n, 2n]]) }, "2.1": { purgedSnaps: new Map([[1n, 2n]]) } }),
    );
    map.step({ now: tick * 2000, stamp: utimeOfMs(clock.wall()) });
  }
  return pgMapDigest(map, LAYOUT);
}

const CONTENT: ReportContent = {
  healthChecks: new Map([["OSD_SCRUB_ERRORS", {
    severity: 0,
    summary: "2 scrub errors",
    detail: [],
    count: 2,
  }]]),
  progressEvents: new Map([["id", { message: "Rebalancing", progress: 0.5, addToCephS: true }]]),
  serviceMap: { epoch: 3, modified: { sec: 1, nsec: 0 }, services: new Map() },
  serviceMapEpoch: 2,
  digest: digest(),
  gid: 4107n,
  activeGid: 4107n,
};

function refusal(content: Partial<ReportContent>, encode?: (digest: PGMapDigest) => Uint8Array): string {
  try {
    makeReport({ ...CONTENT, ...content }, encode);
  } catch (e) {
    assert(e instanceof ReportRefused, String(e));
    return e.message;
  }
  throw new Error("the report was made");
}

Deno.test("makeReport() encodes what it was given", () => {
  const read = unpack(MMonMgrReport, makeReport(CONTENT));
  assertEquals(read.gid, 4107n);
  assertEquals(read.healthChecks, CONTENT.healthChecks);
  assertEquals(decodeAll(read.digest, PGMapDigest.decode), CONTENT.digest);
  assertEquals(
    unpack(MMonMgrReport, makeReport({ ...CONTENT, serviceMap: undefined })).serviceMapBl.length,
    0,
  );
});

Deno.test("makeReport() lets no digest out of which a single byte is wrong, missing or too much", () => {
  const good = encodeAll(PGMapDigest.encode, CONTENT.digest);
  for (let i = 0; i < good.length; i++) {
    const bad = good.slice();
    bad[i] = bad[i]! ^ (1 << (i % 8));
    refusal({}, () => bad);
  }
  for (let length = 0; length < good.length; length += 7) refusal({}, () => good.slice(0, length));
  refusal({}, () => good.slice(0, -1));
  assertStringIncludes(refusal({}, () => new Uint8Array([...good, 0])), "1 bytes too many");
  assertStringIncludes(refusal({}, () => new Uint8Array(0)), "version undefined/undefined");
});

Deno.test("makeReport() lets no digest out whose numbers do not fit the wire", () => {
  for (
    const wrong of [
      { numPg: NaN },
      { numPg: 1.5 },
      { numPg: Infinity },
      { osdLastSeq: [2n ** 64n] },
      { numPgByState: new Map([[2, 2 ** 31]]) },
      { availSpaceByRule: new Map([[2 ** 32, 1]]) },
    ]
  ) {
    assertStringIncludes(refusal({ digest: { ...CONTENT.digest, ...wrong } }), "decodes to something else");
  }
});

Deno.test("makeReport() refuses severities, codes, texts and counts that monitors cannot take", () => {
  const check = { severity: 1, summary: "fine", detail: [], count: 0 };
  const checked = (code: string, change: object): string =>
    refusal({ healthChecks: new Map([[code, { ...check, ...change }]]) });
  assertStringIncludes(checked("GOOD", { severity: 2 }), "severity 2");
  assertStringIncludes(checked("GOOD", { severity: 7 }), "severity 7");
  assertStringIncludes(checked("GOOD", { severity: -1 }), "decodes to something else");
  assertStringIncludes(checked("bad code", {}), "capitals");
  assertStringIncludes(checked("GOOD", { summary: "line\nbreak" }), "control characters");
  assertStringIncludes(checked("GOOD", { detail: ["\ud800"] }), "decodes to something else");
  assertStringIncludes(checked("GOOD", { count: -1 }), "count -1");
});

Deno.test("makeReport() refuses progress that is no part of 1, a wrong gid and an old ServiceMap", () => {
  const event = (progress: number) => new Map([["id", { message: "", progress, addToCephS: false }]]);
  for (const progress of [NaN, Infinity, -0.5, 1.5, 0.1]) refusal({ progressEvents: event(progress) });
  assertStringIncludes(refusal({ activeGid: 1n }), "its gid 4107 is not that of the active manager, 1");
  refusal({ gid: 0n, activeGid: 0n });
  assertStringIncludes(refusal({ serviceMapEpoch: 3 }), "ServiceMap epoch 3 is not newer than 3");
});

Deno.test("cleanChecks() cleans texts and leaves out what cannot be cleaned", () => {
  const why: string[] = [];
  const clean = cleanChecks(
    new Map([
      ["GOOD", { severity: 1, summary: "a\nb\u0000\ud800", detail: Array(2000).fill("\t"), count: 1 }],
      ["bad", { severity: 1, summary: "", detail: [], count: 1 }],
      ["OK", { severity: 2, summary: "", detail: [], count: 1 }],
    ]),
    (reason) => why.push(reason),
  );
  assertEquals([...clean.keys()], ["GOOD"]);
  assertEquals(clean.get("GOOD")!.summary, "a b \ufffd");
  assertEquals(clean.get("GOOD")!.detail.length, 1000);
  assertEquals(why.length, 2);
  makeReport({ ...CONTENT, healthChecks: clean });
});

Deno.test("cleanEvents() makes of any number a progress", () => {
  const events = [NaN, -1, 0.1, 5].map((progress, i) =>
    [`id${i}\n`, { message: "m\u0007", progress, addToCephS: true }] as const
  );
  const clean = cleanEvents(new Map(events));
  assertEquals([...clean.values()].map(({ progress }) => progress), [0, 0, Math.fround(0.1), 1]);
  makeReport({ ...CONTENT, progressEvents: clean });
});
