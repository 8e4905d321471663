/** Who is the active manager: beacons, silence and failures make the next MgrMap. Pure. Upstream: mon/MgrMonitor.cc */

import type { MMgrBeacon } from "../../../mgr/messages/mgr_beacon.ts";
import { AddrType, type EntityAddrVec, sameAddr } from "../../../mgr/types/entity_addr.ts";
import { BLANK_MGR_MAP, type MgrMap, type StandbyInfo } from "../../../mgr/types/mgr_map.ts";
import type { ModuleInfo } from "../../../mgr/types/module_info.ts";
import { utimeOfMs } from "../../../mgr/types/utime.ts";
import { Settings } from "../config/settings.ts";
import type { Change, Committed } from "./committed.ts";
import type { MgrChange } from "./mgr_part.ts";
import type { Metadata } from "./part.ts";

/** Monotonic milliseconds of the last beacon by gid. */
export type BeaconTimes = Map<bigint, number>;

const MS = 1000;
/** What a manager is sent that believes to be active and is not. */
export const NULL_MGR_MAP: MgrMap = { ...BLANK_MGR_MAP, epoch: 0xffffffff };

/** A MgrMap in the making, with what has to change beside it. */
export class MgrDraft {
  map: MgrMap;
  readonly #before: MgrMap;
  readonly #nowMs: number;
  readonly #osdEpoch: number;
  readonly #blocklistMs: number;
  readonly metadata = new Map<string, Metadata | undefined>();
  readonly #blocklist: EntityAddrVec[] = [];
  #dropped = false;
  /** Lines for the cluster log. */
  readonly lines: string[] = [];
  commands: MgrChange["commands"];

  constructor(state: Committed, nowMs: number) {
    this.#before = state.mgr.map;
    this.map = state.mgr.map;
    this.#nowMs = nowMs;
    this.#osdEpoch = state.osd.map.epoch;
    this.#blocklistMs = new Settings(state).number("mon_mgr_blocklist_interval") * MS;
  }

  set(change: Partial<MgrMap>): void {
    this.map = { ...this.map, ...change };
  }

  /** Fences the active manager off, with the RADOS clients that it told of. */
  dropActive(): void {
    const { activeAddrs, clients, activeName } = this.map;
    this.#dropped = true;
    this.#blocklist.push(activeAddrs, ...clients);
    this.metadata.set(activeName, undefined);
    this.set({
      activeName: "",
      activeGid: 0n,
      activeChange: utimeOfMs(this.#nowMs),
      activeMgrFeatures: 0n,
      available: false,
      activeAddrs: [],
      services: new Map(),
      clients: [],
      clientsNames: [],
      lastFailureOsdEpoch: this.#osdEpoch + 1,
    });
  }

  dropStandby(gid: bigint, withMetadata = true): void {
    const name = this.map.standbys.get(gid)?.name;
    const standbys = new Map(this.map.standbys);
    standbys.delete(gid);
    if (withMetadata && name !== undefined) this.metadata.set(name, undefined);
    this.set({ standbys });
  }

  /** The standby that logged in first takes over; false when there is none. */
  promoteStandby(): boolean {
    const lowest = [...this.map.standbys.values()].sort((a, b) => (a.gid < b.gid ? -1 : 1))[0];
    if (lowest === undefined) return false;
    this.dropStandby(lowest.gid, false);
    this.activate(lowest.gid, lowest.name, lowest.availableModules, lowest.mgrFeatures);
    return true;
  }

  activate(gid: bigint, name: string, modules: readonly ModuleInfo[], features: bigint): void {
    this.set({
      activeGid: gid,
      activeName: name,
      activeChange: utimeOfMs(this.#nowMs),
      activeMgrFeatures: features,
      availableModules: modules,
      activeAddrs: [],
      available: false,
    });
  }

  /** Undefined when nothing is different. */
  get change(): Change | undefined {
    if (this.map === this.#before) return undefined;
    const map = { ...this.map, epoch: this.#before.epoch + 1 };
    const mgr: MgrChange = {
      map,
      metadata: this.metadata,
      ...(this.commands === undefined ? {} : { commands: this.commands }),
    };
    if (!this.#dropped) return { mgr };
    const expires = utimeOfMs(this.#nowMs + this.#blocklistMs);
    const newBlocklist = this.#blocklist.flat().map((addr) => ({
      addr: { ...addr, type: AddrType.any },
      expires,
    }));
    return { mgr, osd: { fields: { newBlocklist }, modified: utimeOfMs(this.#nowMs) } };
  }
}

/** What a beacon leads to. `nullMap`: its sender is told that it is not active. */
export interface BeaconOutcome {
  readonly draft: MgrDraft;
  readonly nullMap: boolean;
}

/** Takes a beacon of the right cluster. Upstream: MgrMonitor::prepare_beacon */
export function takeBeacon(state: Committed, beacon: MMgrBeacon, nowMs: number): BeaconOutcome {
  const draft = new MgrDraft(state, nowMs);
  const { gid, name } = beacon;
  if (name === draft.map.activeName && gid !== draft.map.activeGid) {
    draft.lines.push(`Active manager daemon ${name} restarted`);
    draft.dropActive();
  }
  const former = [...draft.map.standbys.values()].find((s) => s.name === name && s.gid !== gid);
  if (former !== undefined) {
    draft.lines.push(`Standby manager daemon ${name} restarted`);
    draft.dropStandby(former.gid);
  }
  if (draft.map.activeGid === gid) beaconOfActive(draft, beacon);
  else if (beacon.available) return { draft, nullMap: true };
  else if (draft.map.activeGid === 0n) beaconOfFirst(draft, beacon);
  else beaconOfStandby(draft, beacon);
  return { draft, nullMap: false };
}

function beaconOfActive(draft: MgrDraft, beacon: MMgrBeacon): void {
  const { map } = draft;
  if (!sameMap(map.services, beacon.services)) draft.set({ services: beacon.services });
  if (!sameAddrs(map.activeAddrs, beacon.serverAddrs)) draft.set({ activeAddrs: beacon.serverAddrs });
  if (map.available !== beacon.available) {
    if (beacon.available) draft.lines.push(`Manager daemon ${map.activeName} is now available`);
    if (beacon.commandDescs.length > 0) draft.commands = beacon.commandDescs;
    draft.set({ available: beacon.available });
  }
  if (!sameModules(map.availableModules, beacon.modules)) draft.set({ availableModules: beacon.modules });
  const { clientsAddrs: clients, clientsNames } = beacon;
  const same = map.clients.length === clients.length &&
    map.clients.every((c, i) => sameAddrs(c, clients[i]!));
  if (!same) draft.set({ clients, clientsNames });
}

function beaconOfFirst(draft: MgrDraft, beacon: MMgrBeacon): void {
  if (draft.map.standbys.has(beacon.gid)) draft.dropStandby(beacon.gid, false);
  draft.activate(beacon.gid, beacon.name, beacon.modules, beacon.mgrFeatures);
  draft.metadata.set(beacon.name, beacon.metadata);
  draft.lines.push(`Activating manager daemon ${beacon.name}`);
}

function beaconOfStandby(draft: MgrDraft, beacon: MMgrBeacon): void {
  const { gid, name, modules, mgrFeatures } = beacon;
  const known = draft.map.standbys.get(gid);
  if (known && sameModules(known.availableModules, modules)) return;
  if (!known) {
    draft.lines.push(`Standby manager daemon ${name} started`);
    draft.metadata.set(name, beacon.metadata);
  }
  const standby: StandbyInfo = {
    gid,
    name,
    oldAvailableModules: modules.map((module) => module.name),
    availableModules: modules,
    mgrFeatures: known?.mgrFeatures ?? mgrFeatures,
  };
  draft.set({ standbys: sortedByGid(new Map(draft.map.standbys).set(gid, standby)) });
}

const sortedByGid = (map: ReadonlyMap<bigint, StandbyInfo>): ReadonlyMap<bigint, StandbyInfo> =>
  new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Drops who was silent for too long. Upstream: MgrMonitor::tick */
export function tickManagers(state: Committed, beacons: BeaconTimes, now: number, nowMs: number): MgrDraft {
  const draft = new MgrDraft(state, nowMs);
  const graceMs = new Settings(state).number("mon_mgr_beacon_grace") * MS;
  const silent = (gid: bigint): boolean => now - (beacons.get(gid) ?? now) > graceMs;
  for (const gid of draft.map.standbys.keys()) if (silent(gid)) draft.dropStandby(gid);
  const { activeGid, activeName } = draft.map;
  if (activeGid !== 0n && silent(activeGid)) {
    draft.dropActive();
    const next = draft.promoteStandby()
      ? `, replacing it with standby daemon ${draft.map.activeName}`
      : ".  No standby daemons available.";
    draft.lines.push(`Manager daemon ${activeName} is unresponsive${next}`);
  } else if (activeGid === 0n && draft.promoteStandby()) {
    draft.lines.push(`Activating manager daemon ${draft.map.activeName}`);
  }
  return draft;
}

function sameMap(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

function sameAddrs(a: EntityAddrVec, b: EntityAddrVec): boolean {
  return a.length === b.length && a.every((addr, i) => sameAddr(addr, b[i]!));
}

/** As upstream compares them: by name and whether they can run; options alone are not looked at. */
function sameModules(a: readonly ModuleInfo[], b: readonly ModuleInfo[]): boolean {
  return a.length === b.length && a.every((m, i) => m.name === b[i]!.name && m.canRun === b[i]!.canRun);
}
