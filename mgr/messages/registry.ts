/** Every message this daemon knows, by its type number. */

import { MAuth, MAuthReply } from "./auth.ts";
import { MCommand, MCommandReply, MMgrCommand, MMgrCommandReply } from "./command.ts";
import { MConfig, MGetConfig } from "./config.ts";
import { MFSMap } from "./fs_map.ts";
import { MGetPoolStats, MGetPoolStatsReply } from "./get_pool_stats.ts";
import { MKVData } from "./kv_data.ts";
import { MLog, MLogAck } from "./log.ts";
import { type MessageType, pack, type RawMessage, unpack } from "./message.ts";
import { MMgrBeacon } from "./mgr_beacon.ts";
import { MMgrClose } from "./mgr_close.ts";
import { MMgrConfigure } from "./mgr_configure.ts";
import { MMgrDigest } from "./mgr_digest.ts";
import { MMgrMap } from "./mgr_map.ts";
import { MMgrOpen } from "./mgr_open.ts";
import { MMgrReport } from "./mgr_report.ts";
import { MMgrUpdate } from "./mgr_update.ts";
import { MMonCommand, MMonCommandAck } from "./mon_command.ts";
import { MMonGetMap } from "./mon_get_map.ts";
import { MMonGetVersion, MMonGetVersionReply } from "./mon_get_version.ts";
import { MMonMap } from "./mon_map.ts";
import { MMonMgrReport } from "./mon_mgr_report.ts";
import { MMonSubscribe, MMonSubscribeAck } from "./mon_subscribe.ts";
import { MOSDBackoff } from "./osd_backoff.ts";
import { MOSDForceRecovery } from "./osd_force_recovery.ts";
import { MOSDMap } from "./osd_map.ts";
import { MOSDOp } from "./osd_op.ts";
import { MOSDOpReply } from "./osd_op_reply.ts";
import { MOSDScrub } from "./osd_scrub.ts";
import { MOSDScrub2 } from "./osd_scrub2.ts";
import { MPGStats } from "./pg_stats.ts";
import { MPGStatsAck } from "./pg_stats_ack.ts";
import { MPing } from "./ping.ts";
import { MServiceMap } from "./service_map.ts";
import { MStatfs, MStatfsReply } from "./statfs.ts";
import { MWatchNotify } from "./watch_notify.ts";

/** A message type with its value's type forgotten, so that all of them fit one table. */
export interface KnownMessage {
  readonly name: string;
  readonly type: number;
  readonly version: number;
  readonly compat: number;
  /** The value, for logs and tests. Throws DecodeError. */
  unpack(raw: RawMessage): unknown;
  /** Decodes and encodes again: equal bytes prove the codec. Throws DecodeError. */
  repack(raw: RawMessage): RawMessage;
}

function known<T>(type: MessageType<T>): KnownMessage {
  return {
    name: type.name,
    type: type.type,
    version: type.version,
    compat: type.compat,
    unpack: (raw) => unpack(type, raw),
    repack: (raw) => pack(type, unpack(type, raw), raw.tid, raw.priority),
  };
}

/** In the order of the type numbers. */
export const KNOWN_MESSAGES: readonly KnownMessage[] = [
  known(MPing),
  known(MMonMap),
  known(MMonGetMap),
  known(MStatfs),
  known(MStatfsReply),
  known(MMonSubscribe),
  known(MMonSubscribeAck),
  known(MAuth),
  known(MAuthReply),
  known(MMonGetVersion),
  known(MMonGetVersionReply),
  known(MOSDMap),
  known(MOSDOp),
  known(MOSDOpReply),
  known(MWatchNotify),
  known(MFSMap),
  known(MMonCommand),
  known(MMonCommandAck),
  known(MLog),
  known(MLogAck),
  known(MKVData),
  known(MGetPoolStats),
  known(MGetPoolStatsReply),
  known(MOSDBackoff),
  known(MConfig),
  known(MGetConfig),
  known(MPGStats),
  known(MPGStatsAck),
  known(MOSDScrub),
  known(MCommand),
  known(MCommandReply),
  known(MOSDScrub2),
  known(MOSDForceRecovery),
  known(MMgrOpen),
  known(MMgrConfigure),
  known(MMgrReport),
  known(MMgrBeacon),
  known(MMgrMap),
  known(MMgrDigest),
  known(MMonMgrReport),
  known(MServiceMap),
  known(MMgrClose),
  known(MMgrCommand),
  known(MMgrCommandReply),
  known(MMgrUpdate),
];

const BY_TYPE: ReadonlyMap<number, KnownMessage> = new Map(KNOWN_MESSAGES.map((m) => [m.type, m]));

/** The message with this type number, or undefined. */
export function messageOf(type: number): KnownMessage | undefined {
  return BY_TYPE.get(type);
}

/** Whether there is a codec for this type number. */
export function isKnown(type: number): boolean {
  return BY_TYPE.has(type);
}

/** "MMgrOpen"; "message 0x7ff" for a type without a codec. */
export function messageName(type: number): string {
  return BY_TYPE.get(type)?.name ?? `message 0x${type.toString(16)}`;
}
