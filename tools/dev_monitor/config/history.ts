/** What options were before: under `config-history/` in the key-value store. Upstream: ConfigMonitor::encode_pending, load_changeset */

import { Decoder, Encoder } from "../../../mgr/encoding/mod.ts";
import { UTime } from "../../../mgr/types/utime.ts";
import { CONFIG_PREFIX } from "../../../mgr/config/config_map.ts";

/** Keys: `VERSION/` with stamp and name, `VERSION/+KEY` new values, `VERSION/-KEY` former ones. */
export const HISTORY_PREFIX = "config-history/";

/** Before the first change. */
const FIRST_VERSION = 1;

/** One option that changed. */
export interface OptionChange {
  /** Without `config/`. */
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** All that one command changed. */
export interface ChangeSet {
  readonly version: number;
  readonly stamp: UTime;
  readonly name: string;
  readonly changes: readonly OptionChange[];
}

/** The version of the newest change. */
export function latestVersion(values: ReadonlyMap<string, Uint8Array>): number {
  const versions = [...values.keys()].filter((key) => key.startsWith(HISTORY_PREFIX))
    .map((key) => Number(key.slice(HISTORY_PREFIX.length).split("/")[0]));
  return Math.max(FIRST_VERSION, ...versions);
}

/** The rows of a new change set. */
export function historyRows(
  version: number,
  stamp: UTime,
  name: string,
  changed: ReadonlyMap<string, string | undefined>,
  old: (key: string) => string | undefined,
): [string, Uint8Array][] {
  const base = `${HISTORY_PREFIX}${version}/`;
  const e = new Encoder();
  UTime.encode(e, stamp);
  const rows: [string, Uint8Array][] = [[base, e.string(name).finish().slice()]];
  const utf8 = new TextEncoder();
  for (const [key, after] of changed) {
    const option = key.slice(CONFIG_PREFIX.length);
    const before = old(key);
    if (before !== undefined) rows.push([`${base}-${option}`, utf8.encode(before)]);
    if (after !== undefined) rows.push([`${base}+${option}`, utf8.encode(after)]);
  }
  return rows;
}

/** All change sets, newest first. */
export function history(values: ReadonlyMap<string, Uint8Array>): ChangeSet[] {
  const sets: ChangeSet[] = [];
  for (let version = latestVersion(values); version > FIRST_VERSION; version--) {
    const head = values.get(`${HISTORY_PREFIX}${version}/`);
    if (!head) break;
    const d = new Decoder(head);
    const stamp = UTime.decode(d);
    sets.push({ version, stamp, name: d.string(), changes: changesOf(values, version) });
  }
  return sets;
}

function changesOf(values: ReadonlyMap<string, Uint8Array>, version: number): OptionChange[] {
  const base = `${HISTORY_PREFIX}${version}/`;
  const text = (key: string): string | undefined => {
    const bytes = values.get(key);
    return bytes && new TextDecoder().decode(bytes);
  };
  const keys = [...values.keys()].filter((key) => key.startsWith(base) && key.length > base.length)
    .map((key) => key.slice(base.length + 1));
  return [...new Set(keys)].sort().map((key) => ({
    key,
    before: text(`${base}-${key}`),
    after: text(`${base}+${key}`),
  }));
}
