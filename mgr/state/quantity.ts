/** Numbers as Ceph prints them: `9.8 KiB`, `19.12k`, `1.320`. Upstream: byte_u_t, si_u_t in include/types.h */

/** Longest text with decimals, unit included. */
const MAX_CHARS = 7;
/** Decimals beyond those asked for, to tell a tie from what is nearly one. */
const TIE_DIGITS = 25;
const TIE = `5${"0".repeat(TIE_DIGITS - 1)}`;

const BYTE_UNITS = [" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"] as const;
const COUNT_UNITS = ["", "k", "M", "G", "T", "P", "E"] as const;

/** `9.8 KiB`; only the amounts below 1 KiB and whole multiples have no decimals. */
export function byteText(n: number): string {
  return quantity(n, 1024, BYTE_UNITS);
}

/** `19.12k` */
export function countText(n: number): string {
  return quantity(n, 1000, COUNT_UNITS);
}

function quantity(n: number, base: number, units: readonly string[]): string {
  // Counters that went below zero print as the unsigned numbers that they are on the wire.
  const value = n < 0 ? n + 2 ** 64 : n;
  let index = 0;
  for (let rest = value; rest >= base && index < units.length - 1; rest = Math.floor(rest / base)) index++;
  const unit = units[index]!;
  const size = base ** index;
  if (value % size === 0) return `${value / size}${unit}`;
  const texts = [2, 1, 0].map((digits) => fixed(value / size, digits) + unit);
  return texts.find((text) => text.length <= MAX_CHARS) ?? texts.at(-1)!;
}

/** With that many decimals; a tie goes to the even digit, as printf has it and toFixed has not. */
export function fixed(value: number, digits: number): string {
  const exact = value.toFixed(digits + TIE_DIGITS);
  const kept = exact.slice(0, -TIE_DIGITS).replace(/\.$/, "");
  return exact.endsWith(TIE) && /[02468]$/.test(kept) ? kept : value.toFixed(digits);
}

/** Microseconds as milliseconds: `1.320`. Upstream: fixed_u_to_string */
export function msText(us: number): string {
  return `${Math.floor(us / 1000)}.${String(us % 1000).padStart(3, "0")}`;
}

/** Up to 6 significant digits, as C++ streams print a float. */
export function shortFloat(value: number): string {
  return String(Number(value.toPrecision(6)));
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const MONTH = 30 * DAY;

/** Spans below the limit are told in this unit. */
const SPANS: readonly (readonly [limit: number, size: number, unit: string])[] = [
  [2 * MINUTE, 1, "s"],
  [2 * HOUR, MINUTE, "m"],
  [2 * DAY, HOUR, "h"],
  [2 * WEEK, DAY, "d"],
  [12 * WEEK, WEEK, "w"],
  [24 * MONTH, MONTH, "M"],
  [Infinity, 12 * MONTH, "y"],
];

/** How long something takes: a whole number of the unit that suits, or a fraction of two seconds. */
export function spanText(seconds: number): string {
  if (seconds < 2) return `${shortFloat(seconds)}s`;
  const [, size, unit] = SPANS.find(([limit]) => seconds < limit)!;
  return `${Math.floor(seconds / size)}${unit}`;
}
