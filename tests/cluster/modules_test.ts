/** Modules under real monitors and the stock CLI: enabled, asked, configured, killed, failed over. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { processesWith } from "./proc_files.ts";
import { runTool } from "./cluster_files.ts";
import { grantAll } from "./grants.ts";
import { withDevCluster } from "./dev_cluster.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
/** Commits and reports follow each other more closely than by default. */
const QUICK = ["paxos propose interval = 0.1", "mgr tick period = 1"];
const DUMMIES = fileURLToPath(import.meta.resolve("../host/dummies"));

interface ModuleLs {
  readonly enabled_modules: readonly string[];
  readonly disabled_modules: readonly {
    readonly name: string;
    readonly can_run: boolean;
    readonly error_string: string;
    readonly module_options: Record<string, { readonly type: string; readonly default_value: string }>;
  }[];
}

/** A real cluster, or the development cluster. */
type AnyCluster = Pick<
  RealCluster,
  "ceph" | "command" | "commandJson" | "waitFor" | "startGanglion" | "conf"
>;

const answer = async (cluster: AnyCluster, prefix: string, args = {}): Promise<string> => {
  const { code, out, err } = await cluster.command("mgr", { prefix, ...args });
  return code === 0 ? out.trim() : `${code} ${err}`;
};

/** Pid of the process of a module of this cluster's manager. */
async function pidOf(cluster: RealCluster, module: string): Promise<number | undefined> {
  const { pid } = cluster.daemon("mgr.x");
  const found = await processesWith(`${module}/mod.ts`);
  const own = await Promise.all(found.map(async ({ pid: child }) => {
    const stat = await Deno.readTextFile(`/proc/${child}/stat`).catch(() => "");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid ? child : undefined;
  }));
  return own.find((child) => child !== undefined);
}

const available = (cluster: AnyCluster): Promise<unknown> =>
  cluster.waitFor(
    async () => (await cluster.commandJson<{ available: boolean }>("mon", { prefix: "mgr stat" })).available,
    "an available manager",
  );

async function health(cluster: RealCluster): Promise<string> {
  const { out } = await cluster.command("mon", { prefix: "health", detail: "detail" });
  return out;
}

Deno.test({ name: "ceph hello is answered by a sandboxed module, as README shows", ignore }, async () => {
  await RealCluster.run({ osds: 2, conf: QUICK }, async (cluster) => {
    await cluster.startGanglion("x");
    await available(cluster);
    const { disabled_modules } = await cluster.cephJson<ModuleLs>("mgr", "module", "ls");
    const hello = disabled_modules.find(({ name }) => name === "hello")!;
    assertEquals(
      [hello.can_run, hello.module_options.place?.type, hello.module_options.place?.default_value],
      [
        true,
        "str",
        "world",
      ],
    );
    const refused = await cluster.ceph("hello");
    assertEquals(refused.code, 95);
    assertStringIncludes(refused.stderr, "use `ceph mgr module enable hello` to enable it");
    assertEquals((await cluster.ceph("mgr", "module", "enable", "hello")).code, 0);
    assertEquals((await cluster.ceph("hello")).stdout, "Hello, world!\n");
    const pid = await pidOf(cluster, "hello");
    await cluster.ceph("config", "set", "mgr", "mgr/hello/place", "Mars");
    await cluster.waitFor(async () => await answer(cluster, "hello") === "Hello, Mars!", "the new place");
    assertEquals((await cluster.ceph("hello", "Bob")).stdout, "Hello, Bob!\n");
    assertEquals(await pidOf(cluster, "hello"), pid);
    const help = await cluster.ceph("config", "help", "mgr/hello/place");
    assertStringIncludes(help.stdout, "Whom to greet");
    const wrong = await cluster.ceph("config", "set", "mgr", "mgr/hello/emphatic", "maybe");
    assertEquals(wrong.code, 22);
    assertEquals((await cluster.ceph("mgr", "module", "disable", "hello")).code, 0);
    await cluster.waitFor(async () => await pidOf(cluster, "hello") === undefined, "the end of hello");
    assertEquals((await cluster.ceph("hello")).code, 95);
  });
});

Deno.test({ name: "A module that is killed is back, and what it stored is there", ignore }, async () => {
  await RealCluster.run({ conf: ["mgr initial modules = hello", ...QUICK] }, async (cluster) => {
    await cluster.startGanglion("x");
    await cluster.waitFor(async () => await answer(cluster, "hello") === "Hello, world!", "hello");
    await cluster.waitFor(
      async () =>
        (await cluster.command("mon", { prefix: "config-key get", key: "mgr/hello/greetings" })).code === 0,
      "the count in the monitors' store",
    );
    const pid = (await pidOf(cluster, "hello"))!;
    Deno.kill(pid, "SIGKILL");
    await cluster.waitFor(async () => {
      const now = await pidOf(cluster, "hello");
      return now !== undefined && now !== pid;
    }, "another process");
    assertEquals(await answer(cluster, "hello"), "Hello, world!");
    assertMatch(await answer(cluster, "hello count"), /^[2-9] greetings$/);
    assertStringIncludes(await cluster.log("mgr.x"), "module hello: its process ended with SIGKILL");
  });
});

Deno.test({
  name: "A module that throws or cannot be loaded is a health check, and nobody else's trouble",
  ignore,
}, async () => {
  await RealCluster.run({ conf: ["mgr initial modules = hello", ...QUICK] }, async (cluster) => {
    const broken = `${cluster.directory}/modules/broken_manifest`;
    await Deno.mkdir(broken, { recursive: true });
    await Deno.writeTextFile(`${broken}/mod.ts`, "export {};\n");
    await Deno.writeTextFile(`${broken}/deno.json`, '{ "mgr": ');
    await cluster.startGanglion("x", [`--mgr-module-path=${DUMMIES},${cluster.directory}/modules`]);
    await cluster.waitFor(async () => await answer(cluster, "hello") === "Hello, world!", "hello");
    const hello = await pidOf(cluster, "hello");
    const { disabled_modules } = await cluster.cephJson<ModuleLs>("mgr", "module", "ls");
    const reasons = new Map(disabled_modules.map(({ name, error_string }) => [name, error_string]));
    assertEquals(reasons.get("throws_at_import"), "this module throws at its import (mod.ts:3:7)");
    assertStringIncludes(reasons.get("broken_manifest")!, "Cannot read deno.json");
    const refused = await cluster.ceph("mgr", "module", "enable", "throws_at_import");
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.stderr, "this module throws at its import");

    await cluster.command("mon", { prefix: "mgr module enable", module: "throws_in_serve" });
    await cluster.waitFor(
      async () => (await health(cluster)).includes("Module 'throws_in_serve' has failed: serve() threw"),
      "MGR_MODULE_ERROR",
    );
    assertStringIncludes(await health(cluster), "[ERR] MGR_MODULE_ERROR");
    const failed = await cluster.command("mgr", { prefix: "throws in serve" });
    assertEquals([failed.code, failed.err.split(":")[0]], [
      -5,
      "Module 'throws_in_serve' has experienced an error and cannot handle commands",
    ]);
    await cluster.command("mon", { prefix: "mgr module disable", module: "throws_in_serve" });
    await cluster.waitFor(async () => !(await health(cluster)).includes("MGR_MODULE_ERROR"), "health again");

    await cluster.command("mon", { prefix: "mgr module enable", module: "exits" });
    await cluster.waitFor(
      async () =>
        /Module 'exits' has died \d+ times .*: its process ended with exit code 3/.test(
          await health(cluster),
        ),
      "MGR_MODULE_DIED",
    );
    await cluster.command("mon", { prefix: "mgr module disable", module: "exits" });
    await cluster.waitFor(async () => !(await health(cluster)).includes("MGR_MODULE_DIED"), "health again");
    assertEquals([await answer(cluster, "hello"), await pidOf(cluster, "hello")], ["Hello, world!", hello]);
  });
});

Deno.test({ name: "A standby takes over, and its modules answer", ignore }, async () => {
  await RealCluster.run({ conf: ["mgr initial modules = hello", ...QUICK] }, async (cluster) => {
    await cluster.startGanglion("x");
    await cluster.waitFor(async () => await answer(cluster, "hello") === "Hello, world!", "hello of x");
    await cluster.startGanglion("y");
    await cluster.waitFor(
      async () =>
        (await cluster.commandJson<{ num_standby: number }>("mon", { prefix: "mgr stat" })).num_standby === 1,
      "a standby",
    );
    await cluster.kill("mgr.x");
    await cluster.command("mon", { prefix: "mgr fail", who: "x" });
    await cluster.waitFor(async () => await answer(cluster, "hello") === "Hello, world!", "hello of y");
    const { active_name } = await cluster.commandJson<{ active_name: string }>("mon", { prefix: "mgr stat" });
    assertEquals(active_name, "y");
    assert((await cluster.log("mgr.y")).includes("active (tenure 1)"));
  });
});

Deno.test(
  { name: "A manager that is killed is replaced by the standby after the monitors' grace", ignore },
  async () => {
    const conf = [
      "mgr initial modules = hello",
      ...QUICK,
      "mon mgr beacon grace = 3",
      "mon tick interval = 1",
    ];
    await RealCluster.run({ conf }, async (cluster) => {
      await cluster.startGanglion("x");
      await cluster.waitFor(async () => await answer(cluster, "hello") === "Hello, world!", "hello of x");
      await cluster.startGanglion("y");
      await cluster.waitFor(
        async () =>
          (await cluster.commandJson<{ num_standby: number }>("mon", { prefix: "mgr stat" })).num_standby ===
            1,
        "a standby",
      );
      await cluster.kill("mgr.x");
      await cluster.waitFor(
        async () =>
          (await cluster.commandJson<{ active_name: string }>("mon", { prefix: "mgr stat" })).active_name ===
            "y",
        "mgr.y active",
      );
      await cluster.waitFor(async () => await answer(cluster, "hello") === "Hello, world!", "hello of y");
    });
  },
);

Deno.test({
  name: "Modules go on while the monitor is away, and their writes are there when it is back",
  ignore,
}, async () => {
  await RealCluster.run({ conf: ["mgr initial modules = hello", ...QUICK] }, async (cluster) => {
    await cluster.startGanglion("x");
    await cluster.waitFor(async () => await answer(cluster, "hello") === "Hello, world!", "hello");
    const pid = await pidOf(cluster, "hello");
    await cluster.stopMon("a");
    assertEquals(await answer(cluster, "hello"), "Hello, world!");
    cluster.startMon("a");
    const stored = async (): Promise<string> =>
      (await cluster.command("mon", { prefix: "config-key get", key: "mgr/hello/greetings" })).out;
    await cluster.waitFor(async () => Number(await stored()) >= 2, "both greetings in the store");
    assertEquals(await pidOf(cluster, "hello"), pid);
  });
});

Deno.test({
  name: "Modules run under --setuser, for a user who may not read the cache of root",
  ignore: ignore || Deno.uid() !== 0,
}, async () => {
  await RealCluster.run({ conf: ["mgr initial modules = hello", ...QUICK] }, async (cluster) => {
    await cluster.makeMgrKey("x");
    await runTool("chown", "-R", "ceph:ceph", cluster.directory);
    await cluster.startGanglion("x", ["--setuser=ceph", "--setgroup=ceph"]);
    await cluster.waitFor(async () => await answer(cluster, "hello") === "Hello, world!", "hello");
    const pid = (await pidOf(cluster, "hello"))!;
    assertMatch(await Deno.readTextFile(`/proc/${pid}/status`), /^Uid:\t(?!0\t)\d+/m);
    // It imports a package of npm, and is always on.
    assertStringIncludes(await answer(cluster, "orch status"), "No orchestrator configured");
  });
});

Deno.test({ name: "A module asks OSDs who writes, and shows its progress in ceph -s", ignore }, async () => {
  const conf = ["mgr stats period = 1", ...QUICK];
  await RealCluster.run({ osds: 2, conf }, (cluster) => watchLoad(cluster, cluster.directory));
});

Deno.test({ name: "A module asks simulated OSDs the same", ignore }, async () => {
  const plan = { osds: 2, failureDomain: "osd", data: false, modules: [] } as const;
  await withDevCluster(plan, async (cluster) => {
    for (const [who, name, value] of [["mgr", "mgr_stats_period", "1"], ["mgr", "mgr_tick_period", "1"]]) {
      await cluster.command("mon", { prefix: "config set", who: who!, name: name!, value: value! });
    }
    await watchLoad(cluster, cluster.cluster.directory.path);
  });
});

async function watchLoad(cluster: AnyCluster, directory: string): Promise<void> {
  await grantAll(cluster, `${DUMMIES}/load_watcher`);
  await cluster.startGanglion("x", [`--mgr-module-path=${DUMMIES}`]);
  await available(cluster);
  const enable = { prefix: "mgr module enable", module: "load_watcher" };
  await cluster.waitFor(
    async () => (await cluster.command("mon", enable)).code === 0,
    "a module that can run: on a busy machine it is late with what it declares",
  );
  await cluster.waitFor(async () => await answer(cluster, "load watch") === "0", "the query");
  await cluster.command("mon", { prefix: "osd pool create", pool: "p", pg_num: 8 });
  await countsWrites(cluster, directory);
  await knowsPlaces(cluster);
  await answer(cluster, "load progress", { done: 0.5 });
  const status = async (): Promise<string> => (await cluster.ceph("-s")).stdout;
  await cluster.waitFor(async () => (await status()).includes("Working"), "the progress event");
  await answer(cluster, "load progress", { done: 1 });
  await cluster.waitFor(async () => !(await status()).includes("Working"), "its end");
}

async function countsWrites(cluster: AnyCluster, directory: string): Promise<void> {
  const file = `${directory}/object`;
  await Deno.writeFile(file, new Uint8Array(10_000));
  for (const name of ["a", "b", "c"]) {
    await runTool("rados", "-c", cluster.conf, "-p", "p", "put", name, file);
  }
  let [ops, bytes, latencies] = [0, 0, 0];
  await cluster.waitFor(async () => {
    interface Row {
      readonly key: string[][];
      readonly counters: [number, number][];
    }
    const rows = JSON.parse(await answer(cluster, "load show")) as Row[];
    for (const { key, counters } of rows) {
      assertEquals(key, [["1"]]);
      ops += counters[0]![0];
      bytes += counters[1]![0];
      latencies += counters[2]![1];
    }
    return ops >= 3;
  }, "three writes");
  assertEquals([ops, bytes, latencies], [3, 30_000, 3]);
  assertStringIncludes(await answer(cluster, "load wrong"), "has no capture group");
}

async function knowsPlaces(cluster: AnyCluster): Promise<void> {
  const placed = await cluster.commandJson<{ epoch: number; pgid: string; up: number[] }>("mon", {
    prefix: "osd map",
    pool: "p",
    object: "a",
  });
  interface Map {
    readonly epoch: number;
    readonly same: boolean;
    readonly pgs: Record<string, number[]>;
  }
  const map = await cluster.waitFor(async () => {
    const map = JSON.parse(await answer(cluster, "load map", { pool: 1 })) as Map;
    // The module asks twice, and a new map may come between both.
    return map.epoch >= placed.epoch && map.same ? map : undefined;
  }, "one and the same OSDMap in the module");
  assertEquals([map.pgs[placed.pgid], Object.keys(map.pgs).length], [placed.up, 8]);
}

Deno.test({
  name: "A module that is late with what it declares is announced when it has",
  ignore,
}, async () => {
  await RealCluster.run({ conf: ["mgr initial modules = hello late", ...QUICK] }, async (cluster) => {
    const late = fileURLToPath(import.meta.resolve("../host/dummies_late"));
    await cluster.startGanglion("x", [`--mgr-module-path=${late}`]);
    await cluster.waitFor(async () => await answer(cluster, "hello") === "Hello, world!", "hello");
    await cluster.waitFor(
      async () =>
        (await health(cluster)).includes("Module 'late' has failed dependency: it has not said yet"),
      "MGR_MODULE_DEPENDENCY",
    );
    await cluster.waitFor(
      async () => (await cluster.ceph("late")).stdout.trim() === "better late than never",
      "the command in the monitors' table",
    );
    assertEquals((await cluster.ceph("config", "set", "mgr", "mgr/late/patience", "5")).code, 0);
    assertEquals(await answer(cluster, "hello"), "Hello, world!");
    await cluster.waitFor(async () => !(await health(cluster)).includes("MGR_MODULE_DEPENDENCY"), "health");
  });
});
