/** The index of daemons: metadata, defaults, who runs where. */

import { assertEquals, assertThrows } from "@std/assert";
import { DecodeError, encodeAll } from "../encoding/mod.ts";
import { ConfigDefaults, DaemonConfig } from "../types/daemon_config.ts";
import { EntityType } from "../types/entity_name.ts";
import {
  getDaemonHealthMetrics,
  getDaemonStatus,
  getMetadata,
  getServer,
  listServers,
} from "./daemon_dump.ts";
import { daemonHealthChecks } from "./daemon_health.ts";
import { DaemonIndex, formatDaemonKey } from "./daemon_state.ts";

const VERSION = "ceph version 16.2.15 (618f440) pacific (stable)";

function index(): DaemonIndex {
  const i = new DaemonIndex();
  for (const id of [0, 1, 10, 2]) {
    i.load("osd", { id, hostname: id < 2 ? "h1" : "h2", ceph_version: VERSION, osd_data: `/osd.${id}` });
  }
  i.load("mds", { name: "m", hostname: "h2", ceph_version: VERSION, addr: "x" });
  return i;
}

Deno.test("DaemonIndex.load() takes what a monitor answers, without the host and the name", () => {
  const i = index();
  assertEquals(getMetadata(i, { type: "osd", name: "0" }), {
    hostname: "h1",
    ceph_version: VERSION,
    osd_data: "/osd.0",
  });
  assertEquals(i.load("osd", { id: 5, ceph_version: VERSION }), undefined);
  assertEquals(i.load("mon", { hostname: "h1" }), undefined);
  assertEquals(i.load("mon", { hostname: "h1" }, { type: "mon", name: "a" })?.key, {
    type: "mon",
    name: "a",
  });
  assertEquals(getMetadata(i, { type: "osd", name: "77" }), undefined);
});

Deno.test("DaemonIndex tells whenever somebody comes, goes, or has other metadata or options", () => {
  let told = 0;
  const index: DaemonIndex = new DaemonIndex(() => told++);
  const key = { type: "osd", name: "3" };
  const steps = [
    () => index.add(key),
    () => index.get(key)!.setMetadata(new Map()),
    () =>
      index.get(key)!.setConfig(
        encodeAll(DaemonConfig.encode, { values: new Map(), ignoredMonConfig: new Map() }),
      ),
    () => index.remove(key),
  ];
  for (const [i, step] of steps.entries()) {
    step();
    assertEquals([told, index.changes], [i + 1, i + 1]);
  }
});

Deno.test("listServers() and getServer() group daemons by host", () => {
  const i = index();
  const service = (type: string, id: string) => ({ type, id, ceph_version: VERSION });
  const h1 = { hostname: "h1", services: [service("osd", "0"), service("osd", "1")], ceph_version: VERSION };
  const h2 = {
    hostname: "h2",
    services: [service("mds", "m"), service("osd", "10"), service("osd", "2")],
    ceph_version: VERSION,
  };
  assertEquals(listServers(i), [h1, h2]);
  assertEquals(getServer(i, "h2"), h2);
  assertEquals(getServer(i, "nosuch"), { hostname: "nosuch", services: [], ceph_version: "" });
  i.addService({ type: "rgw", name: "4143" })!.setMetadata(new Map([["hostname", "h3"], ["id", "gw1"]]));
  assertEquals(getServer(i, "h3").services, [{ type: "rgw", id: "4143", ceph_version: "", name: "gw1" }]);
});

Deno.test("getDaemonStatus() tells a daemon without a status from an unknown one", () => {
  const i = index();
  assertEquals(getDaemonStatus(i, { type: "osd", name: "0" }), {});
  assertEquals(getDaemonStatus(i, { type: "osd", name: "77" }), undefined);
});

Deno.test("DaemonIndex.cull() forgets whom the newest map does not name", () => {
  const i = index();
  assertEquals(i.cull("osd", new Set(["0", "2"])).map(formatDaemonKey), ["osd.1", "osd.10"]);
  assertEquals(i.ofType("osd").map(({ key }) => key.name), ["0", "2"]);
  assertEquals([i.size, i.cull("rgw", new Set())], [3, []]);
});

Deno.test("DaemonIndex.cullServices() leaves Ceph's own daemons alone", () => {
  const i = index();
  i.addService({ type: "rgw", name: "1" });
  i.addService({ type: "rgw", name: "2" });
  assertEquals(i.cullServices(({ name }) => name === "2").map(formatDaemonKey), ["rgw.1"]);
  assertEquals(i.size, 6);
});

Deno.test("DaemonState reads devices of its metadata", () => {
  const i = new DaemonIndex();
  const state = i.add({ type: "osd", name: "0" });
  state.setMetadata(
    new Map([["device_ids", "nvme0n1=ID1,sda=ID2;sdb=ID3 broken= =x"], [
      "device_paths",
      "sda=/dev/by-path/1",
    ]]),
  );
  assertEquals(state.devices, [
    { devid: "ID1", devname: "nvme0n1", path: "" },
    { devid: "ID2", devname: "sda", path: "/dev/by-path/1" },
    { devid: "ID3", devname: "sdb", path: "" },
  ]);
});

Deno.test("DaemonState.setConfig() keeps the last options and refuses bytes that are none", () => {
  const state = new DaemonIndex().add({ type: "osd", name: "0" });
  const config = { values: new Map([["debug_osd", new Map([[1, "3/7"]])]]), ignoredMonConfig: new Map() };
  state.setConfig(encodeAll(DaemonConfig.encode, config));
  state.setConfig(new Uint8Array(0));
  assertEquals(state.config, config);
  assertThrows(() => state.setConfig(Uint8Array.of(1)), DecodeError);
});

Deno.test("DaemonState.setDefaults() shares equal bytes and lets them go with their last user", () => {
  const i = new DaemonIndex();
  const defaults = new Map([["a", "1"], ["b", "2"]]);
  const [x, y] = [i.add({ type: "osd", name: "0" }), i.add({ type: "osd", name: "1" })];
  x.setDefaults(encodeAll(ConfigDefaults.encode, defaults));
  y.setDefaults(encodeAll(ConfigDefaults.encode, defaults));
  assertEquals(i.sharedBlobs, 1);
  x.setDefaults(new Uint8Array(0));
  assertEquals([x.defaults(), y.defaults()], [new Map(), defaults]);
  assertThrows(() => y.setDefaults(Uint8Array.of(9, 9)), DecodeError);
  assertThrows(() => y.setDefaults(new Uint8Array(2 ** 20 + 1)), DecodeError);
  assertEquals(y.defaults(), defaults);
  i.remove(y.key);
  assertEquals(i.sharedBlobs, 0);
});

Deno.test("DaemonState.isOwnedBy() asks for the entity that registered", () => {
  const state = new DaemonIndex().add({ type: "rgw", name: "1" });
  const [me, other] = [{ type: EntityType.client, id: "rgw.1" }, { type: EntityType.client, id: "x" }];
  assertEquals(state.isOwnedBy(other), true);
  state.owner = me;
  assertEquals([state.isOwnedBy(me), state.isOwnedBy(other)], [true, false]);
});

const slow = (type: string, name: string, n1: number, n2: number) => ({
  key: { type, name },
  healthMetrics: [{ type: 0, n1, n2 }, { type: 77, n1: 5, n2: 5 }],
});
const pending = (name: string, n1: number) => ({
  key: { type: "osd", name },
  healthMetrics: [{ type: 1, n1, n2: 0 }],
});

Deno.test("daemonHealthChecks() words SLOW_OPS as ceph-mgr does", () => {
  const summary = (...daemons: ReturnType<typeof slow>[]) =>
    daemonHealthChecks(daemons).get("SLOW_OPS")?.summary;
  assertEquals(summary(slow("osd", "0", 0, 0)), undefined);
  assertEquals(
    summary(slow("osd", "0", 1, 4), slow("osd", "1", 0, 0)),
    "1 slow ops, oldest one blocked for 4 sec, osd.0 has slow ops",
  );
  assertEquals(
    summary(slow("mon", "a", 2, 9), slow("osd", "1", 3, 7)),
    "5 slow ops, oldest one blocked for 9 sec, daemons [mon.a,osd.1] have slow ops.",
  );
  const many = Array.from({ length: 11 }, (_, i) => slow("osd", String(i), 1, 1));
  assertEquals(
    summary(...many),
    "11 slow ops, oldest one blocked for 1 sec, " +
      "daemons [osd.0,osd.1,osd.2,osd.3,osd.4,osd.5,osd.6,osd.7,osd.8,osd.9]... have slow ops.",
  );
});

Deno.test("daemonHealthChecks() words PENDING_CREATING_PGS as ceph-mgr does", () => {
  const check = (...daemons: ReturnType<typeof pending>[]) =>
    daemonHealthChecks(daemons).get("PENDING_CREATING_PGS");
  assertEquals(check(pending("0", 0)), undefined);
  assertEquals(check(pending("0", 21)), {
    severity: 1,
    summary: "21 PGs pending on creation",
    detail: ["osd.0 has pending PGs"],
    count: 1,
  });
  assertEquals(check(pending("0", 1), pending("1", 2))?.detail, ["osds [osd.0,osd.1] have pending PGs."]);
});

Deno.test("getDaemonHealthMetrics() lists every daemon", () => {
  const i = new DaemonIndex();
  i.add({ type: "osd", name: "0" }).healthMetrics = [{ type: 0, n1: 1, n2: 4 }, { type: 1, n1: 21, n2: 0 }];
  i.add({ type: "mon", name: "a" });
  assertEquals(getDaemonHealthMetrics(i), {
    "mon.a": [],
    "osd.0": [{ value: 1, type: "SLOW_OPS" }, { value: 21, type: "PENDING_CREATING_PGS" }],
  });
});
