/** What is going on in a cluster or a pool: recovery, operations of clients, cache tiers. Upstream: mon/PGMap.cc */

import type { ObjectStatSum } from "../types/object_stat_sum.ts";
import { utimeOfMs } from "../types/utime.ts";
import { byteText, countText, fixed } from "./quantity.ts";
import type { StatDelta } from "./stat_delta.ts";

/** What changed, and in how many milliseconds. */
export type Delta = Pick<StatDelta, "sum" | "ms">;

/** Keys of JSON and their values, in order. */
export type Figures = Record<string, number>;

/** Objects that are not as they should be. */
export type Trouble = "degraded" | "misplaced" | "unfound";

/** A part of a whole, of which there is none when either is zero. */
interface Share {
  readonly key: Trouble;
  readonly part: number;
  readonly whole: number;
}

function shares(sum: ObjectStatSum): Share[] {
  const all: Share[] = [
    { key: "degraded", part: sum.numObjectsDegraded, whole: Math.max(0, sum.numObjectCopies) },
    { key: "misplaced", part: sum.numObjectsMisplaced, whole: Math.max(0, sum.numObjectCopies) },
    { key: "unfound", part: sum.numObjectsUnfound, whole: sum.numObjects },
  ];
  return all.filter(({ part, whole }) => part !== 0 && whole !== 0);
}

const percent = ({ part, whole }: Share): number => part / whole * 100;

/** degraded_objects, degraded_total, degraded_ratio and the like, of what there is. */
export function recoveryFigures(sum: ObjectStatSum): Figures {
  const figures: Figures = {};
  for (const share of shares(sum)) {
    figures[`${share.key}_objects`] = share.part;
    figures[`${share.key}_total`] = share.whole;
    figures[`${share.key}_ratio`] = percent(share) / 100;
  }
  return figures;
}

const shareText = (share: Share): string =>
  `${share.part}/${share.whole} objects ${share.key} (${fixed(percent(share), 3)}%)`;

/** `4813/14441 objects degraded (33.329%)` and the like. */
export function recoveryTexts(sum: ObjectStatSum): string[] {
  return shares(sum).map(shareText);
}

/** The text of one kind of trouble; undefined when there is none. */
export function troubleText(sum: ObjectStatSum, trouble: Trouble): string | undefined {
  const share = shares(sum).find(({ key }) => key === trouble);
  return share && shareText(share);
}

/** Counters that OSDs took back do not count; each `perSec` is cut to a whole number. */
function rateOf(delta: Delta) {
  const { sec, nsec } = utimeOfMs(delta.ms);
  const seconds = sec + nsec / 1e9;
  const of = (name: keyof ObjectStatSum): number => Math.max(0, delta.sum[name]);
  return { of, perSec: (n: number): number => Math.trunc(n / seconds) };
}

/** recovering_objects_per_sec and so on; nothing when nothing recovers. */
export function recoveryRate(delta: Delta): Figures {
  const { of, perSec } = rateOf(delta);
  const [objects, bytes, keys] = [of("numObjectsRecovered"), of("numBytesRecovered"), of("numKeysRecovered")];
  if (objects + bytes + keys === 0) return {};
  return {
    recovering_objects_per_sec: perSec(objects),
    recovering_bytes_per_sec: perSec(bytes),
    recovering_keys_per_sec: perSec(keys),
    num_objects_recovered: objects,
    num_bytes_recovered: bytes,
    num_keys_recovered: keys,
  };
}

/** `12 MiB/s, 3 objects/s`, or nothing. */
export function recoveryRateText(delta: Delta): string {
  const r = recoveryRate(delta);
  if (r.recovering_bytes_per_sec === undefined) return "";
  const keys = r.num_keys_recovered! > 0 ? `, ${countText(r.recovering_keys_per_sec!)} keys/s` : "";
  return `${byteText(r.recovering_bytes_per_sec)}/s${keys}, ${
    countText(r.recovering_objects_per_sec!)
  } objects/s`;
}

/** read_bytes_sec, write_bytes_sec, read_op_per_sec, write_op_per_sec; nothing when clients do nothing. */
export function clientRate(delta: Delta): Figures {
  const { of, perSec } = rateOf(delta);
  const [reads, writes] = [of("numRd"), of("numWr")];
  if (reads + writes === 0) return {};
  return {
    ...(reads > 0 && { read_bytes_sec: perSec(of("numRdKb") * 1024) }),
    ...(writes > 0 && { write_bytes_sec: perSec(of("numWrKb") * 1024) }),
    read_op_per_sec: perSec(reads),
    write_op_per_sec: perSec(writes),
  };
}

/** `1 MiB/s rd, 2 MiB/s wr, 3 op/s rd, 4 op/s wr`, or nothing. */
export function clientRateText(delta: Delta): string {
  const r = clientRate(delta);
  if (r.read_op_per_sec === undefined) return "";
  return `${bandwidthText(r)}${countText(r.read_op_per_sec)} op/s rd, ${
    countText(r.write_op_per_sec!)
  } op/s wr`;
}

function bandwidthText({ read_bytes_sec, write_bytes_sec }: Figures): string {
  const read = read_bytes_sec === undefined ? "" : `${byteText(read_bytes_sec)}/s rd, `;
  return write_bytes_sec === undefined ? read : `${read}${byteText(write_bytes_sec)}/s wr, `;
}

/** Reads and writes together. */
export function opsPerSec(delta: Delta): number {
  const { of, perSec } = rateOf(delta);
  return perSec(of("numRd") + of("numWr"));
}

/** `1 MiB/s rd, 2 MiB/s wr, 7 op/s`, or nothing. */
export function shortClientRateText(delta: Delta): string {
  const r = clientRate(delta);
  return r.read_op_per_sec === undefined ? "" : `${bandwidthText(r)}${countText(opsPerSec(delta))} op/s`;
}

/** What a cache tier does: key of the JSON, counter, how it is told, and the text behind the number. */
const CACHE_ROWS = [
  ["flush_bytes_sec", "numFlush", "numFlushKb", "/s flush"],
  ["evict_bytes_sec", "numEvict", "numEvictKb", "/s evict"],
  ["promote_op_per_sec", "numPromote", "perSec", " op/s promote"],
  ["num_flush_mode_low", "numFlushModeLow", "count", " PGs flushing"],
  ["num_flush_mode_high", "numFlushModeHigh", "count", " PGs flushing (high)"],
  ["num_evict_mode_some", "numEvictModeSome", "count", " PGs evicting"],
  ["num_evict_mode_full", "numEvictModeFull", "count", " PGs evicting (full)"],
] as const;

/** flush_bytes_sec and so on, of what there is. */
export function cacheRate(delta: Delta): Figures {
  const { of, perSec } = rateOf(delta);
  const figures: Figures = {};
  for (const [key, counter, how] of CACHE_ROWS) {
    if (of(counter) === 0) continue;
    figures[key] = how === "count" ? of(counter) : perSec(how === "perSec" ? of(counter) : of(how) * 1024);
  }
  return figures;
}

/** `1 MiB/s flush, 2 op/s promote`, or nothing. */
export function cacheRateText(delta: Delta): string {
  const figures = cacheRate(delta);
  return CACHE_ROWS.flatMap(([key, , how, text]) => {
    const n = figures[key];
    if (n === undefined) return [];
    return [`${how === "count" || how === "perSec" ? countText(n) : byteText(n)}${text}`];
  }).join(", ");
}
