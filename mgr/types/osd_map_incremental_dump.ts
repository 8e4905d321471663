/** An increment as OSDMapIncremental.dump() shows it. Upstream: OSDMap::Incremental::dump in osd/OSDMap.cc */

import { decodeAll } from "../encoding/mod.ts";
import { dumpCrushMap } from "./crush_dump.ts";
import { CrushMap } from "./crush_map.ts";
import { type DumpOrder, inOrder } from "./dump_order.ts";
import { type EntityAddrVec, formatAddr } from "./entity_addr.ts";
import { dumpOsdAddrs, legacyAddrText } from "./osd_addr_dump.ts";
import { OsdMap } from "./osd_map.ts";
import {
  dumpOsdMap,
  dumpPgOsd,
  dumpPgOsds,
  dumpPoolSnaps,
  dumpProfiles,
  dumpUpmapItems,
  dumpXInfo,
} from "./osd_map_dump.ts";
import type { OsdMapIncremental } from "./osd_map_incremental.ts";
import type { BlocklistEntry } from "./osd_map_layouts.ts";
import { stateNames } from "./osd_map_names.ts";
import { formatPgId } from "./pg_id.ts";
import { dumpPgPool } from "./pg_pool_dump.ts";
import { formatUtime } from "./utime.ts";

function dumpHead(i: OsdMapIncremental, order: DumpOrder) {
  return {
    epoch: i.epoch,
    fsid: i.fsid,
    modified: formatUtime(i.modified),
    new_last_up_change: formatUtime(i.newLastUpChange),
    new_last_in_change: formatUtime(i.newLastInChange),
    new_pool_max: i.newPoolMax,
    new_flags: i.newFlags,
    new_full_ratio: i.newFullRatio,
    new_nearfull_ratio: i.newNearfullRatio,
    new_backfillfull_ratio: i.newBackfillfullRatio,
    new_require_min_compat_client: i.newRequireMinCompatClient,
    new_require_osd_release: i.newRequireOsdRelease,
    ...(i.fullmap.length > 0 ? { full_map: dumpOsdMap(OsdMap.decode(i.fullmap), order) } : {}),
    ...(i.crush.length > 0 ? { crush: dumpCrushMap(decodeAll(i.crush, CrushMap.decode)) } : {}),
    new_max_osd: i.newMaxOsd,
  };
}

/** Rows of a map by OSD. */
const rows = <V, R>(map: ReadonlyMap<number, V>, row: (osd: number, value: V) => R): R[] =>
  [...map].map(([osd, value]) => row(osd, value));

function dumpPools(i: OsdMapIncremental, order: DumpOrder) {
  return {
    new_pools: rows(i.newPools, (pool, { value }) => dumpPgPool(value, order, { pool })),
    new_pool_names: rows(i.newPoolNames, (pool, name) => ({ pool, name })),
    old_pools: i.oldPools,
  };
}

/** Addresses that are not told are left out. */
function dumpUp(i: OsdMapIncremental, osd: number, addrs: EntityAddrVec, order: DumpOrder) {
  const cluster = i.newUpCluster.get(osd);
  const back = i.newHbBackUp.get(osd);
  const front = i.newHbFrontUp.get(osd);
  const value = {
    osd,
    public_addr: legacyAddrText(addrs),
    public_addrs: dumpOsdAddrs(addrs, order),
    ...(cluster && { cluster_addr: legacyAddrText(cluster), cluster_addrs: dumpOsdAddrs(cluster, order) }),
    ...(back && { heartbeat_back_addrs: dumpOsdAddrs(back, order) }),
    ...(front && { heartbeat_front_addrs: dumpOsdAddrs(front, order) }),
  };
  return inOrder(order, value, ["public_addr", "cluster_addr"]);
}

function dumpOsds(i: OsdMapIncremental, order: DumpOrder) {
  return {
    new_up_osds: rows(i.newUpClient, (osd, addrs) => dumpUp(i, osd, addrs, order)),
    new_weight: rows(i.newWeight, (osd, weight) => ({ osd, weight })),
    osd_state_xor: rows(i.newState, (osd, bits) => ({ osd, state_xor: stateNames(bits) })),
  };
}

function dumpPgs(i: OsdMapIncremental, order: DumpOrder) {
  return {
    new_pg_temp: dumpPgOsds(i.newPgTemp, order),
    primary_temp: dumpPgOsd(i.newPrimaryTemp, order),
    new_pg_upmap: dumpPgOsds(i.newPgUpmap, order),
    old_pg_upmap: i.oldPgUpmap.map(formatPgId),
    new_pg_upmap_items: dumpUpmapItems(i.newPgUpmapItems, order),
    old_pg_upmap_items: i.oldPgUpmapItems.map(formatPgId),
  };
}

/** Times without the addresses, which the formatter drops. */
const times = (entries: readonly BlocklistEntry[]): string[] =>
  entries.map(({ expires }) => formatUtime(expires));

function dumpHistory(i: OsdMapIncremental, order: DumpOrder) {
  return {
    new_up_thru: rows(i.newUpThru, (osd, up_thru) => ({ osd, up_thru })),
    new_lost: rows(i.newLost, (osd, epoch_lost) => ({ osd, epoch_lost })),
    new_last_clean_interval: rows(i.newLastCleanInterval, (osd, { begin, end }) => ({
      osd,
      first: begin,
      last: end,
    })),
    new_blocklist: times(i.newBlocklist),
    old_blocklist: i.oldBlocklist.map(formatAddr),
    new_range_blocklist: times(i.newRangeBlocklist),
    old_range_blocklist: i.oldRangeBlocklist.map(formatAddr),
    new_xinfo: rows(i.newXInfo, (osd, xinfo) => dumpXInfo(osd, xinfo, order)),
    ...(i.clusterSnapshot === "" ? {} : { cluster_snapshot: i.clusterSnapshot }),
    new_uuid: rows(i.newUuid, (osd, uuid) => ({ osd, uuid })),
  };
}

/** One name of many: the formatter overwrites the key. */
function dumpFlags(id: number, bits: number): { id: number; flag?: string } {
  const flag = stateNames(bits).at(-1);
  return flag === undefined ? { id } : { id, flag };
}

function dumpStretch({ stretchMode: s }: OsdMapIncremental) {
  return {
    change_stretch_mode: s !== undefined,
    stretch_mode_enabled: s?.enabled ?? false,
    new_stretch_bucket_count: s?.bucketCount ?? 0,
    new_degraded_stretch_mode: s?.degraded ?? 0,
    new_recovering_stretch_mode: s?.recovering ?? 0,
    new_stretch_mode_bucket: s?.bucket ?? 0,
  };
}

/** Upstream forgets to end the list of purged snapshots: what follows stands in it. */
function dumpTail(i: OsdMapIncremental) {
  return {
    erasure_code_profiles: dumpProfiles(i.newErasureCodeProfiles),
    old_erasure_code_profiles: i.oldErasureCodeProfiles,
    new_removed_snaps: dumpPoolSnaps(i.newRemovedSnaps),
    new_purged_snaps: [
      ...dumpPoolSnaps(i.newPurgedSnaps),
      rows(i.newCrushNodeFlags, dumpFlags),
      rows(i.newDeviceClassFlags, dumpFlags),
      dumpStretch(i),
    ],
  };
}

/** Masks and snapshot ids are bigints. */
export function dumpIncremental(i: OsdMapIncremental, order: DumpOrder) {
  const value = {
    ...dumpHead(i, order),
    ...dumpPools(i, order),
    ...dumpOsds(i, order),
    ...dumpPgs(i, order),
    ...dumpHistory(i, order),
    ...dumpTail(i),
  };
  return inOrder(order, value, ["fsid", "modified", "new_last_up_change", "new_last_in_change"]);
}
