/** The ServiceMap that is being written. */

import { assertEquals } from "@std/assert";
import { BLANK_ADDR } from "../types/entity_addr.ts";
import type { ServiceDaemon, ServiceMap } from "../types/service_map.ts";
import { ZERO_TIME } from "../types/utime.ts";
import { DaemonIndex } from "./daemon_state.ts";
import { applyServiceMap, PendingServiceMap } from "./service_map_state.ts";

const ONE = { type: "laundry", name: "one" };
const WHO = { gid: 4243n, addr: BLANK_ADDR, metadata: new Map([["hostname", "h1"]]) };
const STAMP = { sec: 1000, nsec: 0 };

function daemon(gid: bigint): ServiceDaemon {
  return {
    gid,
    addr: BLANK_ADDR,
    startEpoch: 1,
    startStamp: ZERO_TIME,
    metadata: WHO.metadata,
    taskStatus: new Map(),
  };
}

function map(epoch: number, services: Record<string, Record<string, ServiceDaemon>> = {}): ServiceMap {
  const entries = Object.entries(services).map(([name, daemons]) =>
    [name, { summary: "", daemons: new Map(Object.entries(daemons)) }] as const
  );
  return { epoch, modified: ZERO_TIME, services: new Map(entries) };
}

function started(epoch = 6): PendingServiceMap {
  const p = new PendingServiceMap();
  p.received(map(epoch));
  return p;
}

Deno.test("PendingServiceMap writes nothing before the first map has come", () => {
  const p = new PendingServiceMap();
  assertEquals(p.register(ONE, WHO, STAMP), true);
  assertEquals([p.dirty, p.flush(STAMP)], [true, undefined]);
  p.received(map(6));
  const written = p.flush(STAMP)!;
  assertEquals([written.epoch, written.services.get("laundry")!.daemons.get("one")!.startEpoch], [7, 7]);
});

Deno.test("PendingServiceMap writes each change once, in an epoch of its own", () => {
  const p = started();
  assertEquals([p.epoch, p.dirty, p.flush(STAMP)], [7, false, undefined]);
  assertEquals(p.register(ONE, WHO, STAMP), true);
  assertEquals(p.register(ONE, WHO, STAMP), false);
  assertEquals([p.flush(STAMP)!.epoch, p.flush(STAMP), p.epoch], [7, undefined, 8]);
  assertEquals(p.register(ONE, { ...WHO, gid: 5n }, STAMP), true);
  assertEquals(p.flush(STAMP)!.services.get("laundry")!.daemons.get("one")!.gid, 5n);
});

Deno.test("PendingServiceMap.received() takes over only what another manager wrote", () => {
  const p = started();
  p.register(ONE, WHO, STAMP);
  p.flush(STAMP);
  assertEquals([p.received(map(7)), p.get(ONE)?.gid], [false, 4243n]);
  assertEquals([p.received(map(8, { rgw: { a: daemon(1n) } })), p.get(ONE), p.epoch], [true, undefined, 9]);
});

Deno.test("PendingServiceMap.taskStatus() makes entries of what is busy, and none of what is not", () => {
  const p = started();
  const mds = { type: "mds", name: "m" };
  p.taskStatus(mds, new Map());
  assertEquals([p.dirty, p.get(mds)], [false, undefined]);
  p.taskStatus(mds, new Map([["scrub", "idle"]]));
  assertEquals([p.dirty, p.get(mds)?.taskStatus.get("scrub")], [true, "idle"]);
  p.flush(STAMP);
  p.taskStatus(mds, new Map([["scrub", "idle"]]));
  assertEquals(p.dirty, false);
  p.taskStatus(mds, new Map());
  assertEquals([p.dirty, p.get(mds)?.taskStatus.size], [true, 0]);
});

Deno.test("PendingServiceMap.prune() gives everybody a full grace after a start", () => {
  const index = new DaemonIndex();
  const p = new PendingServiceMap();
  const seen = map(6, { laundry: { one: daemon(1n) } });
  p.received(seen);
  applyServiceMap(index, p, seen);
  assertEquals(index.get(ONE)?.hostname, "h1");
  const prune = (now: number) => p.prune(index, { now, stamp: STAMP, graceMs: 60_000 });
  assertEquals([prune(5_000_000), prune(5_060_000), prune(5_060_001)], [[], [], [ONE]]);
  assertEquals([index.get(ONE), p.get(ONE), p.current(STAMP).services.size, p.dirty], [
    undefined,
    undefined,
    0,
    true,
  ]);
});

Deno.test("PendingServiceMap.prune() drops Ceph's own daemons when the index does not know them", () => {
  const index = new DaemonIndex();
  const p = started();
  for (const name of ["m", "n"]) p.taskStatus({ type: "mds", name }, new Map([["a", "b"]]));
  index.add({ type: "mds", name: "n" });
  assertEquals(p.prune(index, { now: 1, stamp: STAMP, graceMs: 0 }), [{ type: "mds", name: "m" }]);
  assertEquals(index.size, 1);
});

Deno.test("applyServiceMap() drops who is neither listed nor pending", () => {
  const index = new DaemonIndex();
  const p = started();
  for (const name of ["one", "two"]) index.addService({ type: "laundry", name });
  p.register(ONE, WHO, STAMP);
  applyServiceMap(index, p, map(6, { mds: { m: daemon(0n) } }));
  assertEquals(index.all().map(({ key }) => key.name), ["one"]);
});
