/** The placement groups in one line, as `ceph pg stat` and the cluster log have it. */

import { pgStateText } from "../types/pg_state.ts";
import { usedBytes } from "../types/store_statfs.ts";
import { osdSum } from "./pg_digest.ts";
import type { PgMap } from "./pg_map.ts";
import { byteText } from "./quantity.ts";
import { recoveryRateText, recoveryTexts, shortClientRateText } from "./rates.ts";

/** States with the number of their PGs, the most frequent first; among equals, in the order of their bits. */
export function statesByCount(byState: ReadonlyMap<number, number>): [state: number, count: number][] {
  return [...byState].sort(([s, a], [t, b]) => b - a || s - t);
}

/**
 * `33 pgs: 33 active+clean; 352 MiB data, 1.7 GiB used, 1.3 GiB / 3 GiB avail` and what is going on.
 * Upstream: PGMapDigest::print_oneline_summary
 */
export function pgSummaryText(map: PgMap): string {
  const states = statesByCount(map.byState).map(([state, n]) => `${n} ${pgStateText(state)}`).join(", ");
  const { stats } = map.sum;
  const { statfs } = osdSum(map.osds.values());
  const recovering = recoveryRateText(map.delta);
  return [
    `${map.numPg} pgs: ${states}`,
    `${byteText(stats.numBytes)} data, ${byteText(usedBytes(statfs))} used, ${byteText(statfs.available)} / ${
      byteText(statfs.total)
    } avail`,
    shortClientRateText(map.delta),
    ...recoveryTexts(stats),
    recovering === "" ? "" : `${recovering} recovering`,
  ].filter((part) => part !== "").join("; ");
}
