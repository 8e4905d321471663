/** Statistics: what of the corpus is proved of them. */

import { assertEquals } from "@std/assert";
import type { Codec, Read } from "../../mgr/encoding/mod.ts";
import { PGMapDigest } from "../../mgr/types/pg_map_digest.ts";
import { ObjectStatSum } from "../../mgr/types/object_stat_sum.ts";
import { OsdStat, PerfStat, readOsdBrief } from "../../mgr/types/osd_stat.ts";
import { readPgBrief } from "../../mgr/types/pg_brief.ts";
import { PgStat } from "../../mgr/types/pg_stat.ts";
import { ObjectStatCollection, PoolStat } from "../../mgr/types/pool_stat.ts";
import { readRaw } from "../../mgr/types/raw_struct.ts";
import { StoreStatfs } from "../../mgr/types/store_statfs.ts";
import { osdBriefOf, pgBriefOf } from "../fakes/brief_of.ts";
import { BOTH, type CorpusRow, row } from "./row.ts";

const PACIFIC = ["16.2.0"];
/** The corpus was written with all feature bits, so latencies stand there in nanoseconds: another version than ours. */
const NEVER: readonly string[] = [];

/** Some parts are read apart, in a hurry: the same must be found. */
function withBrief<T>(codec: Codec<T>, readBrief: Read<unknown>, briefOf: (whole: T) => unknown): Codec<T> {
  return {
    decode(d) {
      const whole: T[] = [];
      const raw = d.span((d) => whole.push(codec.decode(d)));
      assertEquals(readRaw(raw, readBrief), briefOf(whole[0]!));
      return whole[0]!;
    },
    encode: codec.encode,
  };
}

/** Rows of the statistics types. */
export const STAT_TYPES: readonly CorpusRow[] = [
  row("object_stat_sum_t", ObjectStatSum, BOTH),
  row("object_stat_collection_t", ObjectStatCollection, BOTH),
  row("store_statfs_t", StoreStatfs, BOTH),
  row("objectstore_perf_stat_t", PerfStat, NEVER),
  row("osd_stat_t", withBrief(OsdStat, readOsdBrief, osdBriefOf), NEVER),
  row("pool_stat_t", PoolStat, BOTH),
  row("pg_stat_t", withBrief(PgStat, readPgBrief, pgBriefOf), PACIFIC),
  row("PGMapDigest", PGMapDigest, NEVER),
];
