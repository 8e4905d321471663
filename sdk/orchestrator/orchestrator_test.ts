/** Backends and clients: what is passed on, what is refused, and that errors keep their class. */

import { assertEquals, assertRejects } from "@std/assert";
import { TestManager } from "../testing/mod.ts";
import { OrchestratorClient, type RemoteCaller } from "./client.ts";
import {
  NoOrchestrator,
  NotImplementedError,
  OrchestratorError,
  OrchestratorValidationError,
} from "./errors.ts";
import { type HostSpec, makeHostSpec } from "./host_spec.ts";
import { ORCHESTRATOR_METHODS } from "./methods.ts";
import { Orchestrator } from "./orchestrator.ts";
import { makeServiceSpec, oneLine, type ServiceSpec } from "./service_spec.ts";

class Rack extends Orchestrator {
  readonly applied: string[] = [];

  override getHosts(): Promise<readonly HostSpec[]> {
    return Promise.resolve([makeHostSpec({ hostname: "a" })]);
  }
  override addHost({ hostname }: HostSpec): Promise<string> {
    if (hostname === "bad") return Promise.reject(new OrchestratorValidationError("no room", -28));
    if (hostname === "bug") throw new TypeError("a fault of the backend");
    return Promise.resolve(`Added ${hostname}`);
  }
  override applyMon(spec: ServiceSpec): Promise<string> {
    this.applied.push(spec.service_name);
    return Promise.resolve(oneLine(spec));
  }
  override applyDrivegroups(specs: readonly ServiceSpec[]): Promise<readonly string[]> {
    return Promise.resolve(specs.map(({ service_name }) => service_name));
  }
}

/** As between processes: only JSON passes. */
const callerOf = (backend: Rack): RemoteCaller => ({
  async remote(_, method, ...args) {
    const [name, values] = JSON.parse(JSON.stringify(args));
    const answer = method === "orchestrate"
      ? await backend.orchestrate(name, values)
      : backend.getFeatureSet();
    return JSON.parse(JSON.stringify(answer));
  },
});

async function start() {
  const manager = await TestManager.start(Rack, { name: "rack" });
  const client = new OrchestratorClient(callerOf(manager.module), () => "rack");
  return { manager, client, [Symbol.asyncDispose]: () => manager.stop() };
}

Deno.test("a client's call is the backend's", async () => {
  await using world = await start();
  assertEquals(await world.client.getHosts(), [makeHostSpec({ hostname: "a" })]);
  assertEquals(await world.client.addHost(makeHostSpec({ hostname: "b" })), "Added b");
});

Deno.test("errors of a backend keep class and errno; faults of it do not look like them", async () => {
  await using world = await start();
  const { client } = world;
  const add = (hostname: string) => client.addHost(makeHostSpec({ hostname }));
  await assertRejects(() => add("bad"), OrchestratorValidationError, "no room");
  assertEquals(await add("bad").catch((e: OrchestratorError) => e.errno), -28);
  await assertRejects(() => add("bug"), TypeError);
});

Deno.test("what a backend does not have rejects with NotImplementedError", async () => {
  await using world = await start();
  await assertRejects(() => world.client.pause(), NotImplementedError, "rack does not implement pause");
  const other = await world.manager.module.orchestrate("constructor", []);
  assertEquals(other, {
    error: { name: "NotImplementedError", message: "rack does not implement constructor", errno: -2 },
  });
});

Deno.test("getFeatureSet() tells what a backend has", async () => {
  await using world = await start();
  const features = await world.client.getFeatureSet();
  const available = Object.entries(features).filter(([, { available }]) => available).map(([name]) => name);
  assertEquals(available, ["addHost", "getHosts", "apply", "applyMon", "applyDrivegroups"]);
  assertEquals(Object.keys(features).length, Object.keys(ORCHESTRATOR_METHODS).length - 2);
});

Deno.test("apply() hands each specification to the method of its type, until one is refused", async () => {
  await using world = await start();
  const { client, manager } = world;
  const osds = makeServiceSpec("osd", {
    service_id: "x",
    placement: { host_pattern: "*" },
    spec: { data_devices: { all: true } },
  });
  const results = await client.apply([makeServiceSpec("mon"), osds, makeHostSpec({ hostname: "c" })]);
  assertEquals(results, ["<ServiceSpec for service_name=mon>", ["osd.x"], "Added c"]);
  const unable = client.apply([makeServiceSpec("mgr"), makeServiceSpec("mon")]);
  await assertRejects(() => unable, NotImplementedError, "rack does not implement applyMgr");
  assertEquals(manager.module.applied, ["mon"]);
});

Deno.test("a client without a backend says what to do", async () => {
  const caller: RemoteCaller = { remote: () => Promise.resolve(null) };
  const client = new OrchestratorClient(caller);
  await assertRejects(() => client.getHosts(), NoOrchestrator, "try `ceph orch set backend`");
  await assertRejects(() => client.getFeatureSet(), NoOrchestrator);
});
