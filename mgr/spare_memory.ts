/** Free memory that the C library keeps goes back to the system: it would look like a leak, and others could use it. */

import type { Clock, Timer } from "./time/clock.ts";

/** Often enough for a call to take a millisecond or two, also with 10,000 OSDs. */
export const TRIM_MS = 5_000;

/** glibc alone keeps so much, and has the call. */
const LIBRARY = "libc.so.6";
const SYMBOLS = { malloc_trim: { parameters: ["usize"], result: "i32" } } as const;

/** Gives back what is free; undefined where that cannot be had. */
export function trimmer(library = LIBRARY): (() => void) | undefined {
  try {
    const { symbols } = Deno.dlopen(library, SYMBOLS);
    return () => void symbols.malloc_trim(0n);
  } catch {
    return undefined;
  }
}

/** Gives it back every TRIM_MS from now on; undefined where that cannot be had. */
export function trimMemory(clock: Clock, trim = trimmer()): Timer | undefined {
  return trim && clock.every(TRIM_MS, trim);
}
