/** States of placement groups: bits and names. Upstream: PG_STATE_* and pg_state_string in osd/osd_types.cc */

/** Bit numbers. */
const BITS = {
  creating: 0,
  active: 1,
  clean: 2,
  down: 4,
  recovery_unfound: 5,
  backfill_unfound: 6,
  premerge: 7,
  scrubbing: 8,
  degraded: 10,
  inconsistent: 11,
  peering: 12,
  repair: 13,
  recovering: 14,
  backfill_wait: 15,
  incomplete: 16,
  stale: 17,
  remapped: 18,
  deep: 19,
  backfilling: 20,
  backfill_toofull: 21,
  recovery_wait: 22,
  undersized: 23,
  activating: 24,
  peered: 25,
  snaptrim: 26,
  snaptrim_wait: 27,
  recovery_toofull: 28,
  snaptrim_error: 29,
  forced_recovery: 30,
  forced_backfill: 31,
  failed_repair: 32,
  laggy: 33,
  wait: 34,
} as const;

/** Name of a state. */
export type PgStateName = keyof typeof BITS;

/** The order in which the text joins the names: not that of the bits. */
const ORDER: readonly PgStateName[] = [
  "stale",
  "creating",
  "active",
  "activating",
  "clean",
  "recovery_wait",
  "recovery_toofull",
  "recovering",
  "forced_recovery",
  "down",
  "recovery_unfound",
  "backfill_unfound",
  "undersized",
  "degraded",
  "remapped",
  "premerge",
  "scrubbing",
  "deep",
  "inconsistent",
  "peering",
  "repair",
  "backfill_wait",
  "backfilling",
  "forced_backfill",
  "backfill_toofull",
  "incomplete",
  "peered",
  "snaptrim",
  "snaptrim_wait",
  "snaptrim_error",
  "failed_repair",
  "laggy",
  "wait",
];

/** Whether the state has that bit. States are numbers of up to 35 bits, so `&` would cut them. */
export function hasState(state: number, name: PgStateName): boolean {
  return Math.floor(state / 2 ** BITS[name]) % 2 === 1;
}

/** The state with that bit set. */
export function withState(state: number, name: PgStateName): number {
  return hasState(state, name) ? state : state + 2 ** BITS[name];
}

const TEXTS = new Map<number, string>();

/** `active+clean`; `unknown` for 0. */
export function pgStateText(state: number): string {
  let text = TEXTS.get(state);
  if (text === undefined) {
    text = state === 0 ? "unknown" : ORDER.filter((name) => hasState(state, name)).join("+");
    TEXTS.set(state, text);
  }
  return text;
}

/** Whether a text of `pgStateText` has that name. */
export function textHasState(text: string, name: PgStateName): boolean {
  return `+${text}+`.includes(`+${name}+`);
}
