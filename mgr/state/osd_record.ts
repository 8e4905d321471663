/** One OSD as it was reported last. */

import { encodeAll } from "../encoding/mod.ts";
import { type OsdBrief, OsdStat, readOsdBrief, zeroOsdStat } from "../types/osd_stat.ts";
import { readRaw } from "../types/raw_struct.ts";

/** Never changed: a new report makes a new record. */
export interface OsdRecord extends OsdBrief {
  /** The osd_stat_t. A view of the message that it came in. */
  readonly raw: Uint8Array;
}

/** A report of an OSD. Throws DecodeError. */
export function reportedOsd(raw: Uint8Array): OsdRecord {
  return { raw, ...readRaw(raw, readOsdBrief) };
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
