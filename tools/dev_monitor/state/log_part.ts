/** The cluster log. Upstream: mon/LogMonitor.cc */

import { Decoder } from "../../../mgr/encoding/mod.ts";
import { LogEntry } from "../../../mgr/types/log_entry.ts";
import { pack, type Part, versionKey } from "./part.ts";

/** Entries that are kept in all, the newest of each channel among them. Upstream: mon_log_max */
const KEPT_ENTRIES = 1000;

/** Entries that were committed together. */
export interface LogBatch {
  readonly version: number;
  readonly entries: readonly LogEntry[];
}

/** The newest entries, oldest first. */
export interface LogState {
  readonly version: number;
  readonly batches: readonly LogBatch[];
}

/** Rows: VERSION with the entries of that version. */
export const LogPart: Part<LogState, readonly LogEntry[]> = {
  empty: { version: 0, batches: [] },
  apply(state, entries) {
    const version = state.version + 1;
    return { version, batches: trim([...state.batches, { version, entries }]) };
  },
  *rows(after, entries) {
    yield [versionKey(after.version), pack({ decode, encode: encodeEntries }, entries)];
    const oldest = after.batches[0]!.version;
    if (oldest > 1) yield [versionKey(oldest - 1), undefined];
  },
  load(rows) {
    const batches = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => ({
      version: Number(key),
      entries: decode(new Decoder(value)),
    }));
    return { version: batches.at(-1)?.version ?? 0, batches: trim(batches) };
  },
};

const decode = (d: Decoder): readonly LogEntry[] => d.list(LogEntry.decode);
const encodeEntries = (e: Parameters<typeof LogEntry.encode>[0], entries: readonly LogEntry[]): void =>
  void e.list(entries, LogEntry.encode);

/** Drops whole batches, one at a time: each commit writes one and removes at most one. */
function trim(batches: readonly LogBatch[]): readonly LogBatch[] {
  const size = batches.reduce((sum, { entries }) => sum + entries.length, 0);
  return size > KEPT_ENTRIES && batches.length > 1 ? batches.slice(1) : batches;
}
