/** From the name of an object to its placement group. Upstream: pg_pool_t::hash_key in osd/osd_types.cc, common/ceph_hash.cc */

import { hasPoolFlag } from "../types/osd_map_bits.ts";
import type { PgPool } from "../types/pg_pool.ts";
import { hash2, mixWords } from "./hash.ts";

/** Hashes of object names. Upstream: CEPH_STR_HASH_* */
const LINUX = 1;
const RJENKINS = 2;

/** Between namespace and name. */
const SEPARATOR = 0x1f;

const GOLDEN_RATIO = 0x9e3779b9;

const utf8 = new TextEncoder();

/** `n - 1` with all bits below its highest one set; 0 for 1. */
function maskOf(n: number): number {
  return n <= 1 ? 0 : 2 ** (32 - Math.clz32(n - 1)) - 1;
}

/** Folds `x` into 0 .. n-1 so that few values move when `n` grows. Upstream: ceph_stable_mod */
export function stableMod(x: number, n: number): number {
  const mask = maskOf(n);
  const folded = (x & mask) >>> 0;
  return folded < n ? folded : (x & (mask >>> 1)) >>> 0;
}

/** The input of CRUSH for a PG's seed. Upstream: pg_pool_t::raw_pg_to_pps */
export function placementSeed(pool: PgPool, poolId: number, seed: number): number {
  const folded = stableMod(seed, pool.pgpNum);
  return hasPoolFlag(pool.flags, "hashpspool") ? hash2(folded, poolId) : (folded + poolId) >>> 0;
}

/** The unfolded seed of an object; its PG is `stableMod(seed, pool.pgNum)`. A locator key stands for the name. */
export function objectSeed(pool: PgPool, name: string, namespace = "", key = ""): number {
  const text = utf8.encode(key || name);
  if (namespace === "") return hashName(pool.objectHash, text);
  return hashName(pool.objectHash, new Uint8Array([...utf8.encode(namespace), SEPARATOR, ...text]));
}

/** Upstream: ceph_str_hash */
export function hashName(hash: number, bytes: Uint8Array): number {
  if (hash === RJENKINS) return hashRjenkins(bytes);
  return hash === LINUX ? hashLinux(bytes) : 0xffffffff;
}

function hashLinux(bytes: Uint8Array): number {
  let h = 0n;
  for (const byte of bytes) h = BigInt.asUintN(64, (h + BigInt((byte << 4) + (byte >> 4))) * 11n);
  return Number(h & 0xffffffffn);
}

function hashRjenkins(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let words: [number, number, number] = [GOLDEN_RATIO, GOLDEN_RATIO, 0];
  let at = 0;
  for (; at + 12 <= bytes.length; at += 12) {
    words = mixWords(
      words[0] + view.getUint32(at, true),
      words[1] + view.getUint32(at + 4, true),
      words[2] + view.getUint32(at + 8, true),
    );
  }
  // The lowest byte of the third word belongs to the length.
  const tail = new DataView(new ArrayBuffer(12));
  for (let i = at; i < bytes.length; i++) tail.setUint8(i - at + (i - at >= 8 ? 1 : 0), bytes[i]!);
  const c = words[2] + bytes.length + tail.getUint32(8, true);
  return mixWords(words[0] + tail.getUint32(0, true), words[1] + tail.getUint32(4, true), c)[2];
}
