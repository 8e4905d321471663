/** Health checks of placement groups: states that mean trouble, objects that are lost, scrubs that are late. */

import { HealthSeverity } from "../types/health.ts";
import { formatPgId } from "../types/pg_id.ts";
import type { PgStat } from "../types/pg_stat.ts";
import { hasState, type PgStateName, pgStateText } from "../types/pg_state.ts";
import { poolOpt } from "../types/pool_opts.ts";
import { formatUtime, msOfUtime, type UTime } from "../types/utime.ts";
import { failure, type HealthInput, type HealthPool, type NamedCheck, warning } from "./health_input.ts";
import type { PgMap } from "./pg_map.ts";
import { type PgRecord, type PgStamps, statOf } from "./pg_record.ts";
import { spanText } from "./quantity.ts";
import { troubleText } from "./rates.ts";

/** What a state makes of the check. */
interface StateRule {
  readonly state: PgStateName;
  readonly group: string;
  /** The rule is about PGs that lack the state; this is what they are then. */
  readonly lacking?: string;
  /** When all was well: the rule holds only when that is long ago. */
  readonly since?: (stamps: PgStamps) => number;
}

/** In the order of the states' bits. Upstream: state_to_response in PGMap::get_health_checks */
const RULES: readonly StateRule[] = [
  { state: "active", group: "PG_AVAILABILITY", lacking: "inactive", since: (s) => s.lastActive },
  { state: "down", group: "PG_AVAILABILITY" },
  { state: "recovery_unfound", group: "PG_DAMAGED" },
  { state: "backfill_unfound", group: "PG_DAMAGED" },
  { state: "degraded", group: "PG_DEGRADED" },
  { state: "inconsistent", group: "PG_DAMAGED" },
  { state: "peering", group: "PG_AVAILABILITY", since: (s) => Math.max(s.lastActive, s.lastPeered) },
  { state: "incomplete", group: "PG_AVAILABILITY" },
  { state: "stale", group: "PG_AVAILABILITY", since: (s) => s.lastUnstale },
  { state: "backfill_toofull", group: "PG_BACKFILL_FULL" },
  { state: "undersized", group: "PG_DEGRADED", since: (s) => s.lastFullsized },
  { state: "recovery_toofull", group: "PG_RECOVERY_FULL" },
  { state: "snaptrim_error", group: "PG_DAMAGED" },
];

/** Severity and the beginning of the summary. */
const GROUPS: Readonly<Record<string, readonly [severity: number, summary: string]>> = {
  PG_AVAILABILITY: [HealthSeverity.warn, "Reduced data availability: "],
  PG_DEGRADED: [HealthSeverity.warn, "Degraded data redundancy: "],
  PG_BACKFILL_FULL: [
    HealthSeverity.warn,
    "Low space hindering backfill (add storage if this doesn't resolve itself): ",
  ],
  PG_DAMAGED: [HealthSeverity.error, "Possible data damage: "],
  PG_RECOVERY_FULL: [HealthSeverity.error, "Full OSDs blocking recovery: "],
};

/** What was found of one group. */
interface Findings {
  readonly pgs: Map<StateRule, number>;
  /** By PG; a later rule replaces the text of an earlier one. */
  readonly texts: Map<PgRecord, string>;
}

/** PGs between two pauses: a few milliseconds where there is something to say of each. */
const PGS_AT_ONCE = 4096;

/** Looks at each PG as it is when its turn comes. */
function* eachPg(map: PgMap, look: (record: PgRecord) => void): Generator<undefined> {
  for (const { records } of map.pools.values()) {
    for (let seed = 0; seed < records.length; seed++) {
      look(records[seed]!);
      if (seed % PGS_AT_ONCE === PGS_AT_ONCE - 1) yield;
    }
  }
}

/** PG_AVAILABILITY, PG_DEGRADED, PG_DAMAGED, PG_BACKFILL_FULL, PG_RECOVERY_FULL. */
export function* stateChecks(input: HealthInput): Generator<NamedCheck | undefined> {
  const { map } = input;
  const rulesOf = new Map([...map.byState.keys()].map((state) => [state, rulesFor(state)]));
  if ([...rulesOf.values()].every((rules) => rules.length === 0)) return;
  const findings = new Map<string, Findings>();
  yield* eachPg(map, (record) => {
    let rules = rulesOf.get(record.state);
    if (rules === undefined) rulesOf.set(record.state, rules = rulesFor(record.state));
    if (rules.length > 0) apply(rules, record, input, findings);
  });
  for (const [group, { pgs, texts }] of findings) yield summarize(group, pgs, [...texts.values()], input);
}

const rulesFor = (pgState: number): StateRule[] =>
  RULES.filter(({ state, lacking }) => hasState(pgState, state) === (lacking === undefined));

function apply(
  rules: readonly StateRule[],
  record: PgRecord,
  input: HealthInput,
  findings: Map<string, Findings>,
): void {
  for (const rule of rules) {
    if (rule.since !== undefined && !isStuck(rule.since(record.stamps!), record.stamps!, input)) continue;
    let found = findings.get(rule.group);
    if (found === undefined) findings.set(rule.group, found = { pgs: new Map(), texts: new Map() });
    found.pgs.set(rule, (found.pgs.get(rule) ?? 0) + 1);
    if (found.texts.size > input.options.mon_health_max_detail) continue;
    found.texts.set(record, describe(rule, record, input));
  }
}

function isStuck(since: number, { lastChange }: PgStamps, { now, options }: HealthInput): boolean {
  const cutoff = msOfUtime(now) - options.mon_pg_stuck_threshold * 1000;
  return (since === 0 ? lastChange : since) < cutoff;
}

function describe(rule: StateRule, record: PgRecord, { layout, now }: HealthInput): string {
  const text = rule.since === undefined
    ? `pg ${formatPgId(record)} is ${pgStateText(record.state)}, acting [${record.acting}]` +
      (record.unfound > 0 ? `, ${record.unfound} unfound` : "")
    : `pg ${formatPgId(record)} is stuck ${rule.lacking ?? rule.state} ${
      sinceText(rule.since(record.stamps!), now)
    }` +
      `, current state ${pgStateText(record.state)}, last acting [${record.acting}]`;
  const minSize = layout.pools.get(record.pool)?.minSize ?? 0;
  if (!hasState(record.state, "incomplete") || minSize <= 1) return text;
  return `${text} (reducing pool ${
    layout.poolNames.get(record.pool)
  } min_size from ${minSize} may help; search ceph.com/docs for 'incomplete')`;
}

function sinceText(since: number, now: UTime): string {
  return since === 0 ? "since forever" : `for ${spanText((msOfUtime(now) - since) / 1000)}`;
}

function summarize(
  group: string,
  pgs: ReadonlyMap<StateRule, number>,
  detail: readonly string[],
  { map }: HealthInput,
): NamedCheck {
  const [severity, opening] = GROUPS[group]!;
  const objects = group === "PG_DEGRADED" ? troubleText(map.sum.stats, "degraded") ?? [] : [];
  const states = RULES.filter((rule) => pgs.has(rule)).map((rule) => {
    const n = pgs.get(rule)!;
    return `${n} ${n > 1 ? "pgs" : "pg"} ${rule.lacking ?? rule.state}`;
  });
  const count = [...pgs.values()].reduce((sum, n) => sum + n, 0);
  return [group, { severity, summary: opening + [objects, states].flat().join(", "), detail, count }];
}

/** OSD_SCRUB_ERRORS, OBJECT_MISPLACED, OBJECT_UNFOUND. */
export function* objectChecks(input: HealthInput): Generator<NamedCheck> {
  const { map, options } = input;
  const { stats } = map.sum;
  const { numScrubErrors, numObjectsMisplaced, numObjectsUnfound } = stats;
  if (numScrubErrors !== 0) {
    yield failure("OSD_SCRUB_ERRORS", numScrubErrors, `${numScrubErrors} scrub errors`);
  }
  const misplaced = troubleText(stats, "misplaced");
  if (misplaced !== undefined && options.mon_warn_on_misplaced) {
    yield warning("OBJECT_MISPLACED", numObjectsMisplaced, misplaced);
  }
  const unfound = troubleText(stats, "unfound");
  if (unfound !== undefined) {
    yield warning("OBJECT_UNFOUND", numObjectsUnfound, unfound, unfoundDetail(input));
  }
}

function unfoundDetail({ map, options }: HealthInput): string[] {
  const detail: string[] = [];
  for (const record of map.records()) {
    if (record.unfound === 0) continue;
    detail.push(`pg ${formatPgId(record)} has ${record.unfound} unfound objects`);
    if (detail.length > options.mon_health_max_detail) {
      return [...detail, "(additional pgs left out for brevity)"];
    }
  }
  return detail;
}

/** PG_NOT_SCRUBBED, PG_NOT_DEEP_SCRUBBED. */
export function* scrubChecks(input: HealthInput): Generator<NamedCheck | undefined> {
  const { options } = input;
  yield* lateScrubs(input, {
    code: "PG_NOT_SCRUBBED",
    what: "scrubbed",
    ratio: options.mon_warn_pg_not_scrubbed_ratio,
    interval: (pool) => interval(pool, "scrub_max_interval", options.osd_scrub_max_interval),
    last: (record) => record.lastScrub,
    stamp: (stat) => stat.lastScrubStamp,
  });
  yield* lateScrubs(input, {
    code: "PG_NOT_DEEP_SCRUBBED",
    what: "deep-scrubbed",
    ratio: options.mon_warn_pg_not_deep_scrubbed_ratio,
    interval: (pool) => interval(pool, "deep_scrub_interval", options.osd_deep_scrub_interval),
    last: (record) => record.lastDeepScrub,
    stamp: (stat) => stat.lastDeepScrubStamp,
  });
}

function interval(
  pool: HealthPool,
  name: "scrub_max_interval" | "deep_scrub_interval",
  fallback: number,
): number {
  const own = poolOpt(pool.opts, name);
  return typeof own === "number" && own > 0 ? own : fallback;
}

interface ScrubKind {
  readonly code: string;
  readonly what: string;
  /** How much later than the interval is too late; 0 = never. */
  readonly ratio: number;
  /** Seconds. */
  readonly interval: (pool: HealthPool) => number;
  /** Seconds since 1970. */
  readonly last: (record: PgRecord) => number;
  readonly stamp: (stat: PgStat) => UTime;
}

/** Records have whole seconds: where these do not tell, the bytes do. */
function isBefore(record: PgRecord, { last, stamp }: ScrubKind, cutoff: number): boolean {
  const second = last(record);
  return second + 1 <= cutoff || second < cutoff && msOfUtime(stamp(statOf(record))) < cutoff * 1000;
}

function* lateScrubs(
  { map, layout, options, now }: HealthInput,
  kind: ScrubKind,
): Generator<NamedCheck | undefined> {
  if (kind.ratio === 0) return;
  const cutoffOf = (pool: HealthPool): number =>
    msOfUtime(now) / 1000 - (1 + kind.ratio) * kind.interval(pool);
  const cutoffs = new Map([...layout.pools].map(([id, pool]) => [id, cutoffOf(pool)]));
  const late: PgRecord[] = [];
  yield* eachPg(map, (record) => {
    if (isBefore(record, kind, cutoffs.get(record.pool) ?? -Infinity)) late.push(record);
  });
  if (late.length === 0) return;
  const max = options.mon_health_max_detail;
  const detail = late.slice(0, max).map((record) =>
    `pg ${formatPgId(record)} not ${kind.what} since ${formatUtime(kind.stamp(statOf(record)))}`
  );
  if (late.length > max) detail.push(`${late.length - max} more pgs... `);
  yield warning(kind.code, late.length, `${late.length} pgs not ${kind.what} in time`, detail);
}

/** PG_SLOW_SNAP_TRIMMING. */
export function* snapTrimChecks({ map, options }: HealthInput): Generator<NamedCheck | undefined> {
  const threshold = options.mon_osd_snap_trim_queue_warn_on;
  if (threshold <= 0) return;
  const slow: PgRecord[] = [];
  yield* eachPg(map, (record) => {
    if (record.snaptrimqLen >= threshold) slow.push(record);
  });
  if (slow.length === 0) return;
  const longest = slow.reduce((a, b) => (b.snaptrimqLen >= a.snaptrimqLen ? b : a));
  const shown = options.mon_health_max_detail - 1;
  const detail = slow.slice(0, shown).map((record) =>
    `snap trim queue for pg ${formatPgId(record)} at ${record.snaptrimqLen}`
  );
  if (slow.length > shown) detail.push("...more pgs affected");
  yield warning(
    "PG_SLOW_SNAP_TRIMMING",
    slow.length,
    `snap trim queue for ${slow.length} pg(s) >= ${threshold} (mon_osd_snap_trim_queue_warn_on)`,
    [
      ...detail,
      `longest queue on pg ${formatPgId(longest)} at ${longest.snaptrimqLen}`,
      `try decreasing "osd snap trim sleep" and/or increasing "osd pg max concurrent snap trims".`,
    ],
  );
}
