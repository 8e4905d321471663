/** Statistics of an OSD and of the placement groups it leads: who may send them, and for which cluster. */

import type { MPGStats } from "../messages/pg_stats.ts";
import type { SessionHost } from "./context.ts";
import type { Session } from "./session.ts";

/** Takes an MPGStats only from the ticket entity osd.N and of our cluster; throws otherwise. Nothing is answered. */
export function handlePgStats({ context }: SessionHost, session: Session, stats: MPGStats): void {
  const { osd } = session;
  if (osd === undefined) throw new Error("Cannot take statistics of a peer that is no OSD");
  if (stats.fsid !== context.fsid()) throw new Error(`Cannot take statistics of cluster ${stats.fsid}`);
  context.ingestPgStats(osd, stats);
}
