/** The smaller maps of a cluster: monitors, managers, file systems (none), services (none). */

import { AddrType, type EntityAddrVec } from "../../../mgr/types/entity_addr.ts";
import type { FeatureSet } from "../../../mgr/types/compat_set.ts";
import type { FsMap } from "../../../mgr/types/fs_map.ts";
import { BLANK_MGR_MAP, type MgrMap } from "../../../mgr/types/mgr_map.ts";
import { dumpMonMap, monFeatureNames, type MonMap } from "../../../mgr/types/mon_map.ts";
import type { ModuleInfo } from "../../../mgr/types/module_info.ts";
import type { ServiceMap } from "../../../mgr/types/service_map.ts";
import { utimeOfMs, ZERO_TIME } from "../../../mgr/types/utime.ts";
import { FEATURES, FSID } from "./osd_map.ts";

const PACIFIC = 16;
/** kraken to elector-pinging */
const MON_FEATURES = 0xffn;
const CLASSIC = 1;
const MGR_PORT = 6800;
const FIRST_GID = 4100n;

function monAddrs(rank: number): EntityAddrVec {
  const ip = `10.255.0.${rank + 1}`;
  const at = (type: number, port: number) => ({ type, nonce: 0, ip, port });
  return [at(AddrType.msgr2, 3300), at(AddrType.legacy, 6789)];
}

/** The monitors, by rank. */
export function monMapOf(names: readonly string[], wallMs: number): MonMap {
  const blank = { priority: 0, weight: 0, crushLoc: new Map() };
  return {
    fsid: FSID,
    epoch: 1,
    lastChanged: utimeOfMs(wallMs),
    created: utimeOfMs(wallMs),
    persistentFeatures: MON_FEATURES,
    optionalFeatures: 0n,
    monInfo: new Map(names.map((name, rank) => [name, { name, publicAddrs: monAddrs(rank), ...blank }])),
    ranks: [...names],
    minMonRelease: PACIFIC,
    removedRanks: [],
    strategy: CLASSIC,
    disallowedLeaders: [],
    stretchModeEnabled: false,
    tiebreakerMon: "",
    stretchMarkedDownMons: [],
    authCiphers: { epoch: 0, service: 1, allowed: [1, 2], preferred: 1 },
  };
}

/** `get("mon_status").json`, as the leader tells it. Upstream: Monitor::get_mon_status */
export function monStatusJson(
  map: MonMap,
  quorum: readonly string[],
  elections: number,
  peers: Readonly<Record<string, number>>,
): string {
  const ranks = map.ranks.flatMap((name, rank) => (quorum.includes(name) ? [rank] : []));
  const names = monFeatureNames(map.persistentFeatures);
  const features = String(FEATURES);
  return JSON.stringify({
    name: quorum[0],
    rank: ranks[0],
    state: "leader",
    election_epoch: 2 * elections,
    quorum: ranks,
    quorum_age: 60,
    features: {
      required_con: "2449958747317026820",
      required_mon: names,
      quorum_con: features,
      quorum_mon: names,
    },
    outside_quorum: [],
    extra_probe_peers: [],
    sync_provider: [],
    monmap: dumpMonMap(map),
    feature_map: featureMap(peers),
    stretch_mode: false,
  });
}

/** Numbers of peers by kind. Upstream: FeatureMap::dump */
function featureMap(peers: Readonly<Record<string, number>>): object {
  const group = (num: number) => [{ features: `0x${FEATURES.toString(16)}`, release: "luminous", num }];
  return Object.fromEntries(
    Object.entries(peers).filter(([, num]) => num > 0).map(([kind, num]) => [kind, group(num)]),
  );
}

/** Managers: who is active, who stands by. */
export interface Managers {
  readonly active: string;
  readonly standbys: readonly string[];
  /** Modules that are enabled, and what is known of them. */
  readonly modules: readonly ModuleInfo[];
  readonly services: ReadonlyMap<string, string>;
  readonly activeSinceMs: number;
}

/** Where a manager listens. */
export function mgrAddrs(place: number): EntityAddrVec {
  const ip = `10.254.0.${place + 1}`;
  return [AddrType.msgr2, AddrType.legacy].map((type, i) => ({ type, nonce: 1, ip, port: MGR_PORT + i }));
}

/** The map of managers. A manager's gid and address follow from its name's place among all. */
export function mgrMapOf(epoch: number, managers: Managers): MgrMap {
  const all = [managers.active, ...managers.standbys].sort();
  const gidOf = (name: string): bigint => FIRST_GID + BigInt(all.indexOf(name));
  const standby = (name: string) => ({
    gid: gidOf(name),
    name,
    oldAvailableModules: managers.modules.map((module) => module.name),
    availableModules: managers.modules,
    mgrFeatures: FEATURES,
  });
  return {
    ...BLANK_MGR_MAP,
    epoch,
    activeAddrs: mgrAddrs(all.indexOf(managers.active)),
    activeGid: gidOf(managers.active),
    available: true,
    activeName: managers.active,
    standbys: new Map(managers.standbys.map((name) => [gidOf(name), standby(name)])),
    modules: managers.modules.map(({ name }) => name),
    services: managers.services,
    availableModules: managers.modules,
    activeChange: utimeOfMs(managers.activeSinceMs),
    activeMgrFeatures: FEATURES,
  };
}

const NOTHING: FeatureSet = { mask: 0n, names: new Map() };
const INCOMPATIBLE: Readonly<Record<number, string>> = {
  1: "base v0.20",
  2: "client writeable ranges",
  3: "default file layouts on dirs",
  4: "dir inode in separate object",
  5: "mds uses versioned encoding",
  6: "dirfrag is stored in omap",
  8: "no anchor table",
  9: "file layout v2",
  10: "snaprealm v2",
};

function featureSet(names: Readonly<Record<number, string>>): FeatureSet {
  const entries = Object.entries(names).map(([bit, name]) => [BigInt(bit), name] as const);
  return { mask: entries.reduce((mask, [bit]) => mask | 1n << bit, 0n), names: new Map(entries) };
}

/** No file system yet. Upstream: FSMap::FSMap, MDSMap::get_compat_set_default in mds/ */
export const NO_FILE_SYSTEMS: FsMap = {
  epoch: 1,
  nextFilesystemId: 1,
  legacyClientFscid: -1,
  defaultCompat: { compat: NOTHING, roCompat: NOTHING, incompat: featureSet(INCOMPATIBLE) },
  enableMultiple: true,
  filesystems: [],
  mdsRoles: new Map(),
  standbyDaemons: new Map(),
  standbyEpochs: new Map(),
  everEnabledMultiple: true,
  btime: ZERO_TIME,
};

/** No service has registered itself. */
export function noServices(wallMs: number): ServiceMap {
  return { epoch: 1, modified: utimeOfMs(wallMs), services: new Map() };
}
