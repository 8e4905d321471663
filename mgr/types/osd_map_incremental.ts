/** What changes from one epoch of the OSDMap to the next: OSDMap::Incremental. */

import { crc32c, Decoder, encodeAll, type Packed } from "../encoding/mod.ts";
import type { EntityAddr, EntityAddrVec } from "./entity_addr.ts";
import type { IntervalSet } from "./interval_set.ts";
import type { OsdXInfo } from "./osd_info.ts";
import type { StretchMode } from "./osd_map_fields.ts";
import {
  decodeClientFields,
  decodeOsdFields,
  encodeClient,
  encodeOsd,
  MIN_CLIENT,
  MIN_OSD,
} from "./osd_map_incremental_fields.ts";
import type { BlocklistEntry, PgTable, UpmapItem } from "./osd_map_layouts.ts";
import type { PgId } from "./pg_id.ts";
import type { PgPool } from "./pg_pool.ts";
import { type UTime, ZERO_TIME } from "./utime.ts";
import type { Uuid } from "./uuid.ts";

/** The release stays as it is. */
export const SAME_RELEASE = 255;

/** Epochs of an OSD's last clean interval. */
export interface CleanInterval {
  readonly begin: number;
  readonly end: number;
}

/** Upstream: OSDMap::Incremental in osd/OSDMap.h. What does not change is empty, or as the field says. */
export interface OsdMapIncremental {
  readonly fsid: Uuid;
  /** The epoch that this makes. */
  readonly epoch: number;
  readonly modified: UTime;
  /** -1 = same. */
  readonly newPoolMax: number;
  /** -1 = same. */
  readonly newFlags: number;
  /** A whole encoded map in place of changes. */
  readonly fullmap: Uint8Array;
  /** An encoded CRUSH map. */
  readonly crush: Uint8Array;
  /** -1 = same. */
  readonly newMaxOsd: number;
  /** As received, to the byte. */
  readonly newPools: ReadonlyMap<number, Packed<PgPool>>;
  readonly newPoolNames: ReadonlyMap<number, string>;
  readonly oldPools: readonly number[];
  /** OSDs that come up. */
  readonly newUpClient: ReadonlyMap<number, EntityAddrVec>;
  /** Bits to flip; 0 stands for `up`. */
  readonly newState: ReadonlyMap<number, number>;
  readonly newWeight: ReadonlyMap<number, number>;
  /** An empty list removes the entry. */
  readonly newPgTemp: PgTable<readonly number[]>;
  /** -1 removes the entry. */
  readonly newPrimaryTemp: PgTable<number>;
  readonly newPrimaryAffinity: ReadonlyMap<number, number>;
  readonly newErasureCodeProfiles: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly oldErasureCodeProfiles: readonly string[];
  readonly newPgUpmap: PgTable<readonly number[]>;
  readonly oldPgUpmap: readonly PgId[];
  readonly newPgUpmapItems: PgTable<readonly UpmapItem[]>;
  readonly oldPgUpmapItems: readonly PgId[];
  readonly newRemovedSnaps: ReadonlyMap<number, IntervalSet>;
  readonly newPurgedSnaps: ReadonlyMap<number, IntervalSet>;
  /** Zero = same. */
  readonly newLastUpChange: UTime;
  /** Zero = same. */
  readonly newLastInChange: UTime;
  /** Undefined from monitors before release 18. */
  readonly upmapPrimaries: UpmapPrimaryChanges | undefined;
  readonly newHbBackUp: ReadonlyMap<number, EntityAddrVec>;
  readonly newUpThru: ReadonlyMap<number, number>;
  readonly newLastCleanInterval: ReadonlyMap<number, CleanInterval>;
  readonly newLost: ReadonlyMap<number, number>;
  readonly newBlocklist: readonly BlocklistEntry[];
  readonly oldBlocklist: readonly EntityAddr[];
  readonly newUpCluster: ReadonlyMap<number, EntityAddrVec>;
  readonly clusterSnapshot: string;
  readonly newUuid: ReadonlyMap<number, Uuid>;
  readonly newXInfo: ReadonlyMap<number, OsdXInfo>;
  readonly newHbFrontUp: ReadonlyMap<number, EntityAddrVec>;
  /** Features that the monitor encoded this and the map with. */
  readonly encodeFeatures: bigint;
  /** -1 = same. */
  readonly newNearfullRatio: number;
  /** -1 = same. */
  readonly newFullRatio: number;
  /** -1 = same. */
  readonly newBackfillfullRatio: number;
  /** SAME_RELEASE = same. */
  readonly newRequireMinCompatClient: number;
  /** SAME_RELEASE = same. */
  readonly newRequireOsdRelease: number;
  /** 0 removes the entry. */
  readonly newCrushNodeFlags: ReadonlyMap<number, number>;
  /** 0 removes the entry. */
  readonly newDeviceClassFlags: ReadonlyMap<number, number>;
  /** Undefined = same. */
  readonly stretchMode: StretchMode | undefined;
  readonly newRangeBlocklist: readonly BlocklistEntry[];
  readonly oldRangeBlocklist: readonly EntityAddr[];
  /** 0 = same, 1 = allow, 2 = forbid. */
  readonly mutateAllowCrimson: number;
  /** Checksum of the encoded map of this epoch. */
  readonly fullCrc: number;
}

/** Chosen primaries of PGs. */
export interface UpmapPrimaryChanges {
  readonly set: PgTable<number>;
  readonly removed: readonly PgId[];
}

/** Of the wrapper; unchanged since 2013. */
const VERSION = 8;
const COMPAT = 7;
/** No checksum yet. */
const CRC_SEED = 0xffffffff;
const CRC_SIZE = 4;

/** Reads an increment. Throws DecodeError: malformed, too old, or its checksum does not fit. */
export function decodeIncremental(bytes: Uint8Array): OsdMapIncremental {
  const d = new Decoder(bytes);
  const incremental = d.versioned("OSDMap::Incremental", VERSION, (d) => {
    const sections = {
      ...d.versioned("client section", 9, decodeClientFields),
      ...d.versioned("OSD section", 12, decodeOsdFields),
    };
    const before = bytes.subarray(0, d.offset);
    const crc = d.u32();
    const fullCrc = d.u32();
    const computed = crc32c(crc32c(CRC_SEED, before), bytes.subarray(before.length + CRC_SIZE));
    if (crc !== computed) d.fail(`crc is ${crc}, that of the bytes is ${computed}`);
    return { ...sections, fullCrc };
  });
  d.finish();
  return incremental;
}

/** The bytes of an increment: v8/7, with the sections in the lowest version that says everything. */
export function encodeIncremental(incremental: OsdMapIncremental): Uint8Array {
  const bytes = encodeAll<OsdMapIncremental>((e, i) => {
    e.versioned(VERSION, COMPAT, (e) => {
      encodeClient(e, i);
      encodeOsd(e, i);
      e.u32(0).u32(i.fullCrc);
    });
  }, incremental);
  const crcAt = bytes.length - 2 * CRC_SIZE;
  const crc = crc32c(crc32c(CRC_SEED, bytes.subarray(0, crcAt)), bytes.subarray(crcAt + CRC_SIZE));
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(crcAt, crc, true);
  return bytes;
}

/** An increment that changes nothing but the epoch. */
export function blankIncremental(fsid: Uuid, epoch: number, modified: UTime = ZERO_TIME): OsdMapIncremental {
  const zeros = new Decoder(new Uint8Array(1024));
  return {
    ...decodeClientFields(zeros, MIN_CLIENT),
    ...decodeOsdFields(zeros, MIN_OSD),
    fsid,
    epoch,
    modified,
    newPoolMax: -1,
    newFlags: -1,
    newMaxOsd: -1,
    newNearfullRatio: -1,
    newFullRatio: -1,
    newBackfillfullRatio: -1,
    newRequireMinCompatClient: SAME_RELEASE,
    newRequireOsdRelease: SAME_RELEASE,
    fullCrc: 0,
  };
}
