/** Statistics of a placement group as modules see them. */

import { assert, assertEquals } from "@std/assert";
import { pgStat } from "../../tests/fakes/fake_cluster.ts";
import { Decoder, encodeAll } from "../encoding/mod.ts";
import { readPgStatData } from "./pg_stat_data.ts";
import { dumpPgStat } from "./pg_stat_dump.ts";
import { PgStat } from "./pg_stat.ts";
import { withState } from "./pg_state.ts";

const PG = { pool: 3, seed: 0x1f };

const RICH: PgStat = pgStat({
  state: withState(withState(0, "active"), "laggy"),
  acting: [4, 2, 7],
  up: [4, 2],
  version: { version: 2 ** 40, epoch: 36 },
  parent: { pool: 3, seed: 15 },
  blockedBy: [9],
  lastChange: { sec: 1_700_000_000, nsec: 1_999 },
  lastScrubStamp: { sec: 12, nsec: 0 },
  purgedSnaps: new Map([[1n, 10n], [32n, 2n ** 60n]]),
  availNoMissing: [{ osd: 4, shard: 0 }, { osd: 2, shard: -1 }],
  objectLocationCounts: [{ shards: [{ osd: 4, shard: 0 }, { osd: 7, shard: -1 }], objects: 5 }],
});

const read = (stat: PgStat, former?: ReturnType<typeof readPgStatData>) =>
  readPgStatData(new Decoder(encodeAll(PgStat.encode, stat)), "3.1f", former);

Deno.test("readPgStatData() says what dumpPgStat() does", () => {
  for (const stat of [RICH, pgStat(), PgStat.decode(new Decoder(encodeAll(PgStat.encode, RICH)))]) {
    const { reported_seq, ...seen } = read(stat);
    const { reported_seq: seq, ...dumped } = dumpPgStat(PG, stat);
    assertEquals([seen, reported_seq], [dumped, BigInt(seq)]);
  }
});

Deno.test("readPgStatData() shares the lists that are the same as before, and no others", () => {
  const former = read(RICH);
  const now = read({ ...RICH, acting: [4, 2, 8], blockedBy: [], lastFresh: RICH.lastChange }, former);
  assert(now.up === former.up && now.avail_no_missing === former.avail_no_missing);
  assertEquals([now.acting, now.blocked_by, former.acting], [[4, 2, 8], [], [4, 2, 7]]);
});
