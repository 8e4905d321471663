/** pg_stat_t without what neither sums nor health checks look at. */

import type { Decoder, Read } from "../encoding/mod.ts";
import { IntervalSet } from "./interval_set.ts";
import type { ObjectStatSum } from "./object_stat_sum.ts";
import { type PgStatOf, type PgStatPartTypes, pgStatReader, shardReader } from "./pg_stat.ts";
import { ObjectStatCollection } from "./pool_stat.ts";

interface BriefParts extends PgStatPartTypes {
  readonly version: undefined;
  readonly pg: undefined;
  /** Whole seconds since 1970, 0 for never. */
  readonly time: number;
  readonly stats: ObjectStatSum;
  readonly snaps: IntervalSet;
  readonly shard: undefined;
}

/** Versions, names of PGs and shards are not in it; stamps are whole seconds since 1970, 0 for never. */
export type PgBrief = PgStatOf<BriefParts>;

function skip(bytes: number): Read<undefined> {
  return (d) => {
    d.skip(bytes);
    return undefined;
  };
}

function readSeconds(d: Decoder): number {
  const seconds = d.u32();
  d.skip(4);
  return seconds;
}

/** Without an object for each part: the OSDs of a large cluster report 20,000 PGs a second. Throws DecodeError. */
export const readPgBrief: Read<PgBrief> = pgStatReader<BriefParts>({
  version: skip(12),
  pg: skip(17),
  time: readSeconds,
  stats: ObjectStatCollection.decode,
  snaps: IntervalSet.decode,
  shard: shardReader(() => undefined),
});
