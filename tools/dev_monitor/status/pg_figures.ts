/** Numbers of placement groups, as `ceph -s` shows them. Upstream: PGMapDigest::print_summary */

import {
  cacheRate,
  cacheRateText,
  clientRate,
  clientRateText,
  type Delta,
  recoveryFigures,
  recoveryRate,
  recoveryRateText,
  recoveryTexts,
} from "../../../mgr/state/rates.ts";
import { byteText, countText } from "../../../mgr/state/quantity.ts";
import { statesByCount } from "../../../mgr/state/pg_summary.ts";
import type { PGMapDigest } from "../../../mgr/types/pg_map_digest.ts";
import { pgStateText } from "../../../mgr/types/pg_state.ts";
import { usedRawBytes } from "../../../mgr/types/store_statfs.ts";
import { msOfUtime } from "../../../mgr/types/utime.ts";
import type { CephJson } from "../format/ceph_json.ts";

const deltaOf = (digest: PGMapDigest): Delta => ({
  sum: digest.pgSumDelta.stats,
  ms: msOfUtime(digest.stampDelta),
});

/** The object "pgmap". Without a report everything is zero. */
export function pgMapJson(digest: PGMapDigest | undefined): CephJson {
  if (!digest) {
    return {
      pgs_by_state: [],
      num_pgs: 0,
      num_pools: 0,
      num_objects: 0,
      data_bytes: 0,
      bytes_used: 0,
      bytes_avail: 0,
      bytes_total: 0,
    };
  }
  const { pgSum, osdSum, numPg, numPgUnknown } = digest;
  const inactive = numPg - digest.numPgActive - numPgUnknown;
  return {
    pgs_by_state: statesByCount(digest.numPgByState).map(([state, count]) => ({
      state_name: pgStateText(state),
      count,
    })),
    num_pgs: numPg,
    num_pools: digest.pgPoolSum.size,
    num_objects: pgSum.stats.numObjects,
    data_bytes: pgSum.stats.numBytes,
    bytes_used: usedRawBytes(osdSum.statfs),
    bytes_avail: osdSum.statfs.available,
    bytes_total: osdSum.statfs.total,
    ...(numPgUnknown > 0 ? { unknown_pgs_ratio: Math.fround(numPgUnknown / numPg) } : {}),
    ...(inactive > 0 ? { inactive_pgs_ratio: Math.fround(inactive / numPg) } : {}),
    ...recoveryFigures(pgSum.stats),
    ...recoveryRate(deltaOf(digest)),
    ...clientRate(deltaOf(digest)),
    ...cacheRate(deltaOf(digest)),
  };
}

const INDENT = " ".repeat(13);

/** The lines under "data:" and "io:", without a line break at the end. */
export function pgMapText(digest: PGMapDigest | undefined): string {
  const pools = digest?.pgPoolSum.size ?? 0;
  const stats = digest?.pgSum.stats;
  const statfs = digest?.osdSum.statfs;
  const used = statfs ? usedRawBytes(statfs) : 0;
  const head = [
    `    pools:   ${pools} pools, ${digest?.numPg ?? 0} pgs`,
    `    objects: ${countText(stats?.numObjects ?? 0)} objects, ${byteText(stats?.numBytes ?? 0)}`,
    `    usage:   ${byteText(used)} used, ${byteText(statfs?.available ?? 0)} / ${
      byteText(statfs?.total ?? 0)
    } avail`,
  ];
  const lines = digest ? stateLines(digest) : [];
  return `${[...head, `    pgs:     ${lines.join(`\n${INDENT}`)}`].join("\n")}\n${
    digest ? ioText(digest) : ""
  }`;
}

function stateLines(digest: PGMapDigest): string[] {
  const { numPg, numPgUnknown, numPgActive, numPgByState, pgSum } = digest;
  const inactive = numPg - numPgActive - numPgUnknown;
  const percent = (n: number): string => (Math.fround(n / numPg) * 100).toFixed(3);
  const states = statesByCount(numPgByState);
  const width = Math.max(1, ...states.map(([, count]) => String(count).length));
  return [
    ...(numPgUnknown > 0 ? [`${percent(numPgUnknown)}% pgs unknown`] : []),
    ...(inactive > 0 ? [`${percent(inactive)}% pgs not active`] : []),
    ...recoveryTexts(pgSum.stats),
    ...states.map(([state, count]) => `${String(count).padEnd(width)} ${pgStateText(state)}`),
  ];
}

function ioText(digest: PGMapDigest): string {
  const delta = deltaOf(digest);
  const lines = [
    ["client:  ", clientRateText(delta)],
    ["recovery:", recoveryRateText(delta)],
    ["cache:   ", cacheRateText(delta)],
  ].filter(([, text]) => text !== "").map(([name, text]) => `    ${name} ${text}\n`);
  return lines.length === 0 ? "" : ` \n  io:\n${lines.join("")}`;
}
