/** Statistics: what of the corpus is proved of them. */

import { PGMapDigest } from "../../mgr/types/pg_map_digest.ts";
import { ObjectStatSum } from "../../mgr/types/object_stat_sum.ts";
import { OsdStat, PerfStat } from "../../mgr/types/osd_stat.ts";
import { PgStat } from "../../mgr/types/pg_stat.ts";
import { ObjectStatCollection, PoolStat } from "../../mgr/types/pool_stat.ts";
import { StoreStatfs } from "../../mgr/types/store_statfs.ts";
import { BOTH, type CorpusRow, row } from "./row.ts";

const PACIFIC = ["16.2.0"];
/** The corpus was written with all feature bits, so latencies stand there in nanoseconds: another version than ours. */
const NEVER: readonly string[] = [];

/** Rows of the statistics types. */
export const STAT_TYPES: readonly CorpusRow[] = [
  row("object_stat_sum_t", ObjectStatSum, BOTH),
  row("object_stat_collection_t", ObjectStatCollection, BOTH),
  row("store_statfs_t", StoreStatfs, BOTH),
  row("objectstore_perf_stat_t", PerfStat, NEVER),
  row("osd_stat_t", OsdStat, NEVER),
  row("pool_stat_t", PoolStat, BOTH),
  row("pg_stat_t", PgStat, PACIFIC),
  row("PGMapDigest", PGMapDigest, NEVER),
];
