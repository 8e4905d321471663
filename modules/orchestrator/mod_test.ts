/** `ceph orch` in memory, with the test backend: what ceph-mgr has answered to the same (tests/vectors/orchestrator.json). */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { TestCluster, TestManager } from "@ganglion/sdk/testing";
import recorded from "../../tests/vectors/orchestrator.json" with { type: "json" };
import { type Case, DATA, ORCHESTRATOR_CASES } from "../../tests/cluster/orchestrator_cases.ts";
import TestOrchestrator from "../test_orchestrator/mod.ts";
import manifest from "./deno.json" with { type: "json" };
import OrchestratorCli from "./mod.ts";

/** The module and its backend, as two modules of one manager. */
class World implements AsyncDisposable {
  private constructor(
    readonly cli: TestManager<typeof OrchestratorCli>,
    readonly backend: TestManager<typeof TestOrchestrator>,
  ) {}

  static async start(): Promise<World> {
    const cluster = new TestCluster();
    const backend = await TestManager.start(TestOrchestrator, { name: "test_orchestrator", cluster });
    const cli = await TestManager.start(OrchestratorCli, {
      name: "orchestrator",
      permissions: manifest,
      cluster,
    });
    const map = await cli.module.get("mgr_map");
    const found = (name: string) => ({ name, can_run: true, error_string: "", module_options: {} });
    cli.setData("mgr_map", {
      ...map,
      modules: ["test_orchestrator", "hello"],
      available_modules: ["hello", "off", "test_orchestrator"].map(found),
    });
    cli.setRemote("test_orchestrator", {
      isOrchestratorModule: () => backend.module.isOrchestratorModule(),
      orchestrate: (method: string, args: readonly unknown[]) => backend.module.orchestrate(method, args),
    });
    cli.setRemote("hello", {});
    cli.answer("getForeignCephOption", (_, name) => {
      if (name !== "osd_max_backfills") throw new Error("option not found");
      return 1;
    });
    return new World(cli, backend);
  }

  /** Whichever of both has the command. */
  ask({ prefix, args, input }: Case) {
    return (prefix.startsWith("orch") ? this.cli : this.backend).send(prefix, args, input);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cli.stop();
    await this.backend.stop();
  }
}

/** Years pass. */
const timeless = (text: string): string => text.replace(/\b\d+y\b/g, "Ny");

Deno.test("ceph orch answers what ceph-mgr has answered", async (t) => {
  await using world = await World.start();
  for (const [i, one] of ORCHESTRATOR_CASES.entries()) {
    const { retval, stdout, stderr } = await world.ask(one);
    const { code, out, err } = recorded.answers[i]!;
    await t.step(`${one.prefix} ${JSON.stringify(one.args)}`, () => {
      assertEquals([retval, timeless(stdout), stderr], [code, timeless(out), err]);
    });
  }
});

Deno.test("orch set backend refuses a module that is off, or that is no backend", async () => {
  await using world = await World.start();
  const set = async (module_name: string) =>
    (await world.cli.command({ prefix: "orch set backend", module_name })).stderr;
  assertStringIncludes(await set("off"), "Module 'off' is not enabled. \n Run `ceph mgr module enable off`");
  assertEquals(await set("hello"), "'hello' is not an orchestrator module");
  assertEquals(world.cli.options.size, 0);
});

Deno.test("commands tell when the backend is gone, and when it is broken", async () => {
  await using world = await World.start();
  await world.cli.setOption("orchestrator", "test_orchestrator");
  const list = () => world.cli.command({ prefix: "orch host ls" });
  world.cli.setRemote("test_orchestrator", undefined);
  assertEquals(await list(), { retval: -2, stdout: "", stderr: "Module not found" });
  world.cli.setRemote("test_orchestrator", {
    orchestrate() {
      throw new TypeError("a fault of the backend");
    },
  });
  const { retval, stderr } = await list();
  assertEquals(retval, -22);
  assertStringIncludes(stderr, "RemoteError: a fault of the backend");
});

Deno.test("orch apply --dry-run shows what the backend plans", async () => {
  await using world = await World.start();
  await world.cli.setOption("orchestrator", "test_orchestrator");
  const plan = [{ service_type: "mon", service_name: "mon", add: ["a", "b"], remove: [] }];
  world.cli.setRemote("test_orchestrator", {
    orchestrate: (method: string) => ({ result: method === "plan" ? plan : ["applied"] }),
  });
  const dry = { prefix: "orch apply", service_type: "mon", dry_run: true } as const;
  assertStringIncludes((await world.cli.command(dry)).stdout, "|mon      |mon   |a b     |             |");
  const json = await world.cli.command({ ...dry, format: "json" });
  assertEquals(JSON.parse(json.stdout), plan);
});

Deno.test("selfTest() leaves the backend and chooses it again", async () => {
  await using world = await World.start();
  await world.cli.setOption("orchestrator", "test_orchestrator");
  const error = { name: "OrchestratorError", message: "hello, world", errno: -22 };
  world.cli.setRemote("selftest", { orchResultOf: () => ({ error }) });
  await world.cli.remote().selfTest();
  assertEquals(await world.cli.remote().selectOrchestrator(), "test_orchestrator");
});

Deno.test("what the test backend was told outlives it", async () => {
  await using world = await World.start();
  await world.backend.command({ prefix: "test_orchestrator load_data" }, DATA);
  await world.cli.setOption("orchestrator", "test_orchestrator");
  await world.cli.command({ prefix: "orch host add", hostname: "node-c", labels: ["new"] });
  await world.cli.command({ prefix: "orch apply", service_type: "mon", placement: "label:mon" });
  await world.cli.command({ prefix: "orch rm", service_name: "mds.fs" });
  await world.backend.restart();
  const { stdout } = await world.cli.command({ prefix: "orch host ls", label: "new" });
  assertStringIncludes(stdout, "node-c  node-c  new");
  const services = (await world.cli.command({ prefix: "orch ls" })).stdout;
  assertEquals(services.includes("mds.fs"), false);
  assertStringIncludes(services, "mon                            0/1  -          -    label:mon");
});
