/** What stands behind the methods of an instance: its replicas and its calls. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UnknownOptionError } from "@ganglion/sdk";
import { FakeHostSide } from "../../../tests/fakes/fake_host_side.ts";
import { MAX_LOG_CHARS } from "../contract.ts";
import { InstanceContext } from "./instance_context.ts";

const STATE = {
  role: "active",
  moduleName: "box",
  mgrId: "x",
  version: "",
  releaseName: "",
  options: [["count", "7"]],
  store: [["a", new Uint8Array([1])]],
} as const;

class Fixture {
  readonly host = new FakeHostSide();
  readonly context = new InstanceContext({ count: { type: "int", default: 1 } }, STATE, this.host.call);
}

Deno.test("InstanceContext.option() throws for what is not declared", async () => {
  const { context } = new Fixture();
  assertEquals(context.option("count", false), 7);
  const text = "Cannot use option 'size': it is not in MODULE_OPTIONS of module box";
  assertThrows(() => context.option("size", false), UnknownOptionError, text);
  await assertRejects(() => context.setOption("size", 1, false), UnknownOptionError, text);
});

Deno.test("InstanceContext.setOption() shows the value when it is stored, and not when it is refused", async () => {
  const { context, host } = new Fixture();
  await context.setOption("count", 8, false);
  assertEquals(context.option("count", false), 8);
  await context.setOption("count", 9, true);
  assertEquals([context.option("count", false), context.option("count", true)], [8, 9]);
  host.refusal = "Value '99' exceeds maximum 9";
  await assertRejects(() => context.setOption("count", 99, false), Error, host.refusal);
  assertEquals(context.option("count", false), 8);
  host.refusal = undefined;
  await context.setOption("count", null, false);
  assertEquals(context.option("count", false), 1);
  assertEquals(host.calls, [
    ["setOption", "count", "8", false],
    ["setOption", "count", "9", true],
    ["setOption", "count", "99", false],
    ["setOption", "count", null, false],
  ]);
});

Deno.test("InstanceContext.setStore() shows the value when it is stored", async () => {
  const { context, host } = new Fixture();
  await context.setStore("b", new Uint8Array([2]));
  context.storeChanged([["c", new Uint8Array([3])]]);
  assertEquals([...context.storePrefix("").keys()], ["a", "b", "c"]);
  host.refusal = "entry size limited to 65536 bytes";
  await assertRejects(() => context.setStore("b", null), Error, host.refusal);
  assertEquals(context.store("b"), new Uint8Array([2]));
});

Deno.test("InstanceContext.get() asks with the version that it has, and parses each once", async () => {
  const { context, host } = new Fixture();
  host.data.set("mgr_map", { version: "1", json: new TextEncoder().encode('{"epoch":5}') });
  const first = await context.get("mgr_map");
  assertEquals(first.epoch, 5);
  assertEquals(await context.get("mgr_map") === first, true);
  context.dataChanged(["mgr_map"]);
  assertEquals(await context.get("mgr_map") === first, true);
  context.dataChanged(["mgr_map"]);
  host.data.set("mgr_map", { version: "2", json: new TextEncoder().encode('{"epoch":6}') });
  assertEquals((await context.get("mgr_map")).epoch, 6);
  assertEquals(host.calls.map(([, , have]) => have), [null, "1", "1"]);
  assertEquals(await context.get("mon_map") as unknown, null);
});

Deno.test("InstanceContext.log() and clusterLog() cut what is too long for an entry", async () => {
  const { context, host } = new Fixture();
  context.log("info", "x".repeat(MAX_LOG_CHARS + 1));
  await context.clusterLog("cluster", "info", "x".repeat(MAX_LOG_CHARS + 1));
  assertEquals(host.lines[0]!.length, "info ".length + MAX_LOG_CHARS);
  assertEquals(String(host.calls[0]![3]).length, MAX_LOG_CHARS);
});
