/** The ServiceMap that we are writing: who registered, who does what, who has gone silent. No clock. */

import { BLANK_ADDR, type EntityAddr } from "../types/entity_addr.ts";
import type { Service, ServiceDaemon, ServiceMap } from "../types/service_map.ts";
import { type UTime, ZERO_TIME } from "../types/utime.ts";
import type { DaemonIndex, DaemonKey } from "./daemon_state.ts";

const NOBODY: ServiceDaemon = {
  gid: 0n,
  addr: BLANK_ADDR,
  startEpoch: 0,
  startStamp: ZERO_TIME,
  metadata: new Map(),
  taskStatus: new Map(),
};

/** What a service daemon tells about itself when it registers. */
export interface Registration {
  readonly gid: bigint;
  readonly addr: EntityAddr;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Monotonic milliseconds, the same moment on the wall clock, and how long silence is forgiven. */
export interface PruneTimes {
  readonly now: number;
  readonly stamp: UTime;
  readonly graceMs: number;
}

const CEPH_TYPES: ReadonlySet<string> = new Set(["osd", "client", "mon", "mds", "mgr"]);

/** Ceph's own types come in through their task status only. Upstream: ServiceMap::is_normal_ceph_entity */
export function isCephType(type: string): boolean {
  return CEPH_TYPES.has(type);
}

/** Upstream: pending_service_map in mgr/DaemonServer.cc */
export class PendingServiceMap {
  #epoch = 0;
  #dirty = false;
  #known = false;
  #services = new Map<string, { summary: string; daemons: Map<string, ServiceDaemon> }>();

  /** Epoch that the next written map will have; 0 before the first map has come. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Something is to be written. */
  get dirty(): boolean {
    return this.#dirty;
  }

  /**
   * Takes a map of the monitors when it is the first one, or newer than what is pending: another manager wrote it.
   * Service daemons that registered before the first map came stay. True when it was taken.
   */
  received(map: ServiceMap): boolean {
    if (this.#known && map.epoch < this.#epoch) return false;
    const early = this.#known ? new Map() : this.#services;
    this.#known = true;
    this.#epoch = map.epoch + 1;
    this.#services = new Map(
      [...map.services].map(([name, { summary, daemons }]) => [name, { summary, daemons: new Map(daemons) }]),
    );
    for (const [type, { daemons }] of early) {
      for (const [name, daemon] of daemons) this.#put({ type, name }, { ...daemon, startEpoch: this.#epoch });
    }
    return true;
  }

  get(key: DaemonKey): ServiceDaemon | undefined {
    return this.#services.get(key.type)?.daemons.get(key.name);
  }

  /** A service daemon has opened a session. True when it is new or another process than before. */
  register(key: DaemonKey, who: Registration, stamp: UTime): boolean {
    const old = this.get(key);
    if (old !== undefined && old.gid === who.gid) return false;
    this.#put(key, { ...(old ?? NOBODY), ...who, startEpoch: this.#epoch, startStamp: stamp });
    this.#dirty = true;
    return true;
  }

  /** What a daemon is busy with; an entry is made for the first status that says something. */
  taskStatus(key: DaemonKey, status: ReadonlyMap<string, string>): void {
    const old = this.get(key) ?? NOBODY;
    if (sameMap(old.taskStatus, status)) return;
    this.#put(key, { ...old, taskStatus: status });
    this.#dirty = true;
  }

  /** A service daemon said goodbye, or was pruned. */
  remove(key: DaemonKey): boolean {
    const service = this.#services.get(key.type);
    if (service === undefined || !service.daemons.delete(key.name)) return false;
    if (service.daemons.size === 0) this.#services.delete(key.type);
    this.#dirty = true;
    return true;
  }

  /**
   * Drops service daemons that were silent for longer than the grace, also from the index, and entries of Ceph's
   * own daemons that the index does not know any more. Who has not been heard since we started gets a full grace.
   */
  prune(index: DaemonIndex, { now, stamp, graceMs }: PruneTimes): DaemonKey[] {
    const gone: DaemonKey[] = [];
    for (const [type, { daemons }] of this.#services) {
      for (const name of daemons.keys()) {
        const key = { type, name };
        const state = index.get(key);
        if (state === undefined) {
          if (isCephType(type)) gone.push(key);
          continue;
        }
        if (isCephType(type)) continue;
        if (state.lastServiceBeacon === undefined) {
          state.lastServiceBeacon = now;
          state.lastServiceBeaconStamp = stamp;
        } else if (now - state.lastServiceBeacon > graceMs) gone.push(key);
      }
    }
    for (const key of gone) {
      this.remove(key);
      if (!isCephType(key.type)) index.remove(key);
    }
    return gone;
  }

  /** The map to write, or undefined when nothing has changed; the next change belongs to the next epoch. */
  flush(stamp: UTime): ServiceMap | undefined {
    if (!this.#known || !this.#dirty) return undefined;
    const map = this.current(stamp);
    this.#epoch++;
    this.#dirty = false;
    return map;
  }

  /** What is pending now, as a map of its own. */
  current(modified: UTime): ServiceMap {
    const services = [...this.#services].sort(byKey).map((
      [name, { summary, daemons }],
    ): [string, Service] => [
      name,
      { summary, daemons: new Map([...daemons].sort(byKey)) },
    ]);
    return { epoch: this.#epoch, modified, services: new Map(services) };
  }

  #put(key: DaemonKey, daemon: ServiceDaemon): void {
    const service = this.#services.get(key.type) ?? { summary: "", daemons: new Map() };
    service.daemons.set(key.name, daemon);
    this.#services.set(key.type, service);
  }
}

/** Makes index entries of the service daemons that a map lists, and drops those that it does not. */
export function applyServiceMap(index: DaemonIndex, pending: PendingServiceMap, map: ServiceMap): void {
  for (const [type, { daemons }] of map.services) {
    if (isCephType(type)) continue;
    for (const [name, { metadata }] of daemons) {
      const key = { type, name };
      if (index.get(key) === undefined) index.addService(key)?.setMetadata(metadata);
    }
  }
  // Who has registered since that map was written is in the pending one only.
  index.cullServices((key) =>
    map.services.get(key.type)?.daemons.has(key.name) === true || pending.get(key) !== undefined
  );
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

function sameMap(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
