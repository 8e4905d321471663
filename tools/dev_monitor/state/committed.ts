/** All that a monitor has committed, and the one way in which it changes. Upstream: Paxos and the PaxosServices of mon/ */

import { type AuthChange, AuthPart, type AuthState } from "./auth_part.ts";
import { type KvChange, KvPart, type KvState } from "./kv_part.ts";
import { LogPart, type LogState } from "./log_part.ts";
import { type MgrChange, MgrPart, type MgrState } from "./mgr_part.ts";
import { type MonChange, MonPart, type MonState } from "./mon_part.ts";
import { type MuteChange, MutePart, type MuteState } from "./mute_part.ts";
import { type OsdChange, OsdPart, type OsdState } from "./osd_part.ts";
import type { Part, Row } from "./part.ts";
import { type StatChange, StatPart, type StatState } from "./stat_part.ts";
import type { LogEntry } from "../../../mgr/types/log_entry.ts";

/** The state: replaced as a whole by each commit, never written to. */
export interface Committed {
  readonly mon: MonState;
  readonly mgr: MgrState;
  readonly osd: OsdState;
  readonly kv: KvState;
  readonly auth: AuthState;
  readonly log: LogState;
  readonly stat: StatState;
  readonly mute: MuteState;
}

/** What one commit changes: all of it, or nothing when the power fails. */
export interface Change {
  readonly mon?: MonChange;
  readonly mgr?: MgrChange;
  readonly osd?: OsdChange;
  readonly kv?: KvChange;
  readonly auth?: AuthChange;
  readonly log?: readonly LogEntry[];
  readonly stat?: StatChange;
  readonly mute?: MuteChange;
}

type Parts = { readonly [K in keyof Committed]: Part<Committed[K], NonNullable<Change[K]>> };

const PARTS: Parts = {
  mon: MonPart,
  mgr: MgrPart,
  osd: OsdPart,
  kv: KvPart,
  auth: AuthPart,
  log: LogPart,
  stat: StatPart,
  mute: MutePart,
};

/** The state after a change, and what has to be written before anybody may learn of it. Pure. */
export function commit(state: Committed, change: Change): { next: Committed; rows: Row[] } {
  const rows: Row[] = [];
  const next = { ...state };
  for (const name of partNames()) commitPart(name, next, change, rows);
  return { next, rows };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function commitPart<K extends keyof Committed>(
  name: K,
  state: Writable<Pick<Committed, K>>,
  change: Change,
  rows: Row[],
): void {
  const mine = change[name];
  if (mine === undefined) return;
  const part = PARTS[name];
  const after = part.apply(state[name], mine);
  for (const [key, value] of part.rows(after, mine)) rows.push({ part: name, key, value });
  state[name] = after;
}

/** The state that is in the store: keys and values by part. Throws an Error for rows that nobody can read. */
export function load(rows: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>): Committed {
  const of = (name: keyof Committed): ReadonlyMap<string, Uint8Array> => rows.get(name) ?? new Map();
  return {
    mon: PARTS.mon.load(of("mon")),
    mgr: PARTS.mgr.load(of("mgr")),
    osd: PARTS.osd.load(of("osd")),
    kv: PARTS.kv.load(of("kv")),
    auth: PARTS.auth.load(of("auth")),
    log: PARTS.log.load(of("log")),
    stat: PARTS.stat.load(of("stat")),
    mute: PARTS.mute.load(of("mute")),
  };
}

const partNames = (): (keyof Committed)[] => Object.keys(PARTS) as (keyof Committed)[];

/** Two changes as one; of what both change the second counts, log entries follow each other. */
export function joinChanges(a: Change, b: Change): Change {
  const log = [...a.log ?? [], ...b.log ?? []];
  return { ...a, ...b, ...(log.length > 0 ? { log } : {}) };
}
