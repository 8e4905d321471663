/** The fields of an OSDMap in wire order: one literal for each section serves reading, writing and the checksum. */

import {
  blobOf,
  Bool,
  type Codec,
  Decoder,
  F32,
  I32,
  Packed,
  PackedList,
  PackedMap,
  Str,
  U32,
  U32Array,
  U8,
} from "../encoding/mod.ts";
import { CrushMap } from "./crush_map.ts";
import { OsdInfo, OsdXInfo } from "./osd_info.ts";
import {
  Addrs,
  BLOCKLIST,
  NODE_FLAGS,
  OsdUuid,
  PG_OSD,
  PG_OSDS,
  PG_UPMAP_ITEMS,
  POOL_NAMES,
  POOL_SNAPS,
  POOLS,
  PROFILES,
} from "./osd_map_layouts.ts";
import { UTime } from "./utime.ts";
import { Uuid } from "./uuid.ts";

/** Upstream: the stretch_mode_* members of OSDMap in osd/OSDMap.h */
export interface StretchMode {
  readonly enabled: boolean;
  readonly bucketCount: number;
  readonly degraded: number;
  readonly recovering: number;
  /** Type id of the buckets. */
  readonly bucket: number;
}

/** No stretch mode. */
export const NO_STRETCH_MODE: StretchMode = {
  enabled: false,
  bucketCount: 0,
  degraded: 0,
  recovering: 0,
  bucket: 0,
};

/** In the order of the full map; in increments `enabled` is the last. */
export const StretchMode: Codec<StretchMode> = {
  decode: (d) => ({
    enabled: d.bool(),
    bucketCount: d.u32(),
    degraded: d.u32(),
    recovering: d.u32(),
    bucket: d.i32(),
  }),
  encode: (e, s) => void e.bool(s.enabled).u32(s.bucketCount).u32(s.degraded).u32(s.recovering).i32(s.bucket),
};

/** The CRUSH map inside the OSDMap. */
export const CrushBlob: Codec<CrushMap> = blobOf(CrushMap);

/** Monitors since Nautilus write at least these to a peer that has our features. */
const MIN_CLIENT = 9;
const MIN_OSD = 9;

/** The first section as far as it concerns clients too. */
export type ClientFields = ReturnType<typeof readClientFields>;

/** The second section. */
export type OsdFields = ReturnType<typeof readOsdFields>;

function readClientFields(d: Decoder, v: number) {
  if (v < MIN_CLIENT) d.fail(`client section of version ${v} is that of a monitor before Nautilus`);
  return {
    fsid: Packed.read(d, Uuid),
    epoch: Packed.read(d, U32),
    created: Packed.read(d, UTime),
    modified: Packed.read(d, UTime),
    pools: PackedMap.readMap(d, POOLS),
    poolNames: PackedMap.readMap(d, POOL_NAMES),
    poolMax: Packed.read(d, I32),
    flags: Packed.read(d, U32),
    maxOsd: Packed.read(d, I32),
    osdState: Packed.read(d, U32Array),
    osdWeight: Packed.read(d, U32Array),
    clientAddrs: PackedList.readList(d, Addrs),
    pgTemp: PackedMap.readMap(d, PG_OSDS),
    primaryTemp: PackedMap.readMap(d, PG_OSD),
    primaryAffinity: Packed.read(d, U32Array),
    crush: Packed.read(d, CrushBlob, (d) => d.skip(d.u32())),
    erasureCodeProfiles: PackedMap.readMap(d, PROFILES),
    pgUpmap: PackedMap.readMap(d, PG_OSDS),
    pgUpmapItems: PackedMap.readMap(d, PG_UPMAP_ITEMS),
    crushVersion: Packed.read(d, I32),
    newRemovedSnaps: PackedMap.readMap(d, POOL_SNAPS),
    newPurgedSnaps: PackedMap.readMap(d, POOL_SNAPS),
    lastUpChange: Packed.read(d, UTime),
    lastInChange: Packed.read(d, UTime),
    pgUpmapPrimaries: v >= 10 ? PackedMap.readMap(d, PG_OSD) : PackedMap.empty(PG_OSD),
  };
}

function readOsdFields(d: Decoder, v: number) {
  if (v < MIN_OSD) d.fail(`OSD section of version ${v} is that of a monitor before Nautilus`);
  return {
    hbBackAddrs: PackedList.readList(d, Addrs),
    osdInfo: PackedList.readList(d, OsdInfo),
    blocklist: PackedMap.readMap(d, BLOCKLIST),
    clusterAddrs: PackedList.readList(d, Addrs),
    clusterSnapshotEpoch: Packed.read(d, U32),
    clusterSnapshot: Packed.read(d, Str),
    osdUuid: PackedList.readList(d, OsdUuid),
    osdXInfo: PackedList.readList(d, OsdXInfo),
    hbFrontAddrs: PackedList.readList(d, Addrs),
    nearfullRatio: Packed.read(d, F32),
    fullRatio: Packed.read(d, F32),
    backfillfullRatio: Packed.read(d, F32),
    requireMinCompatClient: Packed.read(d, U8),
    requireOsdRelease: Packed.read(d, U8),
    removedSnapsQueue: PackedMap.readMap(d, POOL_SNAPS),
    crushNodeFlags: PackedMap.readMap(d, NODE_FLAGS),
    deviceClassFlags: PackedMap.readMap(d, NODE_FLAGS),
    stretchMode: v >= 10 ? Packed.read(d, StretchMode) : Packed.of(StretchMode, NO_STRETCH_MODE),
    rangeBlocklist: v >= 11 ? PackedMap.readMap(d, BLOCKLIST) : PackedMap.empty(BLOCKLIST),
    allowCrimson: v >= 12 ? Packed.read(d, Bool) : Packed.of(Bool, false),
  };
}

/** Versions since which a field is there, where it is not there in all that we read. */
const SINCE: ReadonlyMap<string, number> = new Map([
  ["pgUpmapPrimaries", 10],
  ["stretchMode", 10],
  ["rangeBlocklist", 11],
  ["allowCrimson", 12],
]);

/** One of the two sections. */
export interface Section<F> {
  readonly version: number;
  readonly fields: F;
  /** What a newer release appended behind the fields that we know. */
  readonly tail: Uint8Array;
}

function readSection<F>(d: Decoder, name: string, read: (d: Decoder, v: number) => F): Section<F> {
  // No release has appended anything that readers must know.
  return d.versioned(name, 1, (d, version) => ({ version, fields: read(d, version), tail: d.rest() }));
}

/** Reads the first section. */
export function readClientSection(d: Decoder): Section<ClientFields> {
  return readSection(d, "client section", readClientFields);
}

/** Reads the second section. */
export function readOsdSection(d: Decoder): Section<OsdFields> {
  return readSection(d, "OSD section", readOsdFields);
}

/** The fields that the section's version has, in wire order, without its header. */
export function fieldsOf(section: Section<ClientFields | OsdFields>): Packed<unknown>[] {
  return Object.entries<Packed<unknown>>(section.fields)
    .filter(([name]) => section.version >= (SINCE.get(name) ?? 0))
    .map(([, field]) => field);
}

/** The lowest version that can say what the fields say. */
export function osdSectionVersion(f: OsdFields): number {
  if (f.allowCrimson.value) return 12;
  if (f.rangeBlocklist.size > 0) return 11;
  return f.stretchMode.value.enabled ? 10 : MIN_OSD;
}

/** The smallest section of a map without OSDs and pools: all zero. */
export function blankSections(): [Section<ClientFields>, Section<OsdFields>] {
  const zeros = new Decoder(new Uint8Array(1024));
  const tail = new Uint8Array();
  return [
    { version: MIN_CLIENT, fields: readClientFields(zeros, MIN_CLIENT), tail },
    { version: MIN_OSD, fields: readOsdFields(zeros, MIN_OSD), tail },
  ];
}
