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

/** One row of "osds". */
export function dumpOsd(map: OsdMap, osd: number, order: DumpOrder) {
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

function dumpPools(m: OsdMap, order: DumpOrder) {
  return [...m.pools].map(([id, pool]) =>
    dumpPgPool(pool, order, { pool: id, pool_name: m.poolNames.get(id) ?? "<unknown>" })
  );
}

/** Each field alone, in the order of "json". */
const FIELDS = {
  epoch: (m) => m.epoch,
  fsid: (m) => m.fsid,
  created: (m) => formatUtime(m.created),
  modified: (m) => formatUtime(m.modified),
  last_up_change: (m) => formatUtime(m.lastUpChange),
  last_in_change: (m) => formatUtime(m.lastInChange),
  flags: (m) => flagText(m.flags),
  flags_num: (m) => m.flags,
  flags_set: (m) => flagSet(m.flags),
  crush_version: (m) => m.crushVersion,
  full_ratio: (m) => m.fullRatio,
  backfillfull_ratio: (m) => m.backfillfullRatio,
  nearfull_ratio: (m) => m.nearfullRatio,
  cluster_snapshot: (m) => m.clusterSnapshot,
  pool_max: (m) => m.poolMax,
  max_osd: (m) => m.maxOsd,
  require_min_compat_client: (m) => releaseName(m.requireMinCompatClient),
  min_compat_client: (m) => releaseName(minCompatClient(m)),
  require_osd_release: (m) => releaseName(m.requireOsdRelease),
  pools: dumpPools,
  osds: (m, order) => osdsOf(m).map((osd) => dumpOsd(m, osd, order)),
  osd_xinfo: (m, order) => osdsOf(m).map((osd) => dumpXInfo(osd, m.osdXInfo.at(osd) ?? BLANK_XINFO, order)),
  pg_upmap: (m, order) => dumpPgOsds(m.pgUpmap, order),
  pg_upmap_items: (m, order) => dumpUpmapItems(m.pgUpmapItems, order),
  pg_temp: (m, order) => dumpPgOsds(m.pgTemp, order),
  primary_temp: (m, order) => dumpPgOsd(m.primaryTemp, order),
  blocklist: (m) => dumpBlocklist(m.blocklist, ({ addr }) => formatAddr(addr)),
  range_blocklist: (m) => dumpBlocklist(m.rangeBlocklist, rangeName),
  erasure_code_profiles: (m) => dumpProfiles(m.erasureCodeProfiles),
  removed_snaps_queue: (m) => dumpPoolSnaps(m.removedSnapsQueue),
  new_removed_snaps: (m) => dumpPoolSnaps(m.newRemovedSnaps),
  new_purged_snaps: (m) => dumpPoolSnaps(m.newPurgedSnaps),
  crush_node_flags: (m) => dumpFlagsOf(m.crushNodeFlags, m.crush.itemNames),
  device_class_flags: (m) => dumpFlagsOf(m.deviceClassFlags, m.crush.classNames),
  stretch_mode: (m) => dumpStretchMode(m.stretchMode),
} satisfies Readonly<Record<string, (m: OsdMap, order: DumpOrder) => unknown>>;

type Fields = typeof FIELDS;

/** What `dumpOsdMap` answers. Masks and snapshot ids are bigints. */
export type OsdMapDump = { [K in keyof Fields]: ReturnType<Fields[K]> };

const JSON_ORDER = Object.keys(FIELDS) as readonly (keyof OsdMapDump)[];
const STREAMED = ["fsid", "created", "modified", "last_up_change", "last_in_change"] as const;

/** Names of the fields, by order. */
export const OSD_MAP_FIELDS: Readonly<Record<DumpOrder, readonly (keyof OsdMapDump)[]>> = {
  json: JSON_ORDER,
  python: Object.keys(inOrder("python", FIELDS, STREAMED)) as (keyof OsdMapDump)[],
};

/** One field of `dumpOsdMap`. The order of the blocklist, a hash map upstream, is that of the wire here. */
export function dumpOsdMapField<K extends keyof OsdMapDump>(
  m: OsdMap,
  field: K,
  order: DumpOrder,
): OsdMapDump[K] {
  return (FIELDS[field] as (m: OsdMap, order: DumpOrder) => OsdMapDump[K])(m, order);
}

/** All of the map. */
export function dumpOsdMap(m: OsdMap, order: DumpOrder): OsdMapDump {
  return Object.fromEntries(
    OSD_MAP_FIELDS[order].map((field) => [field, dumpOsdMapField(m, field, order)]),
  ) as OsdMapDump;
}
