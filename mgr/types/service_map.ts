/** Daemons that are not part of Ceph's core, as they register with the manager: ServiceMap. */

import type { Codec } from "../encoding/mod.ts";
import { EntityAddr, formatAddr } from "./entity_addr.ts";
import { formatUtime, UTime } from "./utime.ts";

/** Upstream: ServiceMap::Daemon in mgr/ServiceMap.h */
export interface ServiceDaemon {
  readonly gid: bigint;
  readonly addr: EntityAddr;
  /** Epoch of the ServiceMap in which it came. */
  readonly startEpoch: number;
  readonly startStamp: UTime;
  readonly metadata: ReadonlyMap<string, string>;
  readonly taskStatus: ReadonlyMap<string, string>;
}

/** v2/1. */
export const ServiceDaemon: Codec<ServiceDaemon> = {
  decode: (d) =>
    d.versioned("ServiceMap::Daemon", 2, (d, v) => ({
      gid: d.u64(),
      addr: EntityAddr.decode(d),
      startEpoch: d.u32(),
      startStamp: UTime.decode(d),
      metadata: d.stringMap(),
      taskStatus: v >= 2 ? d.stringMap() : new Map(),
    })),
  encode: (e, s) =>
    void e.versioned(2, 1, (e) => {
      e.u64(s.gid);
      EntityAddr.encode(e, s.addr);
      e.u32(s.startEpoch);
      UTime.encode(e, s.startStamp);
      e.stringMap(s.metadata).stringMap(s.taskStatus);
    }),
};

/** Upstream: ServiceMap::Service in mgr/ServiceMap.h */
export interface Service {
  readonly daemons: ReadonlyMap<string, ServiceDaemon>;
  /** Text of `ceph -s`; empty = made of the daemons' names. */
  readonly summary: string;
}

/** v1/1. */
export const Service: Codec<Service> = {
  decode: (d) =>
    d.versioned("ServiceMap::Service", 1, (d) => ({
      daemons: d.map((d) => d.string(), ServiceDaemon.decode),
      summary: d.string(),
    })),
  encode: (e, s) =>
    void e.versioned(1, 1, (e) => {
      e.map(s.daemons, (e, name) => e.string(name), ServiceDaemon.encode).string(s.summary);
    }),
};

/** Upstream: ServiceMap in mgr/ServiceMap.h */
export interface ServiceMap {
  readonly epoch: number;
  readonly modified: UTime;
  /** By the service's name. */
  readonly services: ReadonlyMap<string, Service>;
}

/** v1/1. */
export const ServiceMap: Codec<ServiceMap> = {
  decode: (d) =>
    d.versioned("ServiceMap", 1, (d) => ({
      epoch: d.u32(),
      modified: UTime.decode(d),
      services: d.map((d) => d.string(), Service.decode),
    })),
  encode: (e, m) =>
    void e.versioned(1, 1, (e) => {
      e.u32(m.epoch);
      UTime.encode(e, m.modified);
      e.map(m.services, (e, name) => e.string(name), Service.encode);
    }),
};

function dumpServiceDaemon(s: ServiceDaemon) {
  return {
    start_epoch: s.startEpoch,
    start_stamp: formatUtime(s.startStamp),
    gid: s.gid,
    addr: formatAddr(s.addr),
    metadata: Object.fromEntries(s.metadata),
    task_status: Object.fromEntries(s.taskStatus),
  };
}

/** The summary stands among the daemons, as upstream has it. */
function dumpService(s: Service): { daemons: Record<string, string | ReturnType<typeof dumpServiceDaemon>> } {
  const daemons = [...s.daemons].map(([name, daemon]) => [name, dumpServiceDaemon(daemon)] as const);
  return { daemons: { summary: s.summary, ...Object.fromEntries(daemons) } };
}

/** What `ceph service dump -f json` and get("service_map") answer; gids are bigints. */
export function dumpServiceMap(m: ServiceMap) {
  return {
    epoch: m.epoch,
    modified: formatUtime(m.modified),
    services: Object.fromEntries([...m.services].map(([name, s]) => [name, dumpService(s)])),
  };
}
