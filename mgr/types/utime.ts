/** Time stamps: utime_t, u32 seconds and u32 nanoseconds. */

import type { Codec, Read } from "../encoding/mod.ts";
import { KnownTexts } from "./known_texts.ts";

/** Seconds since 1970 and nanoseconds; {0, 0} is "never". Upstream: utime_t in include/utime.h */
export interface UTime {
  readonly sec: number;
  readonly nsec: number;
}

/** Never. */
export const ZERO_TIME: UTime = { sec: 0, nsec: 0 };

const readFields: Read<UTime> = (d) => ({ sec: d.u32(), nsec: d.u32() });

/** 8 bytes. */
export const UTime: Codec<UTime> = {
  decode: (d) => d.struct("utime_t", readFields),
  encode: (e, v) => void e.u32(v.sec).u32(v.nsec),
};

/** From milliseconds since 1970. */
export function utimeOfMs(ms: number): UTime {
  const sec = Math.floor(ms / 1000);
  // Not rounded: a whole second of nanoseconds would be none.
  return { sec, nsec: Math.floor((ms - sec * 1000) * 1e6) };
}

/** Milliseconds since 1970, with fractions. */
export function msOfUtime(t: UTime): number {
  return t.sec * 1000 + t.nsec / 1e6;
}

/** Below this many seconds (10 years) a utime_t is a span and prints as one. */
const SPAN_LIMIT = 315_360_000;

const pad = (n: number, width: number): string => String(n).padStart(width, "0");

/** Seconds whose text is kept: the stamps of one placement group, and of its neighbours, have most of them in common. */
const MAX_KNOWN_SECONDS = 4096;
const seconds = new Map<number, string>();

/** `2026-11-23T14:40:34` */
function formatSecond(sec: number): string {
  let text = seconds.get(sec);
  if (text === undefined) {
    if (seconds.size >= MAX_KNOWN_SECONDS) seconds.clear();
    seconds.set(sec, text = new Date(sec * 1000).toISOString().slice(0, 19));
  }
  return text;
}

/** `2026-11-23T14:40:34.011478+0000` in UTC, or `12.000345` for a span. `zone` is what stands for UTC. */
export function formatUtime({ sec, nsec }: UTime, zone = "+0000"): string {
  return zone === "+0000" ? formatTime(sec, nsec) : textOf(sec, nsec, zone);
}

/** The stamps of one placement group are mostly the same. */
const known = new KnownTexts((sec, nsec) => textOf(sec, nsec, "+0000"));

/** The same of its two numbers, in UTC. */
export function formatTime(sec: number, nsec: number): string {
  return known.of(sec, nsec);
}

function textOf(sec: number, nsec: number, zone: string): string {
  const micros = pad(Math.floor(nsec / 1000), 6);
  return sec < SPAN_LIMIT ? `${sec}.${micros}` : `${formatSecond(sec)}.${micros}${zone}`;
}

/** Negative, 0 or positive. */
export function compareUtime(a: UTime, b: UTime): number {
  return a.sec - b.sec || a.nsec - b.nsec;
}
