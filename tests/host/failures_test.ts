/** Each way in which a module can go wrong: what the operator is told, and that nobody else notices. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { FakeClock } from "../fakes/fake_clock.ts";
import { TestHost } from "./test_host.ts";

/** Apart from the others: whoever looks for modules there waits for these. */
const HANGING = fileURLToPath(import.meta.resolve("./dummies_that_hang"));
const EIO = -5;
const EINVAL = -22;

/** A test that needs the module alone. */
function withModules(
  name: string,
  modules: readonly string[],
  body: (host: TestHost) => Promise<void>,
): void {
  Deno.test(name, async () => {
    await using host = await TestHost.start(modules);
    await body(host);
  });
}

withModules("A module that throws in its constructor has failed", ["throws_in_constructor"], async (host) => {
  await host.state("throws_in_constructor", "failed");
  assertEquals(host.health(), {
    MGR_MODULE_ERROR: "Module 'throws_in_constructor' has failed: the constructor threw (mod.ts:13:11)",
  });
  assertEquals(await host.command("throws in constructor"), {
    retval: EIO,
    stdout: "",
    stderr:
      "Module 'throws_in_constructor' has experienced an error and cannot handle commands: the constructor threw (mod.ts:13:11)",
  });
});

withModules(
  "A failed module tries anew when it is disabled and enabled",
  ["throws_in_serve"],
  async (host) => {
    await host.state("throws_in_serve", "failed");
    assertEquals(host.health(), {
      MGR_MODULE_ERROR: "Module 'throws_in_serve' has failed: serve() threw (mod.ts:10:27)",
    });
    assertStringIncludes(host.link.clusterLogs[0]!, "Unhandled exception from module 'throws_in_serve'");
    host.host.setEnabled(new Set());
    await host.state("throws_in_serve", "stopped");
    assertEquals(host.health(), {});
    host.host.setEnabled(new Set(["throws_in_serve"]));
    await host.state("throws_in_serve", "failed");
  },
);

withModules(
  "An accessor in the constructor says what to do instead",
  ["asks_in_constructor"],
  async (host) => {
    await host.state("asks_in_constructor", "failed");
    assertStringIncludes(host.health().MGR_MODULE_ERROR!, "Do it at the start of serve()");
  },
);

Deno.test("Modules that cannot be described are found, and cannot run", async () => {
  const reasons = {
    throws_at_import: "this module throws at its import",
    no_class: "mod.ts must export a class that extends MgrModule as its default",
    bad_declarations: "two words",
    exits_at_import: "its process ended with exit code 0",
    cannot_run: "there is no moon",
  };
  await using host = await TestHost.start(Object.keys(reasons));
  for (const { name, canRun, errorString } of host.host.infos()) {
    assertEquals(canRun, false, name);
    assertStringIncludes(errorString, reasons[name as keyof typeof reasons]);
  }
  const [check] = host.host.healthChecks().values();
  assertEquals(check!.summary, "5 mgr modules have failed dependencies");
  assert(check!.detail.includes("Module 'cannot_run' has failed dependency: there is no moon"));
  const refused = await host.command("cannot run");
  assertEquals([refused.retval, refused.stderr], [
    EIO,
    "Module 'cannot_run' has experienced an error and cannot handle commands: there is no moon",
  ]);
});

for (const module of ["loops_at_import", "waits_at_import"]) {
  Deno.test(`A module that ${module.replaceAll("_", " ")} holds up the first start for a moment, and no later one`, async () => {
    const clock = new FakeClock();
    const state = await Deno.makeTempDir({ prefix: "ganglion-test-" });
    try {
      const starting = TestHost.start([module], { clock, path: HANGING, state });
      const moving = setInterval(() => clock.advance(1000), 20);
      await using host = await starting;
      assertEquals(reasonOf(host), "it has not said yet what it is");
      await host.until(() => host.link.changes.includes("infos"), "something to announce");
      clearInterval(moving);
      assertMatch(reasonOf(host), /took more than 10 s/);
      // The clock stands still: nobody waits.
      await using again = await TestHost.start([module], { clock, path: HANGING, state });
      assertMatch(reasonOf(again), /took more than 10 s/);
    } finally {
      await Deno.remove(state, { recursive: true });
    }
  });
}

const reasonOf = ({ host }: TestHost): string => host.infos()[0]!.errorString;

withModules(
  "A handler that throws answers EINVAL with its stack, and the module goes on",
  ["misbehaves"],
  async (host) => {
    const { retval, stdout, stderr } = await host.command("throw");
    assertEquals([retval, stdout], [EINVAL, ""]);
    assertMatch(stderr, /^RangeError: the handler threw\n {4}at .*mod\.ts/);
    assertStringIncludes((await host.command("return")).stderr, "not [number, string, string]");
    assertStringIncludes((await host.command("health")).stderr, "Cannot take the health checks");
    assertEquals((await host.command("echo", { text: "still here" })).stdout, "still here");
    assertEquals(host.status("misbehaves").deaths, 0);
  },
);

const ENDS = {
  exit: "its process ended with exit code 7",
  heap: "its process ended with SIG",
  buffers: "",
} as const;

for (const [command, reason] of Object.entries(ENDS)) {
  withModules(
    `A process that dies (${command}) answers EIO and is started again`,
    ["misbehaves"],
    async (host) => {
      const waiting = host.command("never");
      const dying = await host.command(command);
      assert([EIO, EINVAL].includes(dying.retval), `${dying.retval} ${dying.stderr}`);
      assertStringIncludes(dying.stderr, reason);
      if (dying.retval === EINVAL) host.host.setEnabled(new Set());
      assertEquals((await waiting).retval, EIO);
      host.host.setEnabled(new Set(["misbehaves"]));
      assertEquals((await host.command("echo", { text: "back" })).stdout, "back");
    },
  );
}

for (const command of ["reject", "timer"]) {
  withModules(`What nobody waits for and throws (${command}) is a failure`, ["misbehaves"], async (host) => {
    await host.command(command);
    await host.state("misbehaves", "failed");
    assertStringIncludes(
      host.health().MGR_MODULE_ERROR!,
      command === "timer" ? "in a timer" : "nobody waits for this",
    );
  });
}

Deno.test("A loop without end is killed after its deadline; another module does not notice", async () => {
  const clock = new FakeClock();
  await using host = await TestHost.start(["misbehaves", "remembers"], { clock });
  const pid = (): number | undefined => host.status("remembers").pid;
  await host.state("misbehaves", "serving");
  await host.state("remembers", "serving");
  const before = pid();
  const looping = host.command("loop");
  assertEquals((await host.command("recall", { key: "a" })).stdout, "nothing");
  // Not too fast: the other module has its pings to answer meanwhile.
  const moving = setInterval(() => clock.advance(1000), 25);
  const { retval, stderr } = await looping;
  clearInterval(moving);
  assertEquals(retval, EIO);
  assertStringIncludes(stderr, "it hangs");
  assertEquals(pid(), before);
});

withModules(
  "A module that logs or prints without end delays nobody",
  ["misbehaves", "remembers"],
  async (host) => {
    await host.state("remembers", "serving");
    const floods = [host.command("log"), host.command("print")];
    await host.until(() => host.status("misbehaves").state === "serving", "serving");
    const started = performance.now();
    for (let i = 0; i < 50; i++) await host.command("recall", { key: "a" });
    const perCommand = (performance.now() - started) / 50;
    assert(perCommand < 50, `${perCommand} ms for a command beside a flood`);
    Deno.kill(host.status("misbehaves").pid!, "SIGKILL");
    assertEquals((await Promise.all(floods)).map(({ retval }) => retval), [EIO, EIO]);
  },
);

withModules("An answer that is too big is an error, a big one is not", ["misbehaves"], async (host) => {
  const { retval, stderr } = await host.command("big");
  assertEquals(retval, EIO);
  assertMatch(stderr, /at most \d+/);
  assertEquals((await host.command("large")).stdout.length, 20 * 1024 * 1024);
});

withModules("Calls beyond the limit are refused, not kept", ["misbehaves"], async (host) => {
  assertEquals((await host.command("calls")).stdout, String(5000 - 1024));
});

Deno.test("A module that does not end is killed after its deadline", async () => {
  const clock = new FakeClock();
  await using host = await TestHost.start(["ignores_shutdown"], { clock });
  assertEquals((await host.command("stay")).stdout, "here");
  host.host.setEnabled(new Set());
  await host.state("ignores_shutdown", "stopping");
  await clock.advance(5000);
  await host.state("ignores_shutdown", "stopped");
  assertEquals(host.status("ignores_shutdown").pid, undefined);
});

Deno.test("The pause before a restart doubles, and from the third death on there is a health check", async () => {
  const clock = new FakeClock();
  await using host = await TestHost.start(["exits"], { clock });
  for (const pause of [200, 400, 800]) {
    await host.state("exits", "died");
    await clock.advance(pause - 1);
    assertEquals(host.status("exits").state, "died");
    if (pause < 800) {
      assertEquals(host.health(), {});
      await clock.advance(1);
      await host.until(() => host.status("exits").state !== "died", "the next start");
    }
  }
  assertEquals(host.health(), {
    MGR_MODULE_DIED:
      "Module 'exits' has died 3 times in the last 10 minutes: its process ended with exit code 3",
  });
  host.host.setEnabled(new Set());
  await host.state("exits", "stopped");
  assertEquals(host.health(), {});
});
