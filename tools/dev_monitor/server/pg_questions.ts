/** How full the cluster is, for clients that ask: answered from the manager's digest. Upstream: MgrStatMonitor::preprocess_statfs, _getpoolstats */

import { type MGetPoolStats, MGetPoolStatsReply } from "../../../mgr/messages/get_pool_stats.ts";
import { type MStatfs, MStatfsReply } from "../../../mgr/messages/statfs.ts";
import { PoolStat } from "../../../mgr/types/pool_stat.ts";
import { pack } from "../state/part.ts";
import type { MonitorContext } from "./context.ts";
import type { Session } from "./session.ts";

const KIB = 1024;
const READ_PG = { service: "pg", perm: "r" } as const;

/** Whether the asker may know; others get no answer. */
function entitled({ state }: MonitorContext, session: Session, fsid: string): boolean {
  return session.may(READ_PG) && fsid === state.mon.map.fsid;
}

/** Answers MStatfs. */
export function statfs(monitor: MonitorContext, session: Session, question: MStatfs, tid: bigint): void {
  if (!entitled(monitor, session, question.fsid)) return;
  const { stat, mon } = monitor.state;
  const total = stat.digest?.osdSum.statfs;
  const sum = question.dataPool === undefined
    ? stat.digest?.pgSum
    : stat.digest?.pgPoolSum.get(question.dataPool);
  const kb = Math.floor((total?.total ?? 0) / KIB);
  const kbAvail = Math.floor((total?.available ?? 0) / KIB);
  session.send(MStatfsReply, {
    fsid: mon.map.fsid,
    version: stat.version,
    kb,
    kbUsed: kb - kbAvail,
    kbAvail,
    numObjects: Number(sum?.stats.numObjects ?? 0),
  }, tid);
}

/** Answers MGetPoolStats: pools that nobody knows are left out. */
export function poolStats(
  monitor: MonitorContext,
  session: Session,
  question: MGetPoolStats,
  tid: bigint,
): void {
  if (!entitled(monitor, session, question.fsid)) return;
  const { stat, osd, mon } = monitor.state;
  const found = question.pools.flatMap((name): [string, Uint8Array][] => {
    const id = osd.map.poolId(name);
    const sum = id === undefined ? undefined : stat.digest?.pgPoolSum.get(id);
    return sum ? [[name, pack(PoolStat, sum)]] : [];
  });
  session.send(MGetPoolStatsReply, {
    version: stat.version,
    fsid: mon.map.fsid,
    poolStats: new Map(found),
    perPool: false,
  }, tid);
}
