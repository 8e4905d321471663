/** The two sections of an OSDMap::Incremental in wire order. */

import {
  type Codec,
  type Decoder,
  type Encoder,
  I32,
  I64N,
  listOf,
  mapOf,
  Packed,
  Str,
  StrMap,
  U32,
} from "../encoding/mod.ts";
import { EntityAddr, EntityAddrVec } from "./entity_addr.ts";
import { IntervalSet } from "./interval_set.ts";
import { OsdXInfo } from "./osd_info.ts";
import type { StretchMode } from "./osd_map_fields.ts";
import type { CleanInterval, OsdMapIncremental } from "./osd_map_incremental.ts";
import { type BlocklistEntry, OsdList, pgTableOf, UpmapItems } from "./osd_map_layouts.ts";
import { PgId } from "./pg_id.ts";
import { PgPool } from "./pg_pool.ts";
import { UTime } from "./utime.ts";
import { Uuid } from "./uuid.ts";

const OsdAddrs = mapOf(I32, EntityAddrVec);
const OsdWords = mapOf(I32, U32);
const PoolNames = mapOf(I64N, Str);
const PoolSnaps = mapOf(I64N, IntervalSet);
const PgOsds = pgTableOf(OsdList);
const PgOsd = pgTableOf(I32);
const PgItems = pgTableOf(UpmapItems);
const PgIds = listOf(PgId, 17);
const Profiles = mapOf(Str, StrMap);
const OsdUuids = mapOf(I32, Uuid);
const XInfos = mapOf(I32, OsdXInfo);
const Addrs: Codec<readonly EntityAddr[]> = listOf(EntityAddr);
const PackedPools: Codec<ReadonlyMap<number, Packed<PgPool>>> = mapOf(I64N, {
  decode: (d) => Packed.read(d, PgPool),
  encode: (e, pool) => void e.raw(pool.bytes),
});
const Blocklist: Codec<readonly BlocklistEntry[]> = listOf({
  decode: (d) => ({ addr: EntityAddr.decode(d), expires: UTime.decode(d) }),
  encode(e, entry) {
    EntityAddr.encode(e, entry.addr);
    UTime.encode(e, entry.expires);
  },
});
const Intervals = mapOf<number, CleanInterval>(I32, {
  decode: (d) => ({ begin: d.u32(), end: d.u32() }),
  encode: (e, v) => void e.u32(v.begin).u32(v.end),
});

/** Monitors since Nautilus write at least these to a peer that has our features. */
export const MIN_CLIENT = 8;
/** The same for the OSD section. */
export const MIN_OSD = 9;

/** Reads the fields of the client section in version `v`. */
export function decodeClientFields(d: Decoder, v: number) {
  if (v < MIN_CLIENT) d.fail(`version ${v} is that of a monitor before Nautilus`);
  return {
    fsid: Uuid.decode(d),
    epoch: d.u32(),
    modified: UTime.decode(d),
    newPoolMax: d.i64n(),
    newFlags: d.i32(),
    fullmap: d.bytes(),
    crush: d.bytes(),
    newMaxOsd: d.i32(),
    newPools: PackedPools.decode(d),
    newPoolNames: PoolNames.decode(d),
    oldPools: d.list((d) => d.i64n(), 8),
    newUpClient: OsdAddrs.decode(d),
    newState: OsdWords.decode(d),
    newWeight: OsdWords.decode(d),
    newPgTemp: PgOsds.decode(d),
    newPrimaryTemp: PgOsd.decode(d),
    newPrimaryAffinity: OsdWords.decode(d),
    newErasureCodeProfiles: Profiles.decode(d),
    oldErasureCodeProfiles: d.strings(),
    newPgUpmap: PgOsds.decode(d),
    oldPgUpmap: PgIds.decode(d),
    newPgUpmapItems: PgItems.decode(d),
    oldPgUpmapItems: PgIds.decode(d),
    newRemovedSnaps: PoolSnaps.decode(d),
    newPurgedSnaps: PoolSnaps.decode(d),
    newLastUpChange: UTime.decode(d),
    newLastInChange: UTime.decode(d),
    upmapPrimaries: v >= 9 ? { set: PgOsd.decode(d), removed: PgIds.decode(d) } : undefined,
  };
}

/** Writes the client section, in version 9 if chosen primaries are said. */
export function encodeClient(e: Encoder, i: OsdMapIncremental): void {
  e.versioned(i.upmapPrimaries ? 9 : MIN_CLIENT, 1, (e) => {
    Uuid.encode(e, i.fsid);
    UTime.encode(e.u32(i.epoch), i.modified);
    e.i64n(i.newPoolMax).i32(i.newFlags).bytes(i.fullmap).bytes(i.crush).i32(i.newMaxOsd);
    PackedPools.encode(e, i.newPools);
    PoolNames.encode(e, i.newPoolNames);
    e.list(i.oldPools, (e, pool) => e.i64n(pool));
    OsdAddrs.encode(e, i.newUpClient);
    OsdWords.encode(e, i.newState);
    OsdWords.encode(e, i.newWeight);
    PgOsds.encode(e, i.newPgTemp);
    PgOsd.encode(e, i.newPrimaryTemp);
    OsdWords.encode(e, i.newPrimaryAffinity);
    Profiles.encode(e, i.newErasureCodeProfiles);
    PgOsds.encode(e.strings(i.oldErasureCodeProfiles), i.newPgUpmap);
    PgIds.encode(e, i.oldPgUpmap);
    PgItems.encode(e, i.newPgUpmapItems);
    PgIds.encode(e, i.oldPgUpmapItems);
    PoolSnaps.encode(e, i.newRemovedSnaps);
    PoolSnaps.encode(e, i.newPurgedSnaps);
    UTime.encode(e, i.newLastUpChange);
    UTime.encode(e, i.newLastInChange);
    if (!i.upmapPrimaries) return;
    PgOsd.encode(e, i.upmapPrimaries.set);
    PgIds.encode(e, i.upmapPrimaries.removed);
  });
}

/** Reads the fields of the OSD section in version `v`. */
export function decodeOsdFields(d: Decoder, v: number) {
  if (v < MIN_OSD) d.fail(`version ${v} is that of a monitor before Nautilus`);
  return {
    newHbBackUp: OsdAddrs.decode(d),
    newUpThru: OsdWords.decode(d),
    newLastCleanInterval: Intervals.decode(d),
    newLost: OsdWords.decode(d),
    newBlocklist: Blocklist.decode(d),
    oldBlocklist: Addrs.decode(d),
    newUpCluster: OsdAddrs.decode(d),
    clusterSnapshot: d.string(),
    newUuid: OsdUuids.decode(d),
    newXInfo: XInfos.decode(d),
    newHbFrontUp: OsdAddrs.decode(d),
    encodeFeatures: d.u64(),
    newNearfullRatio: d.f32(),
    newFullRatio: d.f32(),
    newBackfillfullRatio: d.f32(),
    newRequireMinCompatClient: d.u8(),
    newRequireOsdRelease: d.u8(),
    newCrushNodeFlags: OsdWords.decode(d),
    newDeviceClassFlags: OsdWords.decode(d),
    stretchMode: v >= 10 ? decodeStretch(d) : undefined,
    newRangeBlocklist: v >= 11 ? Blocklist.decode(d) : [],
    oldRangeBlocklist: v >= 11 ? Addrs.decode(d) : [],
    mutateAllowCrimson: v >= 12 ? d.u8() : 0,
  };
}

/** The version says what follows, so that a map without the newer things reads as of old. */
function osdVersion(i: OsdMapIncremental): number {
  if (i.mutateAllowCrimson !== 0) return 12;
  if (i.newRangeBlocklist.length > 0 || i.oldRangeBlocklist.length > 0) return 11;
  return i.stretchMode ? 10 : MIN_OSD;
}

/** Writes the OSD section. */
export function encodeOsd(e: Encoder, i: OsdMapIncremental): void {
  const version = osdVersion(i);
  e.versioned(version, 1, (e) => {
    OsdAddrs.encode(e, i.newHbBackUp);
    OsdWords.encode(e, i.newUpThru);
    Intervals.encode(e, i.newLastCleanInterval);
    OsdWords.encode(e, i.newLost);
    Blocklist.encode(e, i.newBlocklist);
    Addrs.encode(e, i.oldBlocklist);
    OsdAddrs.encode(e, i.newUpCluster);
    OsdUuids.encode(e.string(i.clusterSnapshot), i.newUuid);
    XInfos.encode(e, i.newXInfo);
    OsdAddrs.encode(e, i.newHbFrontUp);
    e.u64(i.encodeFeatures).f32(i.newNearfullRatio).f32(i.newFullRatio).f32(i.newBackfillfullRatio);
    e.u8(i.newRequireMinCompatClient).u8(i.newRequireOsdRelease);
    OsdWords.encode(e, i.newCrushNodeFlags);
    OsdWords.encode(e, i.newDeviceClassFlags);
    if (version >= 10) encodeStretch(e, i.stretchMode);
    if (version >= 11) {
      Blocklist.encode(e, i.newRangeBlocklist);
      Addrs.encode(e, i.oldRangeBlocklist);
    }
    if (version >= 12) e.u8(i.mutateAllowCrimson);
  });
}

/** Whether it changes, the numbers, and behind them whether it is enabled. */
function decodeStretch(d: Decoder): StretchMode | undefined {
  const changes = d.bool();
  const numbers = { bucketCount: d.u32(), degraded: d.u32(), recovering: d.u32(), bucket: d.i32() };
  const enabled = d.bool();
  return changes ? { enabled, ...numbers } : undefined;
}

function encodeStretch(e: Encoder, s: StretchMode | undefined): void {
  e.bool(s !== undefined).u32(s?.bucketCount ?? 0).u32(s?.degraded ?? 0).u32(s?.recovering ?? 0);
  e.i32(s?.bucket ?? 0).bool(s?.enabled ?? false);
}
