/** The manager in memory does what the manager does. */

import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  type CommandHandlers,
  type CommandOf,
  commands,
  type HandleCommandResult,
  MethodNotFoundError,
  MgrModule,
  ModuleNotFoundError,
  type NotifyType,
  type Options,
  options,
  RadosError,
  UnknownOptionError,
} from "../mod.ts";
import { smallOsdMap } from "../../tests/fakes/small_osd_map.ts";
import { TestCluster, TestManager } from "./mod.ts";

const OPTIONS = options({
  size: { type: "int", default: 3, min: 1, max: 9 },
  how: { enumAllowed: ["fast", "slow"], default: "fast" },
  note: {},
});
const COMMANDS = commands({
  "box put": {
    desc: "",
    perm: "rw",
    args: { what: { type: "CephString" }, count: { type: "CephInt", range: "1|5" } },
  },
  "box fail": { desc: "", perm: "rw" },
});

class Box extends MgrModule<typeof OPTIONS, typeof COMMANDS> {
  static override readonly MODULE_OPTIONS = OPTIONS;
  static override readonly COMMANDS = COMMANDS;
  static override readonly NOTIFY_TYPES: readonly NotifyType[] = ["osd_map"];
  readonly heard: string[] = [];

  override handleCommand(inbuf: string, cmd: CommandOf<typeof COMMANDS>): HandleCommandResult {
    if (cmd.prefix === "box fail") throw new Error("the box is full");
    return [0, `${cmd.what} x ${cmd.count}${inbuf}`, "put"];
  }

  override notify(type: NotifyType, id: unknown): void {
    this.heard.push(`${type} ${id}`);
  }

  override configNotify(): void {
    this.heard.push("config");
  }
}

Deno.test("TestManager.command() checks arguments, and answers as the manager does", async () => {
  await using manager = await TestManager.start(Box);
  assertEquals(await manager.command({ prefix: "box put", what: "a", count: 2 }, "!"), {
    retval: 0,
    stdout: "a x 2!",
    stderr: "put",
  });
  assertEquals(await manager.command({ prefix: "box put", what: "a", count: 7 }), {
    retval: -22,
    stdout: "",
    stderr: "7 not in range [1, 5]",
  });
  assertEquals(
    (await manager.send("box put", { count: 1 })).stderr,
    "missing required parameter what(<string>)",
  );
  assertEquals((await manager.send("box take")).stderr, "No handler found for 'box take'");
  const failed = await manager.command({ prefix: "box fail" });
  assertEquals(failed.retval, -22);
  assertStringIncludes(failed.stderr, "Error: the box is full");
});

Deno.test("TestManager.setOption() refuses what the monitors refuse", async () => {
  await using manager = await TestManager.start(Box);
  const cases = [
    ["size", 99, "error parsing value: Value '99' exceeds maximum 9"],
    ["x/size", 0, "error parsing value: Value '0' is below minimum 1"],
    ["size", "many", "error parsing value: 'many' is no whole number"],
    ["how", "never", "error parsing value: 'never' is not one of the permitted values: fast, slow"],
    ["colour", "red", "unrecognized config option 'mgr/test/colour'"],
  ] as const;
  for (const [name, value, message] of cases) {
    await assertRejects(() => manager.setOption(name, value), Error, message);
  }
  await manager.setOption("size", 9);
  await manager.setOption("x/how", "slow");
  const { module } = manager;
  assertEquals([module.getModuleOption("size"), module.getModuleOption("how")], [9, "fast"]);
  assertEquals(module.getLocalizedModuleOption("how"), "slow");
  assertEquals(module.heard, ["config", "config"]);
});

Deno.test("TestManager: what a module sets, it reads; null goes back to the default", async () => {
  await using manager = await TestManager.start(Box);
  const { module } = manager;
  await module.setModuleOption("size", 5);
  await module.setLocalizedModuleOption("size", 6);
  assertEquals([module.getModuleOption("size"), module.getLocalizedModuleOption("size")], [5, 6]);
  assertEquals([...manager.options], [["size", "5"], ["x/size", "6"]]);
  await assertRejects(() => module.setModuleOption("size", 99), Error, "exceeds maximum 9");
  assertEquals(module.getModuleOption("size"), 5);
  await module.setModuleOption("size", null);
  assertEquals([module.getModuleOption("size"), module.getModuleOption("note")], [3, undefined]);
  // Types do not allow these; code without types may try.
  const untyped = (name: string, value: string): Promise<void> =>
    Reflect.apply(module.setModuleOption, module, [name, value]);
  await assertRejects(() => untyped("colour", "red"), UnknownOptionError, "Cannot use option 'colour'");
  await assertRejects(() => untyped("size", "many"), Error, "'many' is no whole number");
});

const TYPED = commands({
  "typed add": {
    desc: "Adds",
    perm: "r",
    args: { a: { type: "CephInt" }, b: { type: "CephInt", req: false } },
  },
  "typed none": { desc: "Has no method", perm: "r" },
});

/** Answers by a method for each command. */
class Typed extends MgrModule<Options, typeof TYPED> {
  static override readonly COMMANDS = TYPED;
  protected override readonly commandHandlers: CommandHandlers<typeof TYPED> = {
    "typed add": ({ a, b = 1 }, inbuf) => [0, `${a + b}${inbuf}`, this.getModuleName()],
  };
}

Deno.test("MgrModule.commandHandlers answer their commands; others are refused", async () => {
  await using manager = await TestManager.start(Typed, { name: "typed" });
  assertEquals(await manager.command({ prefix: "typed add", a: 2 }, "!"), {
    retval: 0,
    stdout: "3!",
    stderr: "typed",
  });
  const { retval, stderr } = await manager.command({ prefix: "typed none" });
  assertEquals([retval, stderr], [-22, "Module does not handle command 'typed none'"]);
});

Deno.test("TestManager: keys of a module, written by it and by others", async () => {
  await using manager = await TestManager.start(Box, { store: { a: "1" } });
  const { module } = manager;
  await module.setStore("b", new Uint8Array([50]));
  await module.setLocalizedStore("a", "mine");
  await manager.setStore("c", "3");
  assertEquals([...module.getStorePrefix("")], [["a", "1"], ["b", "2"], ["c", "3"], ["x/a", "mine"]]);
  assertEquals([module.getLocalizedStore("a"), module.getLocalizedStore("b"), module.getStore("d")], [
    "mine",
    "2",
    undefined,
  ]);
  await module.setStores({ b: null, f: "6", g: new Uint8Array([55]) });
  assertEquals([module.getStore("b"), module.getStore("f"), module.getStore("g")], [undefined, "6", "7"]);
  const tooMuch = { f: null, e: new Uint8Array(65_537), g: null };
  await assertRejects(() => module.setStores(tooMuch), AggregateError, "Cannot store 'e': ");
  assertEquals([module.getStore("e"), module.getStore("f"), module.getStore("g")], [
    undefined,
    undefined,
    undefined,
  ]);
  await assertRejects(
    () => module.setStore("e", new Uint8Array(65_537)),
    Error,
    "entry size limited to 65536 bytes",
  );
  manager.refuseWrites("no quorum");
  await assertRejects(() => module.setStore("a", "2"), Error, "no quorum");
  assertEquals([module.getStore("a"), [...manager.store.keys()]], ["1", ["a", "x/a", "c"]]);
});

Deno.test("TestManager: data, facts and notifications", async () => {
  await using manager = await TestManager.start(Box, {
    data: { health: { json: '{"status":"HEALTH_OK"}' } },
  });
  const { module } = manager;
  assertEquals(JSON.parse((await module.get("health")).json).status, "HEALTH_OK");
  assertEquals(await module.get("mon_map") as unknown, null);
  manager.answer("getMetadata", (type, id) => ({ hostname: `${type}.${id}` }));
  assertEquals(await module.getMetadata("osd", "0"), { hostname: "osd.0" });
  await assertRejects(() => module.listServers(), Error, 'say what by TestManager.answer("listServers", ..)');
  await manager.notify("osd_map", 7);
  await manager.notify("mon_map", 1);
  assertEquals(module.heard, ["osd_map 7"]);
});

Deno.test("TestManager: data cannot be changed by the module", async () => {
  await using manager = await TestManager.start(Box, { data: { health: { json: "{}" } } });
  const health = await manager.module.get("health");
  assertThrows(() => Object.assign(health, { json: "mine" }), TypeError);
});

Deno.test("TestManager: an OSDMap answers for itself and for what is made of it", async () => {
  await using manager = await TestManager.start(Box);
  const { module } = manager;
  await assertRejects(() => module.getOsdmap(), Error, "the manager has no OSDMap yet");
  const map = smallOsdMap();
  manager.setOsdmap(map.bytes);
  const osdmap = await module.getOsdmap();
  assertEquals([osdmap.getEpoch(), (await module.get("osd_map")).epoch], [map.epoch, map.epoch]);
  assertEquals(Object.keys(await module.get("osd_map", { fields: ["epoch", "osds"] })), ["epoch", "osds"]);
  assertEquals((await module.get("osd_map_tree")).nodes.length > 0, true);
});

Deno.test("TestManager: data of some pools", async () => {
  const stats = [{ pgid: "1.0" }, { pgid: "12.1f" }];
  await using manager = await TestManager.start(Box);
  manager.setData("pg_stats", { pg_stats: stats } as never);
  const { pg_stats } = await manager.module.get("pg_stats", { pools: [12] });
  assertEquals(pg_stats.map(({ pgid }) => pgid), ["12.1f"]);
});

Deno.test("TestManager: counters of daemons", async () => {
  await using manager = await TestManager.start(Box);
  manager.setCounters({
    "osd.0": {
      "osd.op": { value: 7, description: "operations" },
      "osd.op_latency": { value: 90, count: 3, type: 1 | 4 },
      "osd.debug": { value: 1, priority: 0 },
    },
    "osd.1": {},
    "mds.a": { "mds.request": { value: 2 } },
  });
  const { module } = manager;
  const all = await module.getAllPerfCounters();
  assertEquals(Object.keys(all), ["osd.0", "mds.a"]);
  assertEquals(all["osd.0"], {
    "osd.op": { description: "operations", type: 10, priority: 5, units: 1, value: 7 },
    "osd.op_latency": { description: "", type: 5, priority: 5, units: 1, value: 90, count: 3 },
  });
  const schema = await module.getPerfSchema("osd", "0");
  assertEquals(Object.keys(schema["osd.0"]!), ["osd.op", "osd.op_latency", "osd.debug"]);
});

Deno.test("TestManager: what a module reports is there, and gone when it ends", async () => {
  const manager = await TestManager.start(Box);
  const { module } = manager;
  await module.setHealthChecks({ BOX_FULL: { severity: "warning", summary: "full" } });
  await assertRejects(
    () => module.setHealthChecks({ full: { severity: "warning", summary: "" } }),
    TypeError,
    "full",
  );
  await module.setUri("http://x/");
  await module.updateProgressEvent("1", "moving", 0.5);
  await module.clusterLog("audit", "sec", "somebody was here");
  assertEquals([Object.keys(manager.healthChecks), manager.uri, manager.progressEvents.get("1")?.progress], [
    ["BOX_FULL"],
    "http://x/",
    0.5,
  ]);
  assertEquals(manager.clusterLog, [{ channel: "audit", priority: "sec", message: "somebody was here" }]);
  await manager.stop();
  assertEquals([manager.healthChecks, manager.uri, manager.progressEvents.size], [{}, "", 0]);
});

Deno.test("TestManager: a serve() that throws makes the module fail", async () => {
  class Fails extends Box {
    override serve(): Promise<void> {
      return Promise.reject(new Error("no more"));
    }
  }
  await using manager = await TestManager.start(Fails, { name: "box" });
  assertEquals(manager.failure, "no more");
  assertEquals(await manager.command({ prefix: "box fail" }), {
    retval: -5,
    stdout: "",
    stderr: "Module 'box' has experienced an error and cannot handle commands: no more",
  });
  assertStringIncludes(manager.log[0]!.text, "Error: no more\n    at ");
});

Deno.test("TestManager.start() rejects with what the constructor threw", async () => {
  class Early extends Box {
    readonly size = this.getModuleOption("size");
  }
  await assertRejects(
    () => TestManager.start(Early),
    Error,
    "Cannot call getModuleOption() in the constructor",
  );
});

Deno.test("TestManager.until() waits for what the module does", async () => {
  class Slow extends Box {
    override async serve(): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, 5));
      this.log.info("done");
    }
  }
  await using manager = await TestManager.start(Slow);
  await manager.until("its line", () => manager.log.length > 0);
  assertEquals(manager.log, [{ level: "info", text: "done", written: true }]);
});

Deno.test("TestManager.restart(): options and keys are still there, fields are not", async () => {
  await using manager = await TestManager.start(Box);
  const first = manager.module;
  first.heard.push("something");
  await first.setStore("a", "1");
  await manager.restart();
  assertEquals([manager.module === first, manager.module.heard, manager.module.getStore("a")], [
    false,
    [],
    "1",
  ]);
});

class Caller extends MgrModule {
  static override readonly EXPORTS = ["twice"] as const;
  twice(n: number): number {
    return 2 * n;
  }
  async greet(who: object): Promise<unknown> {
    return await this.remote<{ greet(who: object): string }>("greeter").greet(who);
  }
}

Deno.test("TestManager.setRemote() and remote(): other modules, and the module as they see it", async () => {
  await using manager = await TestManager.start(Caller);
  await assertRejects(() => manager.module.greet({}), ModuleNotFoundError, "there is no such module");
  const seen: unknown[] = [];
  manager.setRemote("greeter", { greet: (who: object) => seen.push(who) });
  const who = { name: "Mars" };
  assertEquals(await manager.module.greet(who), 1);
  assertEquals([seen, seen[0] === who], [[{ name: "Mars" }], false]);
  manager.setRemote("greeter", {});
  await assertRejects(() => manager.module.greet(who), MethodNotFoundError);
  assertEquals(await manager.remote().twice(4), 8);
});

class Keeper extends MgrModule {
  readonly told: string[] = [];
  override async serve(): Promise<void> {
    const pool = await this.rados.openPool("p");
    await pool.watch("bell", {
      notified: ({ payload }) => void this.told.push(new TextDecoder().decode(payload)),
    });
    await pool.writeFull("seen", await pool.read("given"));
  }
}

Deno.test("TestManager.addPool() and rados: objects that the test and the module share", async () => {
  await using manager = await TestManager.start(Keeper);
  await manager.until("its failure", () => manager.failure !== undefined);
  assertEquals(manager.failure, "Cannot open pool 'p': there is no such pool");
  manager.addPool("p");
  const pool = await manager.rados.openPool("p");
  await pool.writeFull("given", "text");
  await pool.writeFull("bell", "");
  await manager.restart();
  assertEquals(await pool.read("seen"), new TextEncoder().encode("text"));
  assertEquals((await pool.notify("bell", "ding")).replies.length, 1);
  assertEquals(manager.module.told, ["ding"]);
  await manager.stop();
  assertEquals((await pool.notify("bell", "ding")).replies.length, 0);
  await assertRejects(
    () => pool.stat("none"),
    RadosError,
    "Cannot stat object 'none' of pool 'p': ENOENT (-2)",
  );
});

Deno.test("TestManager.rados has the pools of the cluster", async () => {
  const cluster = new TestCluster({ osds: 3, pools: { rbd: { pgNum: 8 } } });
  await using manager = await TestManager.start(Caller, { cluster });
  const pool = await manager.module.rados.openPool("rbd");
  await pool.writeFull("a", "x");
  assertEquals((await pool.stat("a")).size, 1);
  await cluster.removePool("rbd");
  await assertRejects(() => manager.rados.openPool("rbd"), RadosError, "there is no such pool");
});
