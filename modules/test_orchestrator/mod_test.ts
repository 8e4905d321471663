/** The test backend by itself; tests of `modules/orchestrator` ask it through the commands of users. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { TestCluster, TestManager } from "@ganglion/sdk/testing";
import { makeHostSpec } from "@ganglion/sdk/orchestrator";
import manifest from "./deno.json" with { type: "json" };
import TestOrchestrator from "./mod.ts";

const start = () =>
  TestManager.start(TestOrchestrator, {
    name: "test_orchestrator",
    permissions: manifest,
    cluster: new TestCluster({ osds: 2 }),
  });

Deno.test("load_data says what it cannot take, and keeps what it had", async () => {
  await using manager = await start();
  const load = async (text: string) => {
    const { retval, stderr } = await manager.command({ prefix: "test_orchestrator load_data" }, text);
    return [retval, stderr];
  };
  assertEquals(await load('{"inventory":[{"name":"a","devices":[]}]}'), [0, ""]);
  assertEquals(await load('{"inventory":[{"name":"a"}]}'), [-22, "'devices' is required for InventoryHost"]);
  assertEquals(await load("[]"), [-22, "Cannot load the data: they are no object"]);
  assertEquals(await load('{"daemons":{}}'), [-22, "Cannot load the data: 'daemons' is no list"]);
  assertStringIncludes(String((await load("x"))[1]), "Invalid JSON file: ");
  assertEquals((await manager.module.getHosts()).map(({ hostname }) => hostname), ["a"]);
});

Deno.test("before anything is loaded it tells of the cluster's own daemons", async () => {
  await using manager = await start();
  assertEquals(await manager.module.getHosts(), [makeHostSpec({ hostname: "localhost" })]);
  const osds = await manager.module.listDaemons({ daemonType: "osd" });
  assertEquals(osds.map(({ daemon_name }) => daemon_name), ["osd.0", "osd.1"]);
  const [service] = await manager.module.describeService({ serviceType: "osd" });
  assertEquals([service!.spec.service_name, service!.status.size], ["osd", 2]);
});

Deno.test("changes do not overtake each other", async () => {
  await using manager = await start();
  const names = ["a", "b", "c"];
  await Promise.all(names.map((hostname) => manager.module.addHost(makeHostSpec({ hostname }))));
  assertEquals((await manager.module.getHosts()).map(({ hostname }) => hostname), names);
  manager.refuseWrites("no quorum");
  const refused = await manager.module.removeHost("a").catch((e: Error) => e.message);
  assertStringIncludes(String(refused), "no quorum");
  manager.refuseWrites(undefined);
  await manager.module.removeHost("a");
  assertEquals((await manager.module.getHosts()).map(({ hostname }) => hostname), ["b", "c"]);
});
