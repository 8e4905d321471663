/** The MonMap: one monitor, whose port may be another one after each start. Upstream: mon/MonmapMonitor.cc */

import { MonMap } from "../../../mgr/types/mon_map.ts";
import { ZERO_TIME } from "../../../mgr/types/utime.ts";
import { ZERO_UUID } from "../../../mgr/types/uuid.ts";
import { jsonBytes, pack, parseJsonBytes, type Part, unpackRow } from "./part.ts";

/** What changes. */
export interface MonChange {
  readonly map?: MonMap;
  /** Counts the starts: what the election epoch stands for where nobody elects. */
  readonly electionEpoch?: number;
}

/** What is known of monitors. */
export interface MonState {
  readonly map: MonMap;
  readonly electionEpoch: number;
}

/** Before mkfs. */
export const EMPTY_MON_MAP: MonMap = {
  fsid: ZERO_UUID,
  epoch: 0,
  lastChanged: ZERO_TIME,
  created: ZERO_TIME,
  persistentFeatures: 0n,
  optionalFeatures: 0n,
  monInfo: new Map(),
  ranks: [],
  minMonRelease: 0,
  removedRanks: [],
  strategy: 1,
  disallowedLeaders: [],
  stretchModeEnabled: false,
  tiebreakerMon: "",
  stretchMarkedDownMons: [],
  authCiphers: { epoch: 0, service: 1, allowed: [1], preferred: 1 },
};

/** Rows: `map`, `election`. */
export const MonPart: Part<MonState, MonChange> = {
  empty: { map: EMPTY_MON_MAP, electionEpoch: 0 },
  apply: (state, change) => ({ ...state, ...change }),
  *rows(_, { map, electionEpoch }) {
    if (map) yield ["map", pack(MonMap, map)];
    if (electionEpoch !== undefined) yield ["election", jsonBytes(electionEpoch)];
  },
  load(rows) {
    const election = rows.get("election");
    return {
      map: unpackRow(MonMap, rows.get("map")) ?? EMPTY_MON_MAP,
      electionEpoch: election ? parseJsonBytes<number>(election) : 0,
    };
  },
};
