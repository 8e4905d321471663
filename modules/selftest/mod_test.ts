/** The self-test in memory: its commands, its workloads, and checks that fail when the interface is not right. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { TestCluster, TestManager } from "@ganglion/sdk/testing";
import type { MgrMapData } from "@ganglion/sdk";
import { expectEqual, expectRejection, expectSome } from "./checks/check.ts";
import manifest from "./deno.json" with { type: "json" };
import SelfTest from "./mod.ts";

const start = (options = {}) =>
  TestManager.start(SelfTest, { name: "selftest", permissions: manifest, options });

Deno.test("config get prints values as Python does", async () => {
  await using manager = await start({ testkey: "a", "x/testkey": "b", rwoption2: 7 });
  const get = async (key: string, how: "get" | "get_localized" = "get") =>
    (await manager.command({ prefix: `mgr self-test config ${how}`, key })).stdout.trimEnd();
  assertEquals(await get("testkey"), "a");
  assertEquals(await get("testkey", "get_localized"), "b");
  assertEquals(await get("testlkey"), "None");
  assertEquals(await get("rwoption2"), "7");
  assertEquals(await get("rwoption6"), "True");
});

Deno.test("config get refuses an option that is not declared", async () => {
  await using manager = await start();
  const { retval, stderr } = await manager.command({ prefix: "mgr self-test config get", key: "nosuch" });
  assertEquals(retval, -22);
  assertStringIncludes(stderr, "UnknownOptionError: Cannot use option 'nosuch'");
});

Deno.test("health set adds checks, health clear removes some or all", async () => {
  await using manager = await start();
  const set = (checks: string) => manager.command({ prefix: "mgr self-test health set", checks });
  await set('{"M1":{"severity":"warning","summary":"s","detail":["a",1]}}');
  await set('{"M2":{"severity":"error","summary":"t","detail":[]}}');
  assertEquals(manager.healthChecks, {
    M1: { severity: "warning", summary: "s", count: 123, detail: ["a", "1"] },
    M2: { severity: "error", summary: "t", count: 123, detail: [] },
  });
  await manager.command({ prefix: "mgr self-test health clear", checks: ["M1", "nosuch"] });
  assertEquals(Object.keys(manager.healthChecks), ["M2"]);
  await manager.command({ prefix: "mgr self-test health clear" });
  assertEquals(manager.healthChecks, {});
});

Deno.test("health set says what is wrong with its input", async () => {
  await using manager = await start();
  const refusal = async (checks: string) => {
    const { retval, stderr } = await manager.command({ prefix: "mgr self-test health set", checks });
    return [retval, stderr];
  };
  assertStringIncludes((await refusal("{"))[1] as string, "Failed to decode JSON input: ");
  const bad = (name: string) => [-1, `Invalid health check format: '${name}'`];
  assertEquals(await refusal('{"M1":{}}'), bad("severity"));
  assertEquals(await refusal('{"M1":{"severity":"warning"}}'), bad("summary"));
  assertEquals(await refusal('{"M1":{"severity":"warning","summary":"s"}}'), bad("detail"));
});

Deno.test("cluster-log writes with the priority's own word", async () => {
  await using manager = await start();
  const log = (priority: string) =>
    manager.command({ prefix: "mgr self-test cluster-log", channel: "audit", priority, message: "m" });
  assertEquals((await log("security")).stderr, "Successfully called");
  assertEquals((await log("loud")).retval, -22);
  assertEquals(manager.clusterLog, [{ channel: "audit", priority: "sec", message: "m" }]);
});

Deno.test("background start fails the module with throw_exception, and refuses what it does not know", async () => {
  await using manager = await start();
  const begin = (workload: string) => manager.command({ prefix: "mgr self-test background start", workload });
  assertEquals((await begin("nosuch")).stderr, "Workload not found 'nosuch'");
  const idle = await manager.command({ prefix: "mgr self-test background stop" });
  assertEquals(idle.stderr, "No background workload was running");
  assertEquals((await begin("throw_exception")).stderr, "Running `throw_exception` in background");
  await manager.until("the failure", () => manager.failure !== undefined);
  assertEquals(manager.failure, "Synthetic exception in serve");
});

Deno.test("run succeeds on a whole cluster", async () => {
  const cluster = new TestCluster({ osds: 3, pools: { rbd: { pgNum: 8 } } });
  const otherOptions = { "hello/place": "Mars", "hello/emphatic": true };
  await using manager = await TestManager.start(SelfTest, {
    name: "selftest",
    permissions: manifest,
    cluster,
    otherOptions,
  });
  manager.answerCommand("osd stat", { stdout: '{"epoch":1}' });
  manager.answerCommand("osd reweight", { retval: -22, stderr: "weight must be in [0,1]" });
  manager.answerCommand("version", { stdout: '{"version":"16.2.15"}' });
  const result = await manager.command({ prefix: "mgr self-test run" });
  assertEquals(result, { retval: 0, stdout: "", stderr: "Self-test succeeded" });
  assertEquals(manager.uri, "http://this.is.a.test.com");
  assertEquals(manager.store.get("testkey"), "testvalue");
});

Deno.test("run names the first thing that is not right", async () => {
  await using manager = await start();
  const { retval, stderr } = await manager.command({ prefix: "mgr self-test run" });
  assertEquals(retval, -22);
  assertStringIncludes(stderr, "Cannot answer getOsdmap(): the manager has no OSDMap yet");
});

Deno.test("remote calls itself, and a module that is off", async () => {
  await using manager = await TestManager.start(SelfTest, {
    name: "selftest",
    permissions: manifest,
    cluster: new TestCluster(),
  });
  const remote = () => manager.command({ prefix: "mgr self-test remote" });
  assertStringIncludes((await remote()).stderr, "it needs a module that is not enabled");
  manager.setData("mgr_map", await mapWith(manager, "hello"));
  assertEquals(await remote(), { retval: 0, stdout: "", stderr: "Successfully called" });
  manager.setRemote("hello", { selfTest: () => null });
  assertStringIncludes((await remote()).stderr, "a call of hello, which is off, was not refused");
});

Deno.test("module runs the test of another module, and passes one that has none", async () => {
  await using manager = await start();
  const test = async (module: string) => {
    const { retval, stdout, stderr } = await manager.command({ prefix: "mgr self-test module", module });
    return [retval, stdout, stderr.split("\n")[0]];
  };
  manager.setRemote("good", { selfTest: () => true });
  manager.setRemote("plain", {});
  manager.setRemote("bad", {
    selfTest() {
      throw new Error("it is broken");
    },
  });
  assertEquals(await test("good"), [0, "True\n", "Self-test OK"]);
  assertEquals(await test("plain"), [0, "None\n", "Self-test OK"]);
  assertEquals(await test("bad"), [-1, "", "Test failed: it is broken"]);
  const [retval, , stderr] = await test("nosuch");
  assertEquals(retval, -22);
  assertStringIncludes(String(stderr), "ModuleNotFoundError");
});

Deno.test("insights_set_now_offset passes a number on to insights", async () => {
  await using manager = await start();
  const set = (hours: string) => manager.command({ prefix: "mgr self-test insights_set_now_offset", hours });
  const told: unknown[] = [];
  manager.setRemote("insights", { testingSetNowTimeOffset: (hours: number) => void told.push(hours) });
  assertEquals((await set("x")).retval, -1);
  assertEquals((await set("-3")).retval, 0);
  assertEquals(told, [-3]);
});

Deno.test("command_spam reweights OSDs until it is stopped", async () => {
  await using manager = await TestManager.start(SelfTest, { cluster: new TestCluster({ osds: 3 }) });
  const sent: unknown[] = [];
  manager.answerCommand("osd reweight", ({ args }) => {
    sent.push(args);
    if (sent.length === 3) void manager.command({ prefix: "mgr self-test background stop" });
    return {};
  });
  await manager.command({ prefix: "mgr self-test background start", workload: "command_spam" });
  await manager.until("its end", () => manager.log.some(({ text }) => text.startsWith("Ended command_spam")));
  assert(sent.length >= 3);
  assertEquals(Object.keys(sent[0] as object), ["id", "weight"]);
});

/** The MgrMap with a further module that nobody has enabled. */
async function mapWith({ module }: { readonly module: SelfTest }, name: string): Promise<MgrMapData> {
  const map = await module.get("mgr_map");
  const [one] = map.available_modules;
  const other = { can_run: true, error_string: "", module_options: {}, ...one, name };
  return { ...map, available_modules: [...map.available_modules, other] };
}

Deno.test("expectEqual(), expectSome() and expectRejection() throw with what was expected", async () => {
  const message = async (check: () => unknown) =>
    (await expectRejection("it", async () => await check())).message;
  assertEquals(
    await message(() => expectEqual("x", [1], undefined)),
    "Cannot pass the self-test: x is [1], not undefined",
  );
  assertEquals(
    await message(() => expectSome("get()", null)),
    "Cannot pass the self-test: get() has no answer",
  );
  assertEquals(
    await message(() => expectRejection("this", () => Promise.resolve())),
    "Cannot pass the self-test: this was not refused",
  );
});
