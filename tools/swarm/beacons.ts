/** How late beacons came, by the clock of the monitor that got them. */

/** With this in its configuration a monitor writes of each beacon in its log. */
export const BEACON_CONF = ["debug mon = 4/4"];
/** mgr_tick_period: that of beacons. */
export const BEACON_MS = 2000;

/** A monitor's log line of a beacon; each beacon has two. */
const LINE = /^(\S+) \S+ +4 mon\.\S+\.mgr e\d+ beacon from (\d+)$/;

/** A beacon as the monitor saw it. */
export interface SeenBeacon {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly gid: string;
}

/** All beacons of a monitor's log. */
export function beaconsIn(log: string): SeenBeacon[] {
  const seen: SeenBeacon[] = [];
  for (const line of log.split("\n")) {
    const match = LINE.exec(line);
    if (match === null) continue;
    const beacon = { at: Date.parse(match[1]!), gid: match[2]! };
    if (seen.at(-1)?.at !== beacon.at) seen.push(beacon);
  }
  return seen;
}

/**
 * By how much the greatest gap between two beacons of one gid was longer than the period, milliseconds. `until` is the
 * end of the time looked at: a beacon that is overdue then counts as well. 0 when all were in time; NaN without any.
 */
export function worstLateness(
  beacons: readonly SeenBeacon[],
  span: { readonly from: number; readonly until: number },
  periodMs: number,
): number {
  const within = beacons.filter(({ at }) => at >= span.from - periodMs && at <= span.until);
  if (within.length === 0) return NaN;
  const times = [...within.map(({ at }) => at), span.until];
  const gaps = times.slice(1).map((at, i) => at - times[i]!);
  return Math.max(0, ...gaps.map((gap) => gap - periodMs));
}
