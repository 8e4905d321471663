/** Options of a pool that few pools have: pool_opts_t. */

import type { Codec, Decoder, Encoder } from "../encoding/mod.ts";

/** The type is that of the option and never changes: string, integer (bigint) or double (number). */
export type PoolOptValue = string | bigint | number;

/** By the option's number; ascending. Upstream: pool_opts_t in osd/osd_types.h */
export type PoolOpts = ReadonlyMap<number, PoolOptValue>;

const STRING = 0;
const INT = 1;
const DOUBLE = 2;

/** Names by number. Upstream: pool_opts_t::key_t */
const NAMES = [
  "scrub_min_interval",
  "scrub_max_interval",
  "deep_scrub_interval",
  "recovery_priority",
  "recovery_op_priority",
  "scrub_priority",
  "compression_mode",
  "compression_algorithm",
  "compression_required_ratio",
  "compression_max_blob_size",
  "compression_min_blob_size",
  "csum_type",
  "csum_max_block",
  "csum_min_block",
  "fingerprint_algorithm",
  "pg_num_min",
  "target_size_bytes",
  "target_size_ratio",
  "pg_autoscale_bias",
  "read_lease_interval",
  "dedup_tier",
  "dedup_chunk_algorithm",
  "dedup_cdc_chunk_size",
  "pg_num_max",
  "read_ratio",
  "pct_update_delay",
] as const;

/** Name of an option that this release knows. */
export type PoolOptName = typeof NAMES[number];

function decodeValue(d: Decoder, v: number): PoolOptValue {
  const type = d.i32();
  if (type === STRING) return d.string();
  if (type === INT) return v >= 2 ? d.i64() : BigInt(d.i32());
  if (type === DOUBLE) return d.f64();
  return d.fail(`pool option of type ${type}`);
}

function encodeValue(e: Encoder, value: PoolOptValue): void {
  if (typeof value === "string") e.i32(STRING).string(value);
  else if (typeof value === "bigint") e.i32(INT).i64(value);
  else e.i32(DOUBLE).f64(value);
}

/** v2/1. */
export const PoolOpts: Codec<PoolOpts> = {
  decode: (d) => d.versioned("pool_opts_t", 2, (d, v) => d.map((d) => d.i32(), (d) => decodeValue(d, v))),
  encode: (e, opts) => void e.versioned(2, 1, (e) => e.map(opts, (e, key) => void e.i32(key), encodeValue)),
};

/** The value of an option, or undefined when the pool does not set it. */
export function poolOpt(opts: PoolOpts, name: PoolOptName): PoolOptValue | undefined {
  return opts.get(NAMES.indexOf(name));
}

/** Name of the option with that number; undefined for one of a newer release. */
export function poolOptName(key: number): PoolOptName | undefined {
  return NAMES[key];
}
