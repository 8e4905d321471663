/** Makes the next epoch of an OSDMap of an increment. Fields that do not change are shared with the map before. */

import { Bool, type Change, decodeAll, Encoder, F32, I32, Packed, Str, U32, U8 } from "../encoding/mod.ts";
import { CrushMap } from "./crush_map.ts";
import { compareAddr, type EntityAddr } from "./entity_addr.ts";
import { type IntervalSet, subtract, union } from "./interval_set.ts";
import { OsdMap } from "./osd_map.ts";
import { applyOsds } from "./osd_map_apply_osds.ts";
import { flagsOfRelease } from "./osd_map_bits.ts";
import {
  type ClientFields,
  CrushBlob,
  type OsdFields,
  osdSectionVersion,
  StretchMode,
} from "./osd_map_fields.ts";
import { type BlocklistEntry, type PgTable, pgTableEntries } from "./osd_map_layouts.ts";
import { decodeIncremental, type OsdMapIncremental, SAME_RELEASE } from "./osd_map_incremental.ts";
import type { PgId } from "./pg_id.ts";
import { withLastChange } from "./pg_pool.ts";
import { UTime } from "./utime.ts";
import { Uuid } from "./uuid.ts";

/** The fields of both sections while they change. */
export type Draft = ClientFields & OsdFields;

/** One part of what an increment says. The order of the parts matters. */
type Part = (draft: Draft, inc: OsdMapIncremental) => void;

/**
 * Features that decide how the monitors of 16.x encode the map whose checksum an increment tells. Others encode some
 * structures otherwise, and the checksum of our encoding is not theirs.
 */
const KNOWN_ENCODE_FEATURES = 0x0f00088010212a04n;

const PARTS: readonly Part[] = [
  applyHead,
  applyPools,
  applySnaps,
  applyProfiles,
  applyOsds,
  applyPgs,
  applyBlocklists,
  applyNodeFlags,
  applySettings,
];

/** What OsdMapStore needs: bytes of maps and of increments, checksums compared. Both throw when something is wrong. */
export const osdMapCodec = {
  decode: (full: Uint8Array): OsdMap => OsdMap.decode(full),
  apply: (map: OsdMap, incremental: Uint8Array): OsdMap => applyChecked(map, decodeIncremental(incremental)),
};

/** The next epoch; its checksum must be the one that the increment tells, if the monitor encodes as we do. */
export function applyChecked(map: OsdMap, inc: OsdMapIncremental): OsdMap {
  if (inc.encodeFeatures !== KNOWN_ENCODE_FEATURES) return applyIncremental(map, inc);
  if (inc.crush.length > 0) {
    // Most CRUSH maps come in the form that they are kept in: the checksum tells, and spares decoding it now.
    const next = applyParts(map, inc, [...PARTS, keepCrush]);
    if (next.crc === inc.fullCrc) return next;
  }
  const next = applyIncremental(map, inc);
  if (next.crc !== inc.fullCrc) {
    throw refusal(`crc of epoch ${inc.epoch} should be ${inc.fullCrc}, is ${next.crc}`);
  }
  return next;
}

/**
 * The next epoch, its checksum not compared. Throws for an increment that is not the next one of this map or that
 * names OSDs which the map cannot have. Upstream: OSDMap::apply_incremental in osd/OSDMap.cc
 */
export function applyIncremental(map: OsdMap, inc: OsdMapIncremental): OsdMap {
  return applyParts(map, inc, [...PARTS, convertCrush]);
}

function applyParts(map: OsdMap, inc: OsdMapIncremental, parts: readonly Part[]): OsdMap {
  if (inc.epoch !== map.epoch + 1) throw refusal(`epoch ${inc.epoch} does not follow ${map.epoch}`);
  if (map.epoch > 0 && inc.fsid !== map.fsid) throw refusal(`it is of another cluster: ${inc.fsid}`);
  if (inc.fullmap.length > 0) return OsdMap.decode(inc.fullmap);
  const draft: Draft = { ...map.client.fields, ...map.osd.fields };
  for (const part of parts) part(draft, inc);
  return new OsdMap(
    { ...map.client, version: clientVersion(map, inc), fields: pick(draft, map.client.fields) },
    { ...map.osd, version: osdSectionVersion(draft), fields: pick(draft, map.osd.fields) },
  );
}

function refusal(why: string): Error {
  return new Error(`Cannot apply OSDMap::Incremental: ${why}`);
}

/** The fields of one section out of those of both, in wire order. */
function pick<F extends Partial<Draft>>(draft: Draft, like: F): F {
  return Object.fromEntries(Object.keys(like).map((name) => [name, draft[name as keyof Draft]])) as F;
}

/** A monitor that writes chosen primaries into increments writes them into maps. */
function clientVersion(map: OsdMap, inc: OsdMapIncremental): number {
  return inc.upmapPrimaries ? Math.max(map.client.version, 10) : map.client.version;
}

function applyHead(m: Draft, inc: OsdMapIncremental): void {
  if (inc.epoch === 1) m.fsid = Packed.of(Uuid, inc.fsid);
  m.epoch = Packed.of(U32, inc.epoch);
  m.modified = Packed.of(UTime, inc.modified);
  const flags = inc.newFlags >= 0 ? inc.newFlags : m.flags.value;
  setFlags(m, flagsOfRelease(flags, m.requireOsdRelease.value));
  if (inc.newPoolMax !== -1) m.poolMax = Packed.of(I32, inc.newPoolMax);
  if (!isZero(inc.newLastUpChange)) m.lastUpChange = Packed.of(UTime, inc.newLastUpChange);
  if (!isZero(inc.newLastInChange)) m.lastInChange = Packed.of(UTime, inc.newLastInChange);
}

function setFlags(m: Draft, flags: number): void {
  if (flags !== m.flags.value) m.flags = Packed.of(U32, flags);
}

const isZero = ({ sec, nsec }: UTime): boolean => sec === 0 && nsec === 0;

const removals = <K>(keys: readonly K[]): Change<K, never>[] => keys.map((key) => [key, undefined]);

function applyPools(m: Draft, inc: OsdMapIncremental): void {
  const pools = [...inc.newPools].map(([id, { bytes }]): Change<number, Uint8Array> => [
    id,
    withLastChange(bytes, inc.epoch),
  ]);
  const removed = removals(inc.oldPools);
  m.pools = m.pools.with(pools).with(removed);
  m.poolNames = m.poolNames.with([...inc.newPoolNames]).with(removed);
}

/** The two maps of new snapshots are those of this epoch only. */
function applySnaps(m: Draft, inc: OsdMapIncremental): void {
  m.newRemovedSnaps = m.newRemovedSnaps.cleared().with([...inc.newRemovedSnaps]);
  m.newPurgedSnaps = m.newPurgedSnaps.cleared().with([...inc.newPurgedSnaps]);
  if (inc.newRemovedSnaps.size + inc.newPurgedSnaps.size === 0) return;
  const queues = m.removedSnapsQueue.value;
  const pools = new Set([...inc.newRemovedSnaps.keys(), ...inc.newPurgedSnaps.keys()]);
  const none: IntervalSet = new Map();
  m.removedSnapsQueue = m.removedSnapsQueue.with([...pools].map((pool) => {
    const grown = union(queues.get(pool) ?? none, inc.newRemovedSnaps.get(pool) ?? none);
    const left = subtract(grown, inc.newPurgedSnaps.get(pool) ?? none);
    return [pool, left.size > 0 ? left : undefined];
  }));
}

/** Removed before set: a profile may be in both. */
function applyProfiles(m: Draft, inc: OsdMapIncremental): void {
  m.erasureCodeProfiles = m.erasureCodeProfiles
    .with(removals(inc.oldErasureCodeProfiles))
    .with([...inc.newErasureCodeProfiles]);
}

function changes<V>(table: PgTable<V>, isRemoval: (v: V) => boolean = () => false): Change<PgId, V>[] {
  return [...pgTableEntries(table)].map(([pg, v]) => [pg, isRemoval(v) ? undefined : v]);
}

/** Set before removed. */
function applyPgs(m: Draft, inc: OsdMapIncremental): void {
  m.pgTemp = m.pgTemp.with(changes(inc.newPgTemp, (osds) => osds.length === 0));
  m.primaryTemp = m.primaryTemp.with(changes(inc.newPrimaryTemp, (osd) => osd === -1));
  m.pgUpmap = m.pgUpmap.with(changes(inc.newPgUpmap)).with(removals(inc.oldPgUpmap));
  m.pgUpmapItems = m.pgUpmapItems.with(changes(inc.newPgUpmapItems)).with(removals(inc.oldPgUpmapItems));
  if (!inc.upmapPrimaries) return;
  const { set, removed } = inc.upmapPrimaries;
  m.pgUpmapPrimaries = m.pgUpmapPrimaries.with(changes(set)).with(removals(removed));
}

function applyBlocklists(m: Draft, inc: OsdMapIncremental): void {
  m.blocklist = m.blocklist
    .with(additions(m.blocklist.value, inc.newBlocklist))
    .with(removals(inc.oldBlocklist));
  m.rangeBlocklist = m.rangeBlocklist
    .with(additions(m.rangeBlocklist.value, inc.newRangeBlocklist))
    .with(removals(inc.oldRangeBlocklist));
}

/** An address that is there already keeps its time. */
function additions(
  old: readonly BlocklistEntry[],
  added: readonly BlocklistEntry[],
): Change<EntityAddr, UTime>[] {
  return added
    .filter(({ addr }) => !old.some((entry) => compareAddr(entry.addr, addr) === 0))
    .map(({ addr, expires }) => [addr, expires]);
}

function applyNodeFlags(m: Draft, inc: OsdMapIncremental): void {
  const flags = (map: ReadonlyMap<number, number>): Change<number, number>[] =>
    [...map].map(([id, bits]) => [id, bits === 0 ? undefined : bits]);
  m.crushNodeFlags = m.crushNodeFlags.with(flags(inc.newCrushNodeFlags));
  m.deviceClassFlags = m.deviceClassFlags.with(flags(inc.newDeviceClassFlags));
}

function applySettings(m: Draft, inc: OsdMapIncremental): void {
  m.clusterSnapshot = Packed.of(Str, inc.clusterSnapshot);
  m.clusterSnapshotEpoch = Packed.of(U32, inc.clusterSnapshot === "" ? 0 : inc.epoch);
  if (inc.newNearfullRatio >= 0) m.nearfullRatio = Packed.of(F32, inc.newNearfullRatio);
  if (inc.newFullRatio >= 0) m.fullRatio = Packed.of(F32, inc.newFullRatio);
  if (inc.newBackfillfullRatio >= 0) m.backfillfullRatio = Packed.of(F32, inc.newBackfillfullRatio);
  if (inc.newRequireMinCompatClient !== 0 && inc.newRequireMinCompatClient !== SAME_RELEASE) {
    m.requireMinCompatClient = Packed.of(U8, inc.newRequireMinCompatClient);
  }
  if (inc.newRequireOsdRelease !== SAME_RELEASE) {
    m.requireOsdRelease = Packed.of(U8, inc.newRequireOsdRelease);
    setFlags(m, flagsOfRelease(m.flags.value, inc.newRequireOsdRelease));
  }
  if (inc.stretchMode) m.stretchMode = Packed.of(StretchMode, inc.stretchMode);
  if (inc.mutateAllowCrimson !== 0) m.allowCrimson = Packed.of(Bool, inc.mutateAllowCrimson === 1);
}

/** crush_version counts since Luminous. */
const LUMINOUS = 12;

/** Decoded and encoded again: what an operator set may be of another age, and the map holds what we would write. */
function convertCrush(m: Draft, inc: OsdMapIncremental): void {
  if (inc.crush.length > 0) setCrush(m, Packed.of(CrushBlob, decodeAll(inc.crush, CrushMap.decode)));
}

function keepCrush(m: Draft, inc: OsdMapIncremental): void {
  const blob = new Encoder(inc.crush.length + 4).bytes(inc.crush).finish();
  setCrush(m, new Packed(blob, CrushBlob.decode));
}

function setCrush(m: Draft, crush: Packed<CrushMap>): void {
  m.crush = crush;
  if (m.requireOsdRelease.value >= LUMINOUS) m.crushVersion = Packed.of(I32, m.crushVersion.value + 1);
  const gone = [...m.deviceClassFlags.value.keys()].filter((id) => !crush.value.classNames.has(id));
  m.deviceClassFlags = m.deviceClassFlags.with(removals(gone));
}
