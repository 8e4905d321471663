/** The self-test by the stock CLI, as Ceph's own tests run it: on real monitors and on the development cluster. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withDevCluster } from "./dev_cluster.ts";
import { type CliResult, hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
/** Commits and reports follow each other more closely than by default. */
const QUICK = ["paxos propose interval = 0.1", "mgr tick period = 1"];

const QUIETLY: CliResult = { code: 0, stdout: "", stderr: "" };
const PASSED: CliResult = { code: 0, stdout: "None\n", stderr: "Self-test OK\n" };
/** How long the workload runs, and how long a command may take meanwhile on a machine with other work. */
const SPAM_MS = 3_000;
const QUICK_MS = 2_000;
/** Exit codes of the CLI. */
const EPERM = 1;
const EIO = 5;
const EINVAL = 22;
const EOPNOTSUPP = 95;

interface MgrStat {
  readonly active_gid: number;
}

/** A real cluster, or the development cluster. */
type AnyCluster = Pick<RealCluster, "ceph" | "command" | "commandJson" | "waitFor">;

const selfTest = (cluster: AnyCluster, ...args: readonly string[]): Promise<CliResult> =>
  cluster.ceph("mgr", "self-test", ...args);

Deno.test({ name: "Self-test on real monitors", ignore }, async (t) => {
  await RealCluster.run({ osds: 2, conf: ["mgr initial modules = selftest", ...QUICK] }, async (cluster) => {
    await cluster.startGanglion("x");
    await runCases(t, cluster);
  });
});

Deno.test({ name: "Self-test on a development cluster", ignore }, async (t) => {
  await withDevCluster({ osds: 2, modules: ["selftest"] }, async (cluster) => {
    const period = { who: "mgr", name: "mgr_tick_period", value: "1" };
    await cluster.command("mon", { prefix: "config set", ...period });
    await cluster.startGanglion("x");
    await runCases(t, cluster);
  });
});

async function runCases(t: Deno.TestContext, cluster: AnyCluster): Promise<void> {
  const version = { prefix: "mgr self-test python-version" };
  await cluster.waitFor(async () => (await cluster.command("mgr", version)).code === 0, "the self-test");
  let failed = 0;
  for (const [name, run] of Object.entries(CASES)) {
    if (!await t.step(name, () => run(cluster))) failed++;
  }
  if (failed > 0) throw new Error(`${failed} cases failed`);
}

/** In their order; each leaves the module as it was. */
const CASES: Readonly<Record<string, (cluster: AnyCluster) => Promise<void>>> = {
  async "a set option is seen, one for this manager before one for all"(cluster) {
    const get = async (...words: readonly string[]) => (await selfTest(cluster, "config", ...words)).stdout;
    assertEquals(await get("get", "testkey"), "None\n");
    await cluster.ceph("config", "set", "mgr", "mgr/selftest/testkey", "testvalue");
    await cluster.waitFor(async () => await get("get", "testkey") === "testvalue\n", "the option");
    assertEquals(await get("get_localized", "testkey"), "testvalue\n");
    await cluster.ceph("config", "set", "mgr", "mgr/selftest/x/testkey", "bar");
    await cluster.waitFor(async () => await get("get_localized", "testkey") === "bar\n", "the local option");
    assertEquals(await get("get", "testkey"), "testvalue\n");
    assertEquals(await get("get", "rwoption6"), "True\n");
  },

  async "an option that is not declared is refused"(cluster) {
    const { code, stderr } = await selfTest(cluster, "config", "get", "nosuch");
    assertEquals(code, EINVAL);
    assertStringIncludes(stderr, "UnknownOptionError");
  },

  async "run succeeds"(cluster) {
    assertEquals(await selfTest(cluster, "run"), { code: 0, stdout: "", stderr: "Self-test succeeded\n" });
  },

  async "remote tells calls that work from those that cannot"(cluster) {
    const { code, stdout, stderr } = await selfTest(cluster, "remote");
    assertEquals([code, stdout, stderr], [0, "", "Successfully called\n"]);
  },

  async "module tests other modules, and fails for one that is not there"(cluster) {
    assertEquals(await selfTest(cluster, "module", "selftest"), PASSED);
    assertEquals((await cluster.ceph("mgr", "module", "enable", "hello")).code, 0);
    assertEquals(await selfTest(cluster, "module", "hello"), PASSED);
    await cluster.ceph("mgr", "module", "disable", "hello");
    const { code, stdout, stderr } = await selfTest(cluster, "module", "nosuch");
    assertEquals([code, stdout], [EINVAL, ""]);
    assertStringIncludes(stderr, "ModuleNotFoundError");
  },

  async "command_spam leaves the manager as active and as quick as it was"(cluster) {
    const { active_gid: gid } = await cluster.commandJson<MgrStat>("mon", { prefix: "mgr stat" });
    const { code, stderr } = await selfTest(cluster, "background", "start", "command_spam");
    assertEquals([code, stderr], [0, "Running `command_spam` in background\n"]);
    const before = await epoch(cluster);
    const end = performance.now() + SPAM_MS;
    while (performance.now() < end) {
      const began = performance.now();
      assertEquals((await cluster.command("mgr", { prefix: "mgr self-test python-version" })).code, 0);
      assert(performance.now() - began < QUICK_MS, "a command of the module under load");
    }
    assert(await epoch(cluster) > before + 2, "nothing was sent");
    const stopped = await selfTest(cluster, "background", "stop");
    assertEquals([stopped.code, stopped.stderr], [0, "Stopping background workload `command_spam`\n"]);
    assertEquals((await cluster.commandJson<MgrStat>("mon", { prefix: "mgr stat" })).active_gid, gid);
  },

  async "health checks come and go by name"(cluster) {
    const check = (summary: string) => ({ severity: "warning", summary, detail: ["a", "b"] });
    const checks = JSON.stringify({ M1: check("one"), M2: check("two") });
    assertEquals(await selfTest(cluster, "health", "set", checks), QUIETLY);
    await cluster.waitFor(async () => (await health(cluster)).includes("[WRN] M1: one\n    a\n    b"), "M1");
    assertEquals(await selfTest(cluster, "health", "clear", "M1"), QUIETLY);
    await cluster.waitFor(async () => !(await health(cluster)).includes("M1"), "no M1");
    assertStringIncludes(await health(cluster), "M2: two");
    assertEquals(await selfTest(cluster, "health", "clear"), QUIETLY);
    await cluster.waitFor(async () => !(await health(cluster)).includes("M2"), "no M2");
  },

  async "health checks that are none are refused"(cluster) {
    const notJson = await selfTest(cluster, "health", "set", "{");
    assertEquals(notJson.code, EPERM);
    assertStringIncludes(notJson.stderr, "Error EPERM: Failed to decode JSON input: ");
    const incomplete = await selfTest(cluster, "health", "set", '{"M1":{}}');
    assertEquals(incomplete.code, EPERM);
    assertEquals(incomplete.stderr, "Error EPERM: Invalid health check format: 'severity'\n");
  },

  async "each priority reaches both channels of the cluster log"(cluster) {
    const tags = { info: "[INF]", security: "[SEC]", warning: "[WRN]", error: "[ERR]" };
    for (const channel of ["cluster", "audit"]) {
      for (const [priority, tag] of Object.entries(tags)) {
        const message = `${priority} in ${channel}`;
        const { code, stdout, stderr } = await selfTest(cluster, "cluster-log", channel, priority, message);
        assertEquals([code, stdout, stderr], [0, "", "Successfully called\n"]);
        await cluster.waitFor(async () => {
          const { stdout } = await cluster.ceph("log", "last", "100", "debug", channel);
          return stdout.includes(`: ${channel} ${tag} ${message}`);
        }, message);
      }
    }
  },

  async "a workload that is not there is refused"(cluster) {
    const { code, stderr } = await selfTest(cluster, "background", "start", "nosuch");
    assertEquals([code, stderr], [EINVAL, "Error EINVAL: Workload not found 'nosuch'\n"]);
    const idle = await selfTest(cluster, "background", "stop");
    assertEquals([idle.code, idle.stderr], [0, "No background workload was running\n"]);
  },

  async "a command that nobody has is EINVAL, one of a module that is off EOPNOTSUPP"(cluster) {
    assertEquals((await cluster.ceph("osd", "albatross")).code, EINVAL);
    const { code, stderr } = await cluster.ceph("hello");
    assertEquals(code, EOPNOTSUPP);
    assertEquals(
      stderr,
      "Error ENOTSUP: Module 'hello' is not enabled/loaded (required by command 'hello'): " +
        "use `ceph mgr module enable hello` to enable it\n",
    );
  },

  async "a command of a module that was enabled just now is answered"(cluster) {
    assertEquals((await cluster.ceph("mgr", "module", "enable", "hello")).code, 0);
    assertEquals((await cluster.ceph("hello")).stdout, "Hello, world!\n");
    await cluster.ceph("mgr", "module", "disable", "hello");
  },

  async "a module that has failed answers EIO until it is disabled and enabled"(cluster) {
    const { code, stderr } = await selfTest(cluster, "background", "start", "throw_exception");
    assertEquals([code, stderr], [0, "Running `throw_exception` in background\n"]);
    const failed = "Module 'selftest' has failed: Synthetic exception in serve";
    await cluster.waitFor(async () => (await health(cluster)).includes(failed), "the health check");
    const refused = await selfTest(cluster, "run");
    assertEquals(refused.code, EIO);
    // Where it was thrown is told besides.
    assertStringIncludes(
      refused.stderr,
      "Error EIO: Module 'selftest' has experienced an error and cannot handle commands: " +
        "Synthetic exception in serve",
    );
    await cluster.ceph("mgr", "module", "disable", "selftest");
    await cluster.waitFor(async () => !(await health(cluster)).includes("MGR_MODULE_ERROR"), "health");
    assertEquals((await selfTest(cluster, "cluster-log", "nosuch", "info", "text")).code, EOPNOTSUPP);
    await cluster.ceph("mgr", "module", "enable", "selftest");
    assertEquals((await selfTest(cluster, "run")).code, 0);
  },
};

async function epoch(cluster: AnyCluster): Promise<number> {
  return (await cluster.commandJson<{ epoch: number }>("mon", { prefix: "osd dump" })).epoch;
}

async function health(cluster: AnyCluster): Promise<string> {
  return (await cluster.command("mon", { prefix: "health", detail: "detail" })).out;
}
