/** Permissions of a module in a test: refused as in the manager, changed while it runs. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MgrModule, PermissionError } from "../mod.ts";
import { TestCluster } from "./cluster/test_cluster.ts";
import { TestManager } from "./test_manager.ts";
import type { TestPermissions } from "./memory_permissions.ts";

class Plain extends MgrModule {}

const CHECKS = { MINE: { severity: "warning", summary: "mine" } } as const;

const start = (permissions?: TestPermissions) =>
  TestManager.start(Plain, { name: "plain", ...(permissions && { permissions }) });

/** What a call rejects with. */
async function refusal(run: () => Promise<unknown>): Promise<PermissionError> {
  const error = await run().then(() => undefined, (e) => e);
  assert(error instanceof PermissionError, String(error));
  return error;
}

const missing = async (run: () => Promise<unknown>) => (await refusal(run)).missing;

Deno.test("TestManager allows everything when a test says nothing of permissions", async () => {
  await using manager = await start();
  await manager.module.setHealthChecks(CHECKS);
  assertEquals(manager.refusals, []);
  assertThrows(() => manager.grant("health"), Error, "start it with { permissions: [..] }");
});

Deno.test("TestManager refuses what was not granted, and lists it", async () => {
  await using manager = await start(["get health"]);
  const error = await refusal(() => manager.module.setHealthChecks(CHECKS));
  assertEquals(
    error.message,
    "Cannot call setHealthChecks: module plain has no permission 'health'; " +
      "an operator grants it by: ceph module permissions grant plain health",
  );
  assertEquals(manager.healthChecks, {});
  assertEquals(await missing(() => manager.module.monCommand({ prefix: "auth ls" })), [
    "command mon auth ls",
    "admin",
  ]);
  assertEquals(manager.sentCommands, []);
  assertEquals(manager.refusals.map(({ call }) => call), ["setHealthChecks", "sendCommand"]);
});

Deno.test("TestManager takes the permissions that a deno.json asks for", async () => {
  await using manager = await start({ mgr: { permissions: ["health"] } });
  await manager.module.setHealthChecks(CHECKS);
  await using none = await start({ mgr: {} });
  assertEquals(await missing(() => none.module.setHealthChecks(CHECKS)), ["health"]);
  await assertRejects(() => start(["healthy"]), Error, "Cannot read the permission 'healthy'");
});

Deno.test("TestManager.grant() holds at once, revoke() takes back what was reported", async () => {
  await using manager = await start([]);
  manager.grant("health");
  await manager.module.setHealthChecks(CHECKS);
  await manager.restart();
  await manager.module.setHealthChecks(CHECKS);
  manager.revoke("health");
  assertEquals(manager.healthChecks, {});
  assertEquals(await missing(() => manager.module.setHealthChecks(CHECKS)), ["health"]);
  assertThrows(() => manager.revoke("health"), Error, "the module does not have it; it has: none");
});

Deno.test("TestManager lets a command through whose arguments meet the constraint", async () => {
  await using manager = await start(["command mon osd out with ids=3"]);
  manager.answerCommand("osd out", {});
  await manager.module.monCommand({ prefix: "osd out", ids: ["3"] });
  const refused = await missing(() => manager.module.monCommand({ prefix: "osd out", ids: ["3", "4"] }));
  assertEquals(refused, ["command mon osd out"]);
});

Deno.test("TestManager refuses cluster data by what they are made of", async () => {
  const cluster = new TestCluster({ osds: 2 });
  const permissions = ["get osd_stats", "get osd_map_tree"];
  await using manager = await TestManager.start(Plain, { cluster, permissions });
  const { module } = manager;
  await module.get("osd_stats");
  await module.get("pg_dump", { fields: ["osd_stats", "pg_stats_sum"] });
  await module.get("osd_map");
  await module.getOsdmap();
  assertEquals(await missing(() => module.get("pg_dump")), ["get pg_stats"]);
  assertEquals(await missing(() => module.get("pg_progress")), ["get pg_ready"]);
  assertEquals(await missing(() => module.get("df")), ["get df"]);
  assertEquals(await missing(() => module.listServers()), ["get servers"]);
});

Deno.test("TestManager refuses objects by pool, and ends a watch whose permission is taken back", async () => {
  await using manager = await start(["rados read p"]);
  manager.addPool("p");
  const pool = await manager.module.rados.openPool("p");
  assertEquals(await missing(() => manager.module.rados.openPool("q")), ["rados read q"]);
  assertEquals(await missing(() => pool.writeFull("a", "x")), ["rados write p"]);
  manager.grant("rados write p");
  await pool.writeFull("a", "x");
  const told: string[] = [];
  await pool.watch("a", { notified: () => void told.push("notified"), ended: () => void told.push("ended") });
  const other = await manager.rados.openPool("p");
  await other.notify("a", "1");
  manager.revoke("rados write p");
  await other.notify("a", "2");
  assertEquals(told, ["notified", "ended"]);
});
