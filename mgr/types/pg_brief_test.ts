/** The short reading of pg_stat_t beside the whole one. */

import { assertEquals, assertThrows } from "@std/assert";
import { pgBriefOf } from "../../tests/fakes/brief_of.ts";
import { DecodeError, Decoder, encodeAll } from "../encoding/mod.ts";
import { readPgBrief } from "./pg_brief.ts";
import { PgStat, unknownPgStat } from "./pg_stat.ts";
import { readRaw } from "./raw_struct.ts";
import type { UTime } from "./utime.ts";

/** The numbers of this one are all different, lists and sets have elements. */
function sample(): PgStat {
  let n = 1000;
  const next = (): number => ++n;
  const distinct = (value: unknown): unknown => {
    if (typeof value === "number") return next();
    if (typeof value === "boolean") return next() % 2 === 0;
    if (Array.isArray(value)) return [next(), next(), next()];
    if (value instanceof Map) return new Map([[BigInt(next()), 5n]]);
    return Object.fromEntries(Object.entries(value as object).map(([key, v]) => [key, distinct(v)]));
  };
  const never: UTime = { sec: 0, nsec: 0 };
  return {
    ...distinct(unknownPgStat(never)) as PgStat,
    state: 2 ** 33 + 3,
    parent: { pool: 4, seed: 5 },
    availNoMissing: [{ osd: 7, shard: 2 }],
    objectLocationCounts: [{ shards: [{ osd: 8, shard: -1 }], objects: 9 }],
  };
}

Deno.test("readPgBrief() reads what the whole decoder reads, field by field", () => {
  const stat = sample();
  const raw = encodeAll(PgStat.encode, stat);
  assertEquals(readRaw(raw, PgStat.decode), stat);
  assertEquals(readRaw(raw, readPgBrief), pgBriefOf(stat));
});

Deno.test("readPgBrief() ends where the whole decoder ends, and refuses what that refuses", () => {
  const raw = encodeAll(PgStat.encode, sample());
  const d = new Decoder(raw);
  readPgBrief(d);
  assertEquals(d.remaining, 0);
  for (let length = 6; length < raw.length; length++) {
    const short = raw.slice(0, length);
    // The body has the length that is there, and lacks something at its end.
    new DataView(short.buffer).setUint32(2, length - 6, true);
    assertThrows(() => readRaw(short, PgStat.decode), DecodeError);
    assertThrows(() => readRaw(short, readPgBrief), DecodeError);
  }
});
