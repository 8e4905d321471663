/** Simulated OSDs before a manager and the stock CLI: they die and come back, they fail as they are told, they answer. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { DaemonProcess } from "./daemon_process.ts";
import { type TestDevCluster, withDevCluster } from "./dev_cluster.ts";
import { type CommandWords, hasCeph } from "./real_cluster.ts";

const ignore = !await hasCeph();

/** Reports and health follow each other closely, and OSDs recover as fast as they may. */
const QUICK = [
  ["mgr", "mgr_stats_period", "1"],
  ["mgr", "mgr_tick_period", "1"],
  ["osd", "osd_recovery_max_active", "20"],
] as const;

/** The real manager: what our OSDs report must be what it understands. */
async function withRealManager(body: (cluster: TestDevCluster) => Promise<void>): Promise<void> {
  await withDevCluster({ modules: ["iostat"] }, async (dev) => {
    for (const [who, name, value] of QUICK) {
      await dev.command("mon", { prefix: "config set", who, name, value });
    }
    const manager = await dev.startRealMgr("x");
    await healthIs(dev, /^HEALTH_OK/, manager);
    await body(dev);
  });
}

/** Waits for a health report; the checks with their details. */
async function healthIs(
  { command, ceph }: TestDevCluster,
  wanted: RegExp,
  manager?: DaemonProcess,
): Promise<string> {
  for (const deadline = performance.now() + 40_000; performance.now() < deadline;) {
    const { out } = await command("mon", { prefix: "health", detail: "detail" });
    const { out: pgs } = await command("mgr", { prefix: "pg stat" });
    if (wanted.test(out) && /^\d+ pgs: \d+ active/.test(pgs)) return out;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Never ${wanted}: ${(await ceph("-s")).stdout} ${manager?.describe() ?? ""}`);
}

interface PgSummary {
  readonly pg_summary: {
    readonly num_pg_by_state: readonly { readonly name: string; readonly num: number }[];
  };
}

/** Runs the command, and collects the states that PGs have until all are clean again. */
async function statesOnTheWay(dev: TestDevCluster, command: CommandWords): Promise<Set<string>> {
  const seen = new Set<string>();
  assertEquals((await dev.command("mon", command)).code, 0);
  await dev.waitFor(async () => {
    const { pg_summary: { num_pg_by_state } } = await dev.commandJson<PgSummary>("mgr", {
      prefix: "pg stat",
    });
    for (const { name } of num_pg_by_state) seen.add(name);
    return seen.size > 1 && num_pg_by_state.length === 1 && num_pg_by_state[0]!.name === "active+clean";
  }, "all PGs clean again");
  return seen;
}

const STEPS: Record<string, (cluster: TestDevCluster) => Promise<void>> = {
  "6 OSDs on 3 hosts, a pool with data and a load": async ({ command, commandJson }) => {
    const { nodes } = await commandJson<{ nodes: { type: string }[] }>("mon", { prefix: "osd tree" });
    const types = Map.groupBy(nodes, ({ type }) => type);
    assertEquals([types.get("host")!.length, types.get("osd")!.length], [3, 6]);
    const { pools } = await commandJson<{ pools: { name: string; stats: { objects: number } }[] }>("mon", {
      prefix: "df",
    });
    const { name, stats } = pools.find((pool) => pool.name === "data")!;
    assert(name === "data" && stats.objects > 1000);
    assertMatch((await command("mgr", { prefix: "osd df" })).out, /hdd\s+0\.0976\d\s+1\.00000\s+100 GiB/);
    const { out } = await command("mgr", { prefix: "osd pool stats", pool_name: "data" });
    assertStringIncludes(out, "pool data id 1");
  },

  "an OSD that dies is down at once, and its PGs are degraded until it is back": async (dev) => {
    const { cluster } = dev;
    assert(cluster.osds.kill(3));
    const report = await healthIs(dev, /OSD_DOWN: 1 osds down[^]*PG_DEGRADED/);
    assertStringIncludes(report, "osd.3 (root=default,host=host1) is down");
    assert(cluster.osds.start(3));
    await healthIs(dev, /^HEALTH_OK/);
  },

  "`osd stop` ends an OSD, `tell sim start` starts it": async (dev) => {
    assertEquals((await dev.ceph("osd", "stop", "2")).code, 0);
    await healthIs(dev, /osd\.2 .* is down/);
    assertEquals(dev.cluster.osds.running.includes(2), false);
    const { code, stderr } = await dev.ceph("tell", "osd.0", "sim", "start", "2");
    assertEquals([code, stderr], [0, "osd.2 starts\n"]);
    await healthIs(dev, /^HEALTH_OK/);
  },

  "an OSD that goes out serves on while its PGs are filled elsewhere, and gets them back": async (dev) => {
    const states = await statesOnTheWay(dev, { prefix: "osd out", ids: ["3"] });
    assert(states.has("active+remapped+backfilling"), [...states].join());
    const { map } = dev.cluster.monitor.state.osd;
    assertEquals([...map.pgTemp.values()].flatMap((pgs) => [...pgs.keys()]), []);
    const back = await statesOnTheWay(dev, { prefix: "osd in", ids: ["3"] });
    assert(back.has("active+remapped+backfilling"), [...back].join());
  },

  "an OSD that is marked down comes back by itself": async (dev) => {
    const { map } = dev.cluster.monitor.state.osd;
    await dev.command("mon", { prefix: "osd down", ids: ["4"] });
    await healthIs(dev, /^HEALTH_OK/);
    const now = dev.cluster.monitor.state.osd.map;
    assert(now.isUp(4) && now.osdInfo.at(4)!.upFrom > map.epoch);
  },

  "slow, nearfull and full OSDs": async (dev) => {
    const fault = (name: string) => dev.command("osd.1", { prefix: "sim fault", name });
    await fault("slow");
    await healthIs(dev, /SLOW_OPS: 3 slow ops/);
    await fault("nearfull");
    await healthIs(dev, /OSD_NEARFULL: 1 nearfull osd\(s\)[^]*POOL_NEARFULL/);
    await fault("full");
    await healthIs(dev, /OSD_FULL: 1 full osd\(s\)/);
    await dev.command("osd.1", { prefix: "sim heal" });
    await healthIs(dev, /^HEALTH_OK/);
  },

  "scrub errors until the PG is repaired, degraded objects until they are recovered": async (dev) => {
    await dev.command("osd.1", { prefix: "sim fault", name: "scrub_errors" });
    const report = await healthIs(dev, /OSD_SCRUB_ERRORS: 1 scrub errors[^]*PG_DAMAGED/);
    const pgid = /pg (\S+) is active\+clean\+inconsistent/.exec(report)![1]!;
    assertEquals((await dev.ceph("pg", "repair", pgid)).code, 0);
    await healthIs(dev, /^HEALTH_OK/);
    await dev.command("osd.1", { prefix: "sim fault", name: "degraded" });
    await healthIs(dev, /PG_DEGRADED.*objects degraded/);
    await healthIs(dev, /^HEALTH_OK/);
  },

  "`ceph tell`": async ({ ceph }) => {
    const version = await ceph("tell", "osd.0", "version", "-f", "json");
    assertEquals(version.stdout.trim(), '{"version":"16.2.15","release":"pacific","release_type":"stable"}');
    assertMatch((await ceph("tell", "osd.0", "perf", "dump")).stdout, /"op_latency": \{\s+"avgcount": \d+/);
    await ceph("tell", "osd.0", "config", "set", "osd_max_backfills", "3");
    assertStringIncludes((await ceph("tell", "osd.0", "config", "get", "osd_max_backfills")).stdout, '"3"');
    assertStringIncludes((await ceph("tell", "osd.0", "nonsense")).stderr, "no valid command found");
    assertEquals((await ceph("tell", "osd.17", "version")).code, 2);
  },

  "`ceph config show` knows the options of an OSD": async ({ ceph }) => {
    assertEquals((await ceph("config", "set", "osd", "osd_max_scrubs", "2")).code, 0);
    for (let i = 0; i < 100; i++) {
      const { stdout } = await ceph("config", "show", "osd.5", "osd_max_scrubs");
      if (stdout.trim() === "2") return;
    }
    throw new Error("osd.5 never showed its option");
  },
};

Deno.test({ name: "Simulated OSDs and the real ceph-mgr", ignore }, async (t) => {
  await withRealManager(async (cluster) => {
    const results: boolean[] = [];
    for (const [name, run] of Object.entries(STEPS)) results.push(await t.step(name, () => run(cluster)));
    assert(results.every((ok) => ok), "a step failed");
  });
});
