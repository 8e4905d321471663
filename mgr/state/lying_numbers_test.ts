/** Reports with absurd numbers: whatever is made of them stays JSON, and a digest that monitors can decode. */

import { assertEquals } from "@std/assert";
import { FakeLayout, osdReport } from "../../tests/fakes/fake_cluster.ts";
import { decodeAll, encodeAll } from "../encoding/mod.ts";
import { cephJson } from "../types/ceph_json.ts";
import { PGMapDigest } from "../types/pg_map_digest.ts";
import { PG_DATA } from "./pg_data.ts";
import { pgMapDigest } from "./pg_digest.ts";
import { PgMap } from "./pg_map.ts";

const layout = new FakeLayout({ 0: {}, 1: {} }, { 1: 2 });

/** A pool that says it has so many bytes and objects, on OSDs of so much space; two intervals have passed. */
function mapOf(count: number, space: number): PgMap {
  const map = new PgMap();
  const at = (n: number) => ({ now: n * 2000, stamp: { sec: 1_700_000_000 + 2 * n, nsec: 0 } });
  map.osdMap(layout, at(0));
  const stats = {
    numBytes: count,
    numObjects: count,
    numObjectsDegraded: count,
    numObjectCopies: count,
    numRd: count,
  };
  const statfs = { total: space, available: space, allocated: space, dataStored: space };
  for (const osd of [0, 1]) {
    map.ingest(osd, osdReport({ [`1.${osd}`]: { acting: [osd], stats } }, {}, { 1: statfs }));
  }
  map.step(at(1));
  // No time between two steps.
  map.step(at(1));
  return map;
}

for (const [count, space] of [[2 ** 63, 2 ** 63], [-(2 ** 63), -(2 ** 63)], [0, 0], [-1, 2 ** 62]] as const) {
  Deno.test(`Reports of ${count} bytes on ${space} bytes make numbers, never NaN`, () => {
    const pgMap = mapOf(count, space);
    for (const [name, dump] of Object.entries(PG_DATA)) {
      const json = cephJson(dump({ pgMap, layout, ready: true }));
      assertEquals([name, json.match(/NaN|Infinity|null/), typeof JSON.parse(json)], [name, null, "object"]);
    }
    const bytes = encodeAll(PGMapDigest.encode, pgMapDigest(pgMap, layout));
    assertEquals(decodeAll(bytes, PGMapDigest.decode).numPg, 2);
  });
}
