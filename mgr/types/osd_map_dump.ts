/** The OSDMap as `ceph osd dump -f json` and get("osd_map") show it. Upstream: OSDMap::dump in osd/OSDMap.cc */

import { type DumpOrder, inOrder } from "./dump_order.ts";
import { formatAddr } from "./entity_addr.ts";
import type { IntervalSet } from "./interval_set.ts";
import { BLANK_INFO, BLANK_XINFO, type OsdXInfo } from "./osd_info.ts";
import { dumpOsdAddrs, legacyAddrText } from "./osd_addr_dump.ts";
import { FULL_WEIGHT, type OsdMap } from "./osd_map.ts";
import type { StretchMode } from "./osd_map_fields.ts";
import { type BlocklistEntry, type PgTable, pgTableEntries, type UpmapItem } from "./osd_map_layouts.ts";
import { flagSet, flagText, minCompatClient, stateNames } from "./osd_map_names.ts";
import { formatPgId } from "./pg_id.ts";
import { dumpPgPool } from "./pg_pool_dump.ts";
import { releaseName } from "./release_name.ts";
import { formatUtime } from "./utime.ts";

/** In 1/65536, as the single precision that upstream prints. */
export const share = (weight: number): number => Math.fround(weight / FULL_WEIGHT);

/** Of 0 .. 0xffffffff. */
const probability = (n: number): number => Math.fround(Math.fround(n) / 2 ** 32);

function osdsOf(map: OsdMap): number[] {
  return Array.from({ length: map.maxOsd }, (_, osd) => osd).filter((osd) => map.exists(osd));
}

function dumpOsd(map: OsdMap, osd: number, order: DumpOrder) {
  const info = map.osdInfo.at(osd) ?? BLANK_INFO;
  const addrs = {
    public: map.clientAddrs.at(osd) ?? [],
    cluster: map.clusterAddrs.at(osd) ?? [],
    back: map.hbBackAddrs.at(osd) ?? [],
    front: map.hbFrontAddrs.at(osd) ?? [],
  };
  const value = {
    osd,
    uuid: map.osdUuid.at(osd) ?? "",
    up: map.isUp(osd) ? 1 : 0,
    in: map.isIn(osd) ? 1 : 0,
    weight: share(map.osdWeight[osd]!),
    primary_affinity: share(map.affinityOf(osd)),
    last_clean_begin: info.lastCleanBegin,
    last_clean_end: info.lastCleanEnd,
    up_from: info.upFrom,
    up_thru: info.upThru,
    down_at: info.downAt,
    lost_at: info.lostAt,
    public_addrs: dumpOsdAddrs(addrs.public, order),
    cluster_addrs: dumpOsdAddrs(addrs.cluster, order),
    heartbeat_back_addrs: dumpOsdAddrs(addrs.back, order),
    heartbeat_front_addrs: dumpOsdAddrs(addrs.front, order),
    public_addr: legacyAddrText(addrs.public),
    cluster_addr: legacyAddrText(addrs.cluster),
    heartbeat_back_addr: legacyAddrText(addrs.back),
    heartbeat_front_addr: legacyAddrText(addrs.front),
    state: stateNames(map.osdState[osd]!),
  };
  return inOrder(order, value, OSD_STREAMED);
}

const OSD_STREAMED = [
  "uuid",
  "public_addr",
  "cluster_addr",
  "heartbeat_back_addr",
  "heartbeat_front_addr",
] as const;

/** One row of "osd_xinfo". */
export function dumpXInfo(osd: number, x: OsdXInfo, order: DumpOrder) {
  const value = {
    osd,
    down_stamp: formatUtime(x.downStamp),
    laggy_probability: probability(x.laggyProbability),
    laggy_interval: x.laggyInterval,
    features: BigInt.asIntN(64, x.features),
    old_weight: x.oldWeight,
    last_purged_snaps_scrub: formatUtime(x.lastPurgedSnapsScrub),
    dead_epoch: x.deadEpoch,
  };
  return inOrder(order, value, ["down_stamp", "last_purged_snaps_scrub"]);
}

/** Of pg_upmap and pg_temp. */
export function dumpPgOsds(table: PgTable<readonly number[]>, order: DumpOrder) {
  return [...pgTableEntries(table)].map(([pg, osds]) =>
    inOrder(order, { pgid: formatPgId(pg), osds }, ["pgid"])
  );
}

/** Of pg_upmap_items. */
export function dumpUpmapItems(table: PgTable<readonly UpmapItem[]>, order: DumpOrder) {
  return [...pgTableEntries(table)].map(([pg, items]) =>
    inOrder(order, { pgid: formatPgId(pg), mappings: items.map(({ from, to }) => ({ from, to })) }, ["pgid"])
  );
}

/** A flat list of names and OSDs in turn; in the order of get() all OSDs stand before all names. */
export function dumpPgOsd(table: PgTable<number>, order: DumpOrder): (string | number)[] {
  const pairs = [...pgTableEntries(table)].map(([pg, osd]) => [formatPgId(pg), osd] as const);
  if (order === "json") return pairs.flat();
  return [...pairs.map(([, osd]) => osd), ...pairs.map(([pgid]) => pgid)];
}

function dumpBlocklist(entries: readonly BlocklistEntry[], name: (e: BlocklistEntry) => string) {
  return Object.fromEntries(entries.map((entry) => [name(entry), formatUtime(entry.expires)]));
}

/** `cidr:10.9.0.0:0/16` */
const rangeName = ({ addr }: BlocklistEntry): string => `cidr:${formatAddr(addr)}`;

/** Snapshot ids are bigints. */
export function dumpPoolSnaps(pools: ReadonlyMap<number, IntervalSet>) {
  return [...pools].map(([pool, snaps]) => ({
    pool,
    snaps: [...snaps].map(([begin, length]) => ({ begin, length })),
  }));
}

/** Profiles by name. */
export function dumpProfiles(
  profiles: OsdMap["erasureCodeProfiles"],
): Record<string, Record<string, string>> {
  return Object.fromEntries([...profiles].map(([name, profile]) => [name, Object.fromEntries(profile)]));
}

function dumpFlagsOf(flags: ReadonlyMap<number, number>, names: ReadonlyMap<number, string>) {
  return Object.fromEntries(
    [...flags].map(([id, bits]) => [names.get(id) ?? String(id), stateNames(bits)]),
  );
}

/** In the order of the full map. */
export function dumpStretchMode(s: StretchMode) {
  return {
    stretch_mode_enabled: s.enabled,
    stretch_bucket_count: s.bucketCount,
    degraded_stretch_mode: s.degraded,
    recovering_stretch_mode: s.recovering,
    stretch_mode_bucket: s.bucket,
  };
}

function dumpHead(m: OsdMap) {
  return {
    epoch: m.epoch,
    fsid: m.fsid,
    created: formatUtime(m.created),
    modified: formatUtime(m.modified),
    last_up_change: formatUtime(m.lastUpChange),
    last_in_change: formatUtime(m.lastInChange),
    flags: flagText(m.flags),
    flags_num: m.flags,
    flags_set: flagSet(m.flags),
    crush_version: m.crushVersion,
    full_ratio: m.fullRatio,
    backfillfull_ratio: m.backfillfullRatio,
    nearfull_ratio: m.nearfullRatio,
    cluster_snapshot: m.clusterSnapshot,
    pool_max: m.poolMax,
    max_osd: m.maxOsd,
    require_min_compat_client: releaseName(m.requireMinCompatClient),
    min_compat_client: releaseName(minCompatClient(m)),
    require_osd_release: releaseName(m.requireOsdRelease),
  };
}

function dumpPools(m: OsdMap, order: DumpOrder) {
  return [...m.pools].map(([id, pool]) =>
    dumpPgPool(pool, order, { pool: id, pool_name: m.poolNames.get(id) ?? "<unknown>" })
  );
}

function dumpTail(m: OsdMap, order: DumpOrder) {
  return {
    pg_upmap: dumpPgOsds(m.pgUpmap, order),
    pg_upmap_items: dumpUpmapItems(m.pgUpmapItems, order),
    pg_temp: dumpPgOsds(m.pgTemp, order),
    primary_temp: dumpPgOsd(m.primaryTemp, order),
    blocklist: dumpBlocklist(m.blocklist, ({ addr }) => formatAddr(addr)),
    range_blocklist: dumpBlocklist(m.rangeBlocklist, rangeName),
    erasure_code_profiles: dumpProfiles(m.erasureCodeProfiles),
    removed_snaps_queue: dumpPoolSnaps(m.removedSnapsQueue),
    new_removed_snaps: dumpPoolSnaps(m.newRemovedSnaps),
    new_purged_snaps: dumpPoolSnaps(m.newPurgedSnaps),
    crush_node_flags: dumpFlagsOf(m.crushNodeFlags, m.crush.itemNames),
    device_class_flags: dumpFlagsOf(m.deviceClassFlags, m.crush.classNames),
    stretch_mode: dumpStretchMode(m.stretchMode),
  };
}

/** Masks and snapshot ids are bigints. The order of the blocklist, a hash map upstream, is that of the wire here. */
export function dumpOsdMap(m: OsdMap, order: DumpOrder) {
  const osds = osdsOf(m);
  const value = {
    ...dumpHead(m),
    pools: dumpPools(m, order),
    osds: osds.map((osd) => dumpOsd(m, osd, order)),
    osd_xinfo: osds.map((osd) => dumpXInfo(osd, m.osdXInfo.at(osd) ?? BLANK_XINFO, order)),
    ...dumpTail(m, order),
  };
  return inOrder(order, value, ["fsid", "created", "modified", "last_up_change", "last_in_change"]);
}

/** What `dumpOsdMap` answers. */
export type OsdMapDump = ReturnType<typeof dumpOsdMap>;
