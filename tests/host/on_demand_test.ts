/** Modules that run when something asks for them, or when their time has come. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { IDLE_MS } from "../../mgr/host/demand.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { TestHost } from "./test_host.ts";

const PATH = fileURLToPath(import.meta.resolve("./dummies_on_demand"));
const EIO = -5;
const WAKE_MS = 60_000;

async function start(clock: FakeClock, ...modules: readonly string[]): Promise<TestHost> {
  return await TestHost.start(modules, { path: PATH, clock });
}

/** Lets time pass until a module stops, in steps that its process can follow. */
async function idle(host: TestHost, clock: FakeClock, module: string): Promise<void> {
  await host.until(async () => {
    await clock.advance(IDLE_MS / 100);
    return host.status(module).state === "idle";
  }, `${module} idle`);
}

Deno.test("A module on demand starts with its first command, and stops when it is idle", async () => {
  const clock = new FakeClock();
  await using host = await start(clock, "dozes");
  await host.state("dozes", "idle");
  assertEquals(host.status("dozes").pid, undefined);
  assertEquals(host.host.commands().length, 2);
  assertEquals((await host.command("doze")).stdout, "1 of 1");
  const { pid } = host.status("dozes");
  assertEquals((await host.command("doze")).stdout, "2 of 2");
  assertEquals(host.status("dozes").pid, pid);
  await idle(host, clock, "dozes");
  assertEquals([host.status("dozes").pid, host.health()], [undefined, { DOZES: "it dozes" }]);
  assertEquals((await host.command("doze")).stdout, "1 of 3");
  assert(host.status("dozes").pid !== pid);
  host.host.setEnabled(new Set());
  await host.state("dozes", "stopped");
  assertEquals(host.health(), {});
});

Deno.test("A call of another module starts a module on demand", async () => {
  const clock = new FakeClock();
  await using host = await start(clock, "dozes", "pokes");
  await host.state("dozes", "idle");
  assertEquals((await host.command("poke")).stdout, "1");
  assertEquals((await host.command("poke")).stdout, "2");
  await idle(host, clock, "dozes");
  assertEquals((await host.command("poke")).stdout, "1");
});

Deno.test("A module on demand that fails stays failed", async () => {
  const clock = new FakeClock();
  await using host = await start(clock, "dozes");
  await host.command("doze and fail");
  await host.state("dozes", "failed");
  await clock.advance(10 * IDLE_MS);
  const { retval, stderr } = await host.command("doze");
  assertEquals(retval, EIO);
  assertStringIncludes(stderr, "it fell out of bed");
  assertEquals((await host.host.reload("dozes")).retval, 0);
  assertEquals((await host.command("doze")).retval, 0);
});

Deno.test("A module with a schedule runs a round at once, and one each time", async () => {
  const clock = new FakeClock();
  await using host = await start(clock, "ticks");
  const rounds = (): string => new TextDecoder().decode(host.link.store.get("mgr/ticks/rounds"));
  await host.until(() => rounds() === "1", "the first round");
  await idle(host, clock, "ticks");
  for (const round of ["2", "3"]) {
    await host.until(async () => {
      if (host.status("ticks").state === "idle") await clock.advance(WAKE_MS / 60);
      return rounds() === round;
    }, `round ${round}`);
    await idle(host, clock, "ticks");
  }
  host.host.end("another manager is active");
  await host.state("ticks", "stopped");
  await clock.advance(3 * WAKE_MS);
  assertEquals(rounds(), "3");
});
