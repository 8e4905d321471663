/** Times and sizes in a few characters, as Ceph's commands show them. */

const SECOND = 1;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Below how many seconds which unit is used. Upstream: to_pretty_timedelta in mgr_util.py */
const SPANS: readonly (readonly [below: number, unit: number, name: string])[] = [
  [2 * MINUTE, SECOND, "s"],
  [2 * HOUR, MINUTE, "m"],
  [2 * DAY, HOUR, "h"],
  [14 * DAY, DAY, "d"],
  [12 * 7 * DAY, 7 * DAY, "w"],
  [2 * 365 * DAY, 30 * DAY, "M"],
  [Infinity, 365 * DAY, "y"],
];

/** How long ago that was: `5m`, `6y`; `-` when it is not known. */
export function age(now: Date, time: string | undefined, suffix = ""): string {
  if (time === undefined) return "-";
  const seconds = Math.trunc((now.getTime() - Date.parse(time)) / 1000);
  const [, unit, name] = SPANS.find(([below]) => seconds < below)!;
  return `${Math.trunc(seconds / unit)}${name}${suffix}`;
}

const UNITS = [" ", "k", "M", "G", "T", "P", "E"];
const WIDTH = 5;

/** Five characters: ` 117M`, `41.0G`. Upstream: format_bytes in mgr_util.py */
export function size(bytes: number): string {
  let unit = 0;
  while (String(Math.floor(bytes / 1024 ** unit)).length > WIDTH - 1) unit++;
  if (unit === 0) return String(bytes).padStart(WIDTH - 1) + UNITS[0];
  const text = (bytes / 1024 ** unit).toFixed(6).slice(0, WIDTH - 1);
  return (text.endsWith(".") ? ` ${text.slice(0, -1)}` : text) + UNITS[unit];
}
