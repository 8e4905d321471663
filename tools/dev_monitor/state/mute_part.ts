/** Health checks that somebody does not want to hear of. Upstream: health_mute_t in mon/health_check.h */

import { jsonBytes, merged, parseJsonBytes, type Part } from "./part.ts";

/** One mute. */
export interface HealthMute {
  readonly code: string;
  /** Milliseconds since 1970; 0 = for good. */
  readonly untilMs: number;
  /** Stays when the check goes away or gets worse. */
  readonly sticky: boolean;
  /** Of the check when it was muted. */
  readonly summary: string;
  readonly count: number;
}

/** By code; undefined = removed. */
export type MuteChange = ReadonlyMap<string, HealthMute | undefined>;

/** All mutes by code. */
export interface MuteState {
  readonly version: number;
  readonly mutes: ReadonlyMap<string, HealthMute>;
}

/** Rows: `version`, `mute/CODE`. */
export const MutePart: Part<MuteState, MuteChange> = {
  empty: { version: 0, mutes: new Map() },
  apply: ({ version, mutes }, change) => ({ version: version + 1, mutes: merged(mutes, change) }),
  *rows({ version }, change) {
    yield ["version", jsonBytes(version)];
    for (const [code, mute] of change) yield [`mute/${code}`, mute && jsonBytes(mute)];
  },
  load(rows) {
    const mutes = new Map<string, HealthMute>();
    for (const [key, value] of rows) {
      if (key.startsWith("mute/")) mutes.set(key.slice(5), parseJsonBytes<HealthMute>(value));
    }
    const version = rows.get("version");
    return { version: version ? parseJsonBytes<number>(version) : 0, mutes };
  },
};
