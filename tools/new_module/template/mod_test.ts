/** my_module without Ceph: what it answers, what it keeps, when it warns. */

import { deepStrictEqual as assertEquals } from "node:assert/strict";
import { TestManager } from "@ganglion/sdk/testing";
import manifest from "./manifest.json" with { type: "json" };
import MyModule from "./mod.ts";

Deno.test("my_module counts, and keeps its count across restarts", async () => {
  await using manager = await TestManager.start(MyModule);
  await manager.command({ prefix: "my_module add" });
  const { stdout } = await manager.command({ prefix: "my_module add", count: 4 });
  assertEquals(stdout, "5\n");
  await manager.restart();
  assertEquals((await manager.command({ prefix: "my_module show" })).stdout, "5\n");
});

Deno.test("my_module warns beyond its limit, and follows the option while it runs", async () => {
  await using manager = await TestManager.start(MyModule, { permissions: manifest, options: { limit: 2 } });
  await manager.command({ prefix: "my_module add", count: 3 });
  assertEquals(manager.healthChecks.MY_MODULE_LIMIT?.summary, "3 counted, more than 2");
  await manager.setOption("limit", 3);
  assertEquals(manager.healthChecks, {});
});

Deno.test("my_module refuses what its declaration does not allow", async () => {
  await using manager = await TestManager.start(MyModule);
  const { retval } = await manager.command({ prefix: "my_module add", count: 0 });
  assertEquals(retval, -22);
});
