/** Who is the active manager and who stands by: MgrMap, MgrMap::StandbyInfo. */

import type { Codec, Decoder } from "../encoding/mod.ts";
import { dumpAddrVec, EntityAddrVec, formatAddr, legacyAddr } from "./entity_addr.ts";
import { dumpModuleInfo, ModuleInfo } from "./module_info.ts";
import { releaseName } from "./release_name.ts";
import { formatUtime, UTime, ZERO_TIME } from "./utime.ts";

/** A manager that waits. Upstream: MgrMap::StandbyInfo in mon/MgrMap.h */
export interface StandbyInfo {
  readonly gid: bigint;
  readonly name: string;
  /** Names of its modules, for readers before version 3. */
  readonly oldAvailableModules: readonly string[];
  readonly availableModules: readonly ModuleInfo[];
  readonly mgrFeatures: bigint;
}

/** v4/1. */
export const StandbyInfo: Codec<StandbyInfo> = {
  decode: (d) =>
    d.versioned("StandbyInfo", 4, (d, v) => ({
      gid: d.u64(),
      name: d.string(),
      oldAvailableModules: v >= 2 ? d.strings() : [],
      availableModules: v >= 3 ? d.list(ModuleInfo.decode) : [],
      mgrFeatures: v >= 4 ? d.u64() : 0n,
    })),
  encode: (e, s) =>
    void e.versioned(4, 1, (e) => {
      e.u64(s.gid).string(s.name).strings(s.oldAvailableModules);
      e.list(s.availableModules, ModuleInfo.encode).u64(s.mgrFeatures);
    }),
};

/** Upstream: MgrMap in mon/MgrMap.h */
export interface MgrMap {
  readonly epoch: number;
  /** Server address of the active manager; none while it is not available. */
  readonly activeAddrs: EntityAddrVec;
  /** global_id of the active manager; 0 = nobody. */
  readonly activeGid: bigint;
  readonly available: boolean;
  /** `x` of mgr.x. */
  readonly activeName: string;
  readonly standbys: ReadonlyMap<bigint, StandbyInfo>;
  /** Enabled modules, without the always-on ones. */
  readonly modules: readonly string[];
  /** URI by module. */
  readonly services: ReadonlyMap<string, string>;
  /** Those of the active manager. */
  readonly availableModules: readonly ModuleInfo[];
  readonly activeChange: UTime;
  /** By release number. */
  readonly alwaysOnModules: ReadonlyMap<number, readonly string[]>;
  readonly activeMgrFeatures: bigint;
  /** OSDMap epoch in which the former active manager was blocklisted. */
  readonly lastFailureOsdEpoch: number;
  /** Addresses of the active manager's RADOS clients. */
  readonly clients: readonly EntityAddrVec[];
  /** Name of clients[i]. */
  readonly clientsNames: readonly string[];
  /** Bit 0: nobody is to be active. */
  readonly flags: bigint;
  /** Always-on modules that must not run. */
  readonly forceDisabledModules: readonly string[];
}

/** Nobody is active, nobody stands by. */
export const BLANK_MGR_MAP: MgrMap = {
  epoch: 0,
  activeAddrs: [],
  activeGid: 0n,
  available: false,
  activeName: "",
  standbys: new Map(),
  modules: [],
  services: new Map(),
  availableModules: [],
  activeChange: ZERO_TIME,
  alwaysOnModules: new Map(),
  activeMgrFeatures: 0n,
  lastFailureOsdEpoch: 0,
  clients: [],
  clientsNames: [],
  flags: 0n,
  forceDisabledModules: [],
};

/** v12/6, as 16.2.15 writes it; reads up to v14. */
export const MgrMap: Codec<MgrMap> = {
  decode: (d) =>
    d.versioned("MgrMap", 14, (d, v) => {
      if (v < 6) d.fail(`version ${v} is that of a monitor before Nautilus`);
      return decodeBody(d, v);
    }),
  encode: (e, m) =>
    void e.versioned(12, 6, (e) => {
      e.u32(m.epoch);
      EntityAddrVec.encode(e, m.activeAddrs);
      e.u64(m.activeGid).bool(m.available).string(m.activeName);
      e.map(m.standbys, (e, k) => e.u64(k), StandbyInfo.encode);
      e.strings(m.modules).stringMap(m.services).list(m.availableModules, ModuleInfo.encode);
      UTime.encode(e, m.activeChange);
      e.map(m.alwaysOnModules, (e, k) => e.u32(k), (e, v) => e.strings(v));
      e.u64(m.activeMgrFeatures).u32(m.lastFailureOsdEpoch);
      e.list(m.clients, EntityAddrVec.encode).strings(m.clientsNames);
    }),
};

function decodeBody(d: Decoder, v: number): MgrMap {
  return {
    epoch: d.u32(),
    activeAddrs: EntityAddrVec.decode(d),
    activeGid: d.u64(),
    available: d.bool(),
    activeName: d.string(),
    standbys: d.map((d) => d.u64(), StandbyInfo.decode),
    modules: d.strings(),
    services: d.stringMap(),
    availableModules: d.list(ModuleInfo.decode),
    activeChange: v >= 7 ? UTime.decode(d) : ZERO_TIME,
    alwaysOnModules: v >= 8 ? d.map((d) => d.u32(), (d) => d.strings()) : new Map(),
    activeMgrFeatures: v >= 9 ? d.u64() : 0n,
    lastFailureOsdEpoch: v >= 10 ? d.u32() : 0,
    clients: v >= 11 ? d.list(EntityAddrVec.decode) : [],
    clientsNames: v >= 12 ? d.strings() : [],
    flags: v >= 13 ? d.u64() : 0n,
    forceDisabledModules: v >= 14 ? d.strings() : [],
  };
}

/**
 * The always-on modules for a manager of `release`. Upstream: MgrMap::get_always_on_modules; a release that the
 * monitors do not know yet takes the newest older entry, one that they have forgotten takes none.
 */
export function alwaysOnModules(m: MgrMap, release: number): readonly string[] {
  const own = m.alwaysOnModules.get(release);
  if (own !== undefined) return own;
  const newest = Math.max(0, ...m.alwaysOnModules.keys());
  return newest < release ? m.alwaysOnModules.get(newest) ?? [] : [];
}

/** The modules that are to run on a manager of `release`: those enabled, and those always on that nobody forbids. */
export function wantedModules(m: MgrMap, release: number): Set<string> {
  const always = alwaysOnModules(m, release).filter((name) => !m.forceDisabledModules.includes(name));
  return new Set([...m.modules, ...always]);
}

function dumpStandby(s: StandbyInfo) {
  return {
    gid: s.gid,
    name: s.name,
    mgr_features: s.mgrFeatures,
    available_modules: s.availableModules.map(dumpModuleInfo),
  };
}

/** What `ceph mgr dump -f json` and get("mgr_map") answer; gids and features are bigints. */
export function dumpMgrMap(m: MgrMap) {
  return {
    epoch: m.epoch,
    active_gid: m.activeGid,
    active_name: m.activeName,
    active_addrs: dumpAddrVec(m.activeAddrs),
    active_addr: formatAddr(legacyAddr(m.activeAddrs)),
    active_change: formatUtime(m.activeChange),
    active_mgr_features: m.activeMgrFeatures,
    available: m.available,
    standbys: [...m.standbys.values()].map(dumpStandby),
    modules: m.modules,
    available_modules: m.availableModules.map(dumpModuleInfo),
    services: Object.fromEntries(m.services),
    always_on_modules: Object.fromEntries(
      [...m.alwaysOnModules].map(([release, names]) => [releaseName(release), names]),
    ),
    last_failure_osd_epoch: m.lastFailureOsdEpoch,
    active_clients: m.clients.map((addrs, i) => ({ name: m.clientsNames[i] ?? "", ...dumpAddrVec(addrs) })),
  };
}
