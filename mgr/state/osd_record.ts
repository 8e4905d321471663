/** One OSD as it was reported last. */

import { isSame } from "../encoding/difference.ts";
import { encodeAll } from "../encoding/mod.ts";
import { type OsdBrief, OsdStat, readOsdBrief, zeroOsdStat } from "../types/osd_stat.ts";
import { readRaw } from "../types/raw_struct.ts";

/** Never changed: a new report makes a new record. */
export interface OsdRecord extends OsdBrief {
  /** The osd_stat_t: a copy, for the message that it came in is large. */
  readonly raw: Uint8Array;
}

/** A report of an OSD. Of its last record it takes over what is the same. Throws DecodeError. */
export function reportedOsd(raw: Uint8Array, last?: OsdRecord): OsdRecord {
  const { stat, slowestPing } = readRaw(raw, readOsdBrief);
  if (last !== undefined) shareWith(last.stat, stat);
  return { raw: raw.slice(), stat, slowestPing };
}

/** What has not changed for long stays where it is in memory: nothing of it has to be collected. */
function shareWith(last: OsdStat, stat: OsdStat): void {
  if (isSame(last.hbPeers, stat.hbPeers)) stat.hbPeers = last.hbPeers;
  if (isSame(last.opQueueAgeHist, stat.opQueueAgeHist)) stat.opQueueAgeHist = last.opQueueAgeHist;
  if (isSame(last.osAlerts, stat.osAlerts)) stat.osAlerts = last.osAlerts;
  if (isSame(last.statfs, stat.statfs)) stat.statfs = last.statfs;
}

/** An OSD that holds no data of the cluster any more: all zero but the number of the report. */
export function outOsd(seq: bigint): OsdRecord {
  return madeOf({ ...zeroOsdStat(), seq });
}

/** An OSD that went down serves no operations. */
export function idleOsd(record: OsdRecord): OsdRecord {
  return madeOf({ ...record.stat, hbPingtime: pingsOf(record), opQueueAgeHist: [] });
}

function madeOf(stat: OsdStat): OsdRecord {
  return reportedOsd(encodeAll(OsdStat.encode, stat));
}

/** Ping times toward its peers, decoded anew. */
export function pingsOf(record: OsdRecord): OsdStat["hbPingtime"] {
  return readRaw(record.raw, OsdStat.decode).hbPingtime;
}
