/** Daemons, services, devices and events: as they are read and as they are printed. */

import { assertEquals, assertThrows } from "@std/assert";
import {
  type DaemonDescription,
  daemonPorts,
  daemonServiceName,
  daemonStatusText,
  daemonTypesOf,
  readDaemon,
} from "./daemon.ts";
import { OrchestratorError, OrchestratorValidationError } from "./errors.ts";
import { readInventoryHost } from "./inventory.ts";
import { readService, serviceJson, servicePorts } from "./service.ts";

const daemon = (parts: Partial<DaemonDescription>): DaemonDescription =>
  readDaemon({ daemon_type: "mds", daemon_id: "a", ...parts });

Deno.test("readDaemon() names it, fills in, and leaves out what is not known", () => {
  const read = readDaemon({
    daemon_type: "osd",
    daemon_id: "1",
    service_name: "osd.1",
    events: ['2020-06-10T10:20:25.691255 daemon:osd.1 [INFO] "Deployed it"'],
    version: null,
    created: "2020-06-10T10:20:25.5",
    deployed_by: ["x"],
  });
  assertEquals(Object.entries(read), [
    ["daemon_type", "osd"],
    ["daemon_id", "1"],
    ["daemon_name", "osd.1"],
    ["is_active", false],
    ["created", "2020-06-10T10:20:25.500000Z"],
    ["events", ['2020-06-10T10:20:25.691255Z daemon:osd.1 [INFO] "Deployed it"']],
  ]);
});

Deno.test("readDaemon() refuses keys that no daemon has", () => {
  assertThrows(
    () => readDaemon({ daemon_type: "osd", daemon_id: "1", size: 1 }),
    OrchestratorValidationError,
    "DaemonDescription: DaemonDescription.__init__() got an unexpected keyword argument 'size'",
  );
});

Deno.test("daemonServiceName() finds the service in the daemon's id", () => {
  const name = (daemon_type: string, daemon_id: string, hostname?: string, service_name?: string): string =>
    daemonServiceName(
      daemon({ daemon_type, daemon_id, ...hostname && { hostname }, ...service_name && { service_name } }),
    );
  assertEquals(name("mon", "a"), "mon");
  assertEquals(name("osd", "1"), "osd");
  assertEquals(name("mds", "fs.h1.abcdef", "h1.domain"), "mds.fs");
  assertEquals(name("mds", "h1", "h1"), "mds.h1");
  assertEquals(name("rgw", "realm.zone.xyz", "h1"), "rgw.realm.zone");
  assertEquals(name("iscsi", "a.b.xyz", "h1"), "iscsi.a.b");
  assertEquals(name("haproxy", "rgw.a.h1.xyz", "h1"), "ingress.rgw.a");
  assertEquals(name("mds", "x", "h1", "mds.y"), "mds.y");
  assertThrows(() => name("mds", "fs"), OrchestratorError, "Cannot calculate service_id");
  assertThrows(() => name("mds", "fsh1.x", "h1"), OrchestratorError);
});

Deno.test("daemonStatusText() and daemonPorts() are what orch ps shows", () => {
  assertEquals(daemonStatusText(daemon({})), "unknown");
  assertEquals(daemonStatusText(daemon({ status: 2 })), "starting");
  assertEquals(daemonStatusText(daemon({ status: -1, status_desc: "broken" })), "broken");
  assertEquals(daemonPorts(daemon({ ports: [1, 2] })), "*:1,2");
  assertEquals(daemonPorts(daemon({ ports: [1], ip: "10.0.0.1" })), "10.0.0.1:1");
  assertEquals(daemonPorts(daemon({})), "");
  assertEquals(daemonTypesOf("ingress"), ["haproxy", "keepalived"]);
});

Deno.test("serviceJson() prints what readService() reads, specifications that cannot be applied included", () => {
  const json = {
    service_type: "osd",
    service_id: "d",
    service_name: "osd.d",
    spec: { filter_logic: "AND", objectstore: "bluestore" },
    status: { size: 0, running: 5, created: "2020-04-16T03:39:39.512721Z" },
    events: ['2020-06-10T10:20:25.691255Z service:osd.d [ERROR] "none"'],
  };
  assertEquals(serviceJson(readService(json)), json);
  const served = readService({ ...json, status: { ports: [80, 81], virtual_ip: "1.2.3.4/24" } });
  assertEquals(servicePorts(served), "1.2.3.4:80,81");
  assertThrows(() => readService({ ...json, status: { x: 1 } }), OrchestratorError, "keyword argument 'x'");
});

Deno.test("readInventoryHost() puts devices in order, and tells disks from the rest", () => {
  const device = (path: string, rotational?: string) => ({
    path,
    sys_api: { ...rotational && { rotational } },
    created: "2022-02-11T10:58:23.177450Z",
  });
  const { devices } = readInventoryHost({
    name: "h",
    devices: [device("/dev/b", "1"), device("/dev/a", "0"), device("/dev/c")],
  });
  assertEquals(devices.map(({ path, human_readable_type: type }) => [path, type]), [
    ["/dev/a", "ssd"],
    ["/dev/b", "hdd"],
    ["/dev/c", "unknown"],
  ]);
});

Deno.test("readInventoryHost() says what is missing or too much", () => {
  const message = (json: unknown, text: string) =>
    assertThrows(() => readInventoryHost(json), OrchestratorValidationError, text);
  message({ name: "a" }, "'devices' is required for InventoryHost");
  message({ devices: [] }, "'name' is required for InventoryHost");
  message({ name: "a", devices: [], x: 1, y: 2 }, "Unknown key(s) in Inventory: x,y");
  message({ name: "a", devices: [1] }, "Device: Expected dict. Got `1...`");
});
