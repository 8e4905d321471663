/** Daemons that register themselves: their life, their owner, their silence. */

import { assert, assertEquals } from "@std/assert";
import { FakeManager, LAUNDRY, REPORT } from "../../tests/fakes/fake_daemon_peer.ts";
import { MMgrClose } from "../messages/mgr_close.ts";
import { MMgrOpen } from "../messages/mgr_open.ts";
import { MMgrReport } from "../messages/mgr_report.ts";
import { MMgrUpdate } from "../messages/mgr_update.ts";

Deno.test("DaemonServer leads a service daemon from its open to its close", async () => {
  const m = new FakeManager();
  m.serviceMap.received({ epoch: 6, modified: { sec: 0, nsec: 0 }, services: new Map() });
  const key = { type: "laundry", name: "one" };
  const peer = m.connect("client.l", { gid: 4243n });
  peer.says(MMgrOpen, LAUNDRY);
  const written = m.serviceMap.flush({ sec: 1, nsec: 0 })!;
  const entry = written.services.get("laundry")!.daemons.get("one")!;
  assertEquals([written.epoch, entry.gid, entry.startEpoch, entry.addr.nonce], [7, 4243n, 7, 1412209493]);
  assertEquals(m.index.get(key)!.hostname, "h2");
  await m.clock.advance(5000);
  const status = new Map([["st", "washing"]]);
  peer.says(MMgrReport, {
    ...REPORT,
    daemonName: "one",
    serviceName: "laundry",
    daemonStatus: status,
    taskStatus: new Map(),
  });
  assertEquals(m.index.get(key)!.serviceStatus, status);
  assertEquals(m.serviceMap.dirty, false);
  peer.says(MMgrClose, { daemonName: "one", serviceName: "laundry" });
  assertEquals(peer.got(MMgrClose), [{ daemonName: "one", serviceName: "laundry" }]);
  assertEquals([m.index.get(key), m.serviceMap.get(key), m.serviceMap.dirty], [undefined, undefined, true]);
  assertEquals(m.counters.size, 0);
});

Deno.test("DaemonServer closes a service daemon that was pruned, and it may open again", async () => {
  const m = new FakeManager();
  const key = { type: "laundry", name: "one" };
  const open = () => {
    const peer = m.connect("client.l");
    peer.says(MMgrOpen, LAUNDRY);
    return peer;
  };
  const peer = open();
  const prune = () => {
    const times = { now: m.now(), stamp: { sec: 1, nsec: 0 }, graceMs: 60_000 };
    return m.serviceMap.prune(m.index, times);
  };
  await m.clock.advance(60_000);
  assertEquals(prune(), []);
  await m.clock.advance(1000);
  assertEquals(prune(), [key]);
  peer.says(MMgrReport, { ...REPORT, daemonName: "one", serviceName: "laundry" });
  assert(peer.closedFor !== undefined);
  assertEquals(open().closedFor, undefined);
  assertEquals(m.fetched, []);
});

Deno.test("DaemonServer keeps a service daemon with the entity that registered it", () => {
  const m = new FakeManager();
  const own = m.connect("client.l");
  own.says(MMgrOpen, LAUNDRY);
  const thief = m.connect("client.thief", { allowAll: true });
  thief.says(MMgrOpen, { ...LAUNDRY, daemonMetadata: new Map([["hostname", "evil"]]) });
  assert(thief.closedFor !== undefined);
  const closer = m.connect("client.thief");
  closer.says(MMgrClose, { daemonName: "one", serviceName: "laundry" });
  const updater = m.connect("client.thief");
  updater.says(MMgrUpdate, {
    daemonName: "one",
    serviceName: "laundry",
    needMetadataUpdate: true,
    daemonMetadata: new Map([["hostname", "evil"]]),
    daemonStatus: new Map(),
  });
  assertEquals(m.index.get({ type: "laundry", name: "one" })!.hostname, "h2");
  own.says(MMgrUpdate, {
    daemonName: "one",
    serviceName: "laundry",
    needMetadataUpdate: true,
    daemonMetadata: new Map([["hostname", "h3"], ["device_ids", "sda=ID1,sdb=ID2"]]),
    daemonStatus: new Map(),
  });
  const state = m.index.get({ type: "laundry", name: "one" })!;
  assertEquals([state.hostname, state.devices.map((d) => d.devid)], ["h3", ["ID1", "ID2"]]);
});
