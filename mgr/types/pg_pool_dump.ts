/** A pool as `ceph osd dump -f json` and get("osd_map") show it. Upstream: pg_pool_t::dump in osd/osd_types.cc */

import { type DumpOrder, inOrder } from "./dump_order.ts";
import type { IntervalSet } from "./interval_set.ts";
import { PoolFlag } from "./osd_map_bits.ts";
import { formatEVersion, formatPgId } from "./pg_id.ts";
import type { PgPool } from "./pg_pool.ts";
import { poolOptName, type PoolOpts } from "./pool_opts.ts";
import { type HitSetParams, HitSetType, type PgMergeMeta, type PoolSnapInfo } from "./pool_parts.ts";
import { formatUtime } from "./utime.ts";

/** Upstream: pg_pool_t::get_pg_autoscale_mode_name */
const AUTOSCALE_MODES = ["off", "warn", "on"] as const;

/** Upstream: pg_pool_t::get_cache_mode_name */
const CACHE_MODES = [
  "none",
  "writeback",
  "forward",
  "readonly",
  "readforward",
  "readproxy",
  "proxy",
] as const;

const HIT_SET_TYPES: ReadonlyMap<number, string> = new Map([
  [HitSetType.none, "none"],
  [HitSetType.explicitHash, "explicit_hash"],
  [HitSetType.explicitObject, "explicit_object"],
  [HitSetType.bloom, "bloom"],
]);

const POOL_FLAG_NAMES: ReadonlyMap<bigint, string> = new Map(
  Object.entries(PoolFlag).map(([name, bit]) => [bit, name]),
);

/** `hashpspool,selfmanaged_snaps` in the order of the bits; "???" for a bit of a newer release. */
export function poolFlagNames(flags: bigint): string {
  const names: string[] = [];
  for (let bit = 0n; flags >> bit !== 0n; bit++) {
    if ((flags >> bit) & 1n) names.push(POOL_FLAG_NAMES.get(bit) ?? "???");
  }
  return names.join(",");
}

/** `[1~2,5~1]`: starts and lengths in hexadecimal. Upstream: operator<< of interval_set<snapid_t> */
export function snapSetText(snaps: IntervalSet): string {
  return `[${[...snaps].map(([start, length]) => `${start.toString(16)}~${length.toString(16)}`).join(",")}]`;
}

function dumpMergeMeta(m: PgMergeMeta, order: DumpOrder) {
  const value = {
    source_pgid: formatPgId(m.sourcePgid),
    ready_epoch: m.readyEpoch,
    last_epoch_started: m.lastEpochStarted,
    last_epoch_clean: m.lastEpochClean,
    source_version: formatEVersion(m.sourceVersion),
    target_version: formatEVersion(m.targetVersion),
  };
  return inOrder(order, value, ["source_pgid", "source_version", "target_version"]);
}

function dumpSnap(snap: PoolSnapInfo, order: DumpOrder) {
  const value = { snapid: snap.snapid, stamp: formatUtime(snap.stamp), name: snap.name };
  return inOrder(order, value, ["stamp"]);
}

function dumpHitSetParams(p: HitSetParams) {
  const type = HIT_SET_TYPES.get(p.type) ?? "???";
  if (p.type !== HitSetType.bloom) return { type };
  return {
    type,
    false_positive_probability: p.falsePositiveMicro / 1_000_000,
    target_size: p.targetSize,
    seed: p.seed,
  };
}

/** Operators set the number of hit sets freely; upstream would run out of memory. */
const MAX_GRADES = 10_000;

/** Weights of the hit sets from the newest on. */
function gradeTable({ hitSetCount, hitSetGradeDecayRate }: PgPool): number[] {
  const factor = 1 - hitSetGradeDecayRate / 100;
  const length = Math.min(hitSetCount, MAX_GRADES);
  const table: number[] = [];
  for (let grade = 1_000_000; table.length < length; grade = Math.trunc(grade * factor)) {
    table.push(grade);
  }
  return table;
}

/** Options by name; those of a newer release have none and are left out, as upstream does. */
function dumpOpts(opts: PoolOpts): Record<string, string | number> {
  const known = [...opts].flatMap(([key, value]): [string, string | number][] => {
    const name = poolOptName(key);
    return name === undefined ? [] : [[name, typeof value === "bigint" ? Number(value) : value]];
  });
  return Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const applications = (p: PgPool) =>
  Object.fromEntries([...p.applicationMetadata].map(([app, values]) => [app, Object.fromEntries(values)]));

function dumpHead(p: PgPool, order: DumpOrder) {
  return {
    create_time: formatUtime(p.createTime),
    flags: p.flags,
    flags_names: poolFlagNames(p.flags),
    type: p.type,
    size: p.size,
    min_size: p.minSize,
    crush_rule: p.crushRule,
    peering_crush_bucket_count: p.peeringCrushBucketCount,
    peering_crush_bucket_target: p.peeringCrushBucketTarget,
    peering_crush_bucket_barrier: p.peeringCrushBucketBarrier,
    peering_crush_bucket_mandatory_member: p.peeringCrushMandatoryMember,
    object_hash: p.objectHash,
    pg_autoscale_mode: AUTOSCALE_MODES[p.pgAutoscaleMode] ?? "???",
    pg_num: p.pgNum,
    pg_placement_num: p.pgpNum,
    pg_placement_num_target: p.pgpNumTarget,
    pg_num_target: p.pgNumTarget,
    pg_num_pending: p.pgNumPending,
    last_pg_merge_meta: dumpMergeMeta(p.lastPgMergeMeta, order),
    last_change: String(p.lastChange),
    last_force_op_resend: String(p.lastForceOpResend),
    last_force_op_resend_prenautilus: String(p.lastForceOpResendPrenautilus),
    last_force_op_resend_preluminous: String(p.lastForceOpResendPreluminous),
    auid: p.auid,
    snap_mode: (p.flags >> PoolFlag.pool_snaps) & 1n ? "pool" : "selfmanaged",
    snap_seq: p.snapSeq,
    snap_epoch: p.snapEpoch,
    pool_snaps: [...p.snaps.values()].map((snap) => dumpSnap(snap, order)),
    removed_snaps: snapSetText(p.removedSnaps),
    quota_max_bytes: p.quotaMaxBytes,
    quota_max_objects: p.quotaMaxObjects,
  };
}

function dumpTail(p: PgPool) {
  return {
    tiers: p.tiers,
    tier_of: p.tierOf,
    read_tier: p.readTier,
    write_tier: p.writeTier,
    cache_mode: CACHE_MODES[p.cacheMode] ?? "unknown",
    target_max_bytes: p.targetMaxBytes,
    target_max_objects: p.targetMaxObjects,
    cache_target_dirty_ratio_micro: p.cacheTargetDirtyRatioMicro,
    cache_target_dirty_high_ratio_micro: p.cacheTargetDirtyHighRatioMicro,
    cache_target_full_ratio_micro: p.cacheTargetFullRatioMicro,
    cache_min_flush_age: p.cacheMinFlushAge,
    cache_min_evict_age: p.cacheMinEvictAge,
    erasure_code_profile: p.erasureCodeProfile,
    hit_set_params: dumpHitSetParams(p.hitSetParams),
    hit_set_period: p.hitSetPeriod,
    hit_set_count: p.hitSetCount,
    use_gmt_hitset: p.useGmtHitset,
    min_read_recency_for_promote: p.minReadRecencyForPromote,
    min_write_recency_for_promote: p.minWriteRecencyForPromote,
    hit_set_grade_decay_rate: p.hitSetGradeDecayRate,
    hit_set_search_last_n: p.hitSetSearchLastN,
    grade_table: gradeTable(p),
    stripe_width: p.stripeWidth,
    expected_num_objects: p.expectedNumObjects,
    fast_read: p.fastRead,
    options: dumpOpts(p.opts),
    application_metadata: applications(p),
  };
}

const STREAMED = [
  "create_time",
  "last_change",
  "last_force_op_resend",
  "last_force_op_resend_prenautilus",
  "last_force_op_resend_preluminous",
  "removed_snaps",
] as const;

/** Masks and snapshot ids are bigints. `head` stands before the pool's own keys. */
export function dumpPgPool<H extends object>(p: PgPool, order: DumpOrder, head: H) {
  return inOrder(order, { ...head, ...dumpHead(p, order), ...dumpTail(p) }, STREAMED);
}
