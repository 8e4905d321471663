/** The key-value store: config-key, and with it the options under `config/`. Upstream: mon/KVMonitor.cc */

import { merged, type Part } from "./part.ts";

/** Versions whose changes are kept for subscribers. Upstream: KVMonitor's get_trim_to */
const KEPT_VERSIONS = 50;

/** Keys with new values; undefined = removed. */
export type KvChange = ReadonlyMap<string, Uint8Array | undefined>;

/** All keys, and what the last versions changed. */
export interface KvState {
  readonly version: number;
  readonly values: ReadonlyMap<string, Uint8Array>;
  /** Changes by the version that they led to, oldest first. Not in the store: after a start everybody gets everything. */
  readonly recent: ReadonlyMap<number, KvChange>;
}

const VERSION_KEY = "version";
const VALUE_PREFIX = "=";

/** Rows: `version`, and `=KEY` for each key. */
export const KvPart: Part<KvState, KvChange> = {
  empty: { version: 0, values: new Map(), recent: new Map() },
  apply(state, change) {
    const version = state.version + 1;
    const recent = [...state.recent, [version, change] as const].slice(-KEPT_VERSIONS);
    return { version, values: merged(state.values, change), recent: new Map(recent) };
  },
  *rows(after, change) {
    yield [VERSION_KEY, new TextEncoder().encode(String(after.version))];
    for (const [key, value] of change) yield [VALUE_PREFIX + key, value];
  },
  load(rows) {
    const version = Number(new TextDecoder().decode(rows.get(VERSION_KEY) ?? new Uint8Array(0)));
    const keys = [...rows].filter(([key]) => key.startsWith(VALUE_PREFIX));
    return { version, values: new Map(keys.map(([key, value]) => [key.slice(1), value])), recent: new Map() };
  },
};
