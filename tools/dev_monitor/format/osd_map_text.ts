/** The OSDMap as `ceph osd dump` prints it. Upstream: OSDMap::print in osd/OSDMap.cc */

import { shortFloat } from "../../../mgr/state/quantity.ts";
import { type EntityAddrVec, formatAddrVec } from "../../../mgr/types/entity_addr.ts";
import { BLANK_INFO, type OsdInfo } from "../../../mgr/types/osd_info.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import { dumpOsdMap, dumpPgOsd, dumpPgOsds, dumpUpmapItems, share } from "../../../mgr/types/osd_map_dump.ts";
import { stateNames } from "../../../mgr/types/osd_map_names.ts";
import { existingOsds } from "../state/osd_lookup.ts";
import { poolLines } from "./pool_text.ts";

/** Upstream: CEPH_OSD_DEFAULT_PRIMARY_AFFINITY */
const FULL_AFFINITY = 0x10000;
const NO_UUID = "00000000-0000-0000-0000-000000000000";

/** `last_clean_interval [5,21)` among others. Upstream: operator<< of osd_info_t */
function infoText(info: OsdInfo): string {
  const lost = info.lostAt === 0 ? "" : ` lost_at ${info.lostAt}`;
  return `up_from ${info.upFrom} up_thru ${info.upThru} down_at ${info.downAt}` +
    ` last_clean_interval [${info.lastCleanBegin},${info.lastCleanEnd})${lost}`;
}

const addrsText = (addrs: EntityAddrVec): string => (addrs.length === 0 ? "" : formatAddrVec(addrs));

/** One OSD, with its line break. */
export function osdLine(map: OsdMap, osd: number): string {
  const affinity = map.affinityOf(osd);
  const uuid = map.osdUuid.at(osd) ?? NO_UUID;
  return `osd.${osd} ${map.isUp(osd) ? "up  " : "down"} ${map.isIn(osd) ? "in " : "out"}` +
    ` weight ${shortFloat(share(map.osdWeight[osd]!))}` +
    (affinity === FULL_AFFINITY ? "" : ` primary_affinity ${shortFloat(share(affinity))}`) +
    ` ${infoText(map.osdInfo.at(osd) ?? BLANK_INFO)}` +
    ` ${addrsText(map.clientAddrs.at(osd) ?? [])} ${addrsText(map.clusterAddrs.at(osd) ?? [])}` +
    ` ${stateNames(map.osdState[osd]!).join(",")}${uuid === NO_UUID ? "" : ` ${uuid}`}\n`;
}

/** All pools. */
export function poolsText(map: OsdMap): string {
  return [...map.pools].map(([id, pool]) => poolLines(id, map.poolNames.get(id) ?? "<unknown>", pool)).join(
    "",
  );
}

function headText(map: OsdMap): string {
  const dump = dumpOsdMap(map, "json");
  const lines: readonly (readonly [string, string | number])[] = [
    ["epoch", dump.epoch],
    ["fsid", dump.fsid],
    ["created", dump.created],
    ["modified", dump.modified],
    ["flags", dump.flags],
    ["crush_version", dump.crush_version],
    ["full_ratio", shortFloat(dump.full_ratio)],
    ["backfillfull_ratio", shortFloat(dump.backfillfull_ratio)],
    ["nearfull_ratio", shortFloat(dump.nearfull_ratio)],
    ["require_min_compat_client", dump.require_min_compat_client],
    ["min_compat_client", dump.min_compat_client],
    ["require_osd_release", dump.require_osd_release],
    ["stretch_mode_enabled", String(dump.stretch_mode.stretch_mode_enabled)],
  ];
  return lines.map(([name, value]) => `${name} ${value}\n`).join("");
}

/** What maps single PGs elsewhere. */
function pgText(map: OsdMap): string {
  const pairs = dumpPgOsd(map.primaryTemp, "json");
  const primaries = pairs.flatMap((pg, i) => (i % 2 === 0 ? [`primary_temp ${pg} ${pairs[i + 1]}\n`] : []));
  return [
    ...dumpPgOsds(map.pgUpmap, "json").map(({ pgid, osds }) => `pg_upmap ${pgid} [${osds.join(",")}]\n`),
    ...dumpUpmapItems(map.pgUpmapItems, "json").map(({ pgid, mappings }) =>
      `pg_upmap_items ${pgid} [${mappings.map(({ from, to }) => `${from},${to}`).join(",")}]\n`
    ),
    ...dumpPgOsds(map.pgTemp, "json").map(({ pgid, osds }) => `pg_temp ${pgid} [${osds.join(",")}]\n`),
    ...primaries,
  ].join("");
}

/** The whole map. */
export function osdMapText(map: OsdMap): string {
  const { blocklist } = dumpOsdMap(map, "json");
  return headText(map) + poolsText(map) + `max_osd ${map.maxOsd}\n` +
    existingOsds(map).map((osd) => osdLine(map, osd)).join("") + pgText(map) +
    Object.entries(blocklist).map(([addr, until]) => `blocklist ${addr} expires ${until}\n`).join("");
}
