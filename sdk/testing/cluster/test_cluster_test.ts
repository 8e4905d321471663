/** What a test cluster is and becomes, as a module sees it. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MgrModule, MgrStandbyModule, type NotifyType, options } from "@ganglion/sdk";
import { FakeTime, TestCluster, TestManager } from "@ganglion/sdk/testing";
import { OsdMapper } from "../../../mgr/crush/osd_mapper.ts";
import { placePool } from "./placement.ts";
import { firstOsdMap, nextEpoch } from "./osd_map.ts";
import { planCluster } from "./setup.ts";

class Watch extends MgrModule {
  static override readonly NOTIFY_TYPES: readonly NotifyType[] = [
    ...["osd_map", "pg_summary", "health", "mon_status"] as const,
    "clog",
  ];
  readonly heard: string[] = [];
  override notify(type: NotifyType, id: unknown): void {
    this.heard.push(type === "clog" ? (id as { message: string }).message : type);
  }
  async states(): Promise<Readonly<Record<string, number>>> {
    return (await this.get("pg_summary")).all;
  }
}

const watch = (cluster: TestCluster): Promise<TestManager<typeof Watch>> =>
  TestManager.start(Watch, { cluster });

Deno.test("TestCluster is healthy when it is made, and all that is told of it agrees", async () => {
  const cluster = new TestCluster({
    osds: 6,
    pools: { rbd: { objects: 100 }, ec: { erasure: { k: 2, m: 1 }, pgNum: 8, application: "rgw" } },
  });
  await using manager = await watch(cluster);
  const { module } = manager;
  assertEquals(cluster.health, { status: "HEALTH_OK", checks: {}, mutes: [] });
  const { osds, pools, fsid } = await module.get("osd_map");
  assertEquals([osds.length, fsid], [6, cluster.fsid]);
  assertEquals(pools.map((pool) => [pool.pool_name, pool.size, pool.min_size]), [["rbd", 3, 2], [
    "ec",
    3,
    3,
  ]]);
  assertEquals(await module.states(), { "active+clean": 40 });
  const { pg_stats, osd_stats } = await module.get("pg_dump");
  const map = await module.getOsdmap();
  for (const { pgid, acting, acting_primary } of pg_stats) {
    const [pool, seed] = pgid.split(".");
    const mapped = map.pgToUpActingOsds(Number(pool), parseInt(seed!, 16));
    assertEquals([acting, acting_primary], [mapped.acting, mapped.acting_primary]);
  }
  assertEquals(osd_stats.reduce((sum, { num_pgs }) => sum + num_pgs, 0), 40 * 3);
  const df = await module.get("df");
  assertEquals(df.pools.map(({ stats }) => stats.objects), [100, 0]);
  const servers = (await module.listServers()).filter(({ services }) => services[0]?.type === "osd");
  assertEquals(servers.map(({ hostname, services }) => [hostname, services.length]), [
    ["host0", 2],
    ["host1", 2],
    ["host2", 2],
  ]);
  assertEquals((await module.get("mgr_map")).active_name, "x");
  assertEquals(await module.getLatest("osd", "0", "osd.numpg"), osd_stats[0]!.num_pgs);
});

Deno.test("TestCluster.osdDown(): groups are undersized, health says so; osdOut() moves the data, osdUp() brings it back", async () => {
  const cluster = new TestCluster({ osds: 6, hosts: 6, pools: { rbd: { objects: 64 } } });
  await using manager = await watch(cluster);
  const { module } = manager;
  await cluster.osdDown(5);
  assertEquals(cluster.upOsds, [0, 1, 2, 3, 4]);
  const { "active+clean": clean = 0, ...rest } = await module.states();
  assertEquals(rest, { "active+undersized+degraded": 32 - clean });
  assertEquals(Object.keys(cluster.health.checks), ["OSD_DOWN", "OSD_HOST_DOWN", "PG_DEGRADED"]);
  assertEquals(module.heard.slice(0, 3), [
    "osd_map",
    "pg_summary",
    "Health check failed: 1 osds down (OSD_DOWN)",
  ]);
  const staleStats = await module.get("pg_stats");
  await cluster.osdOut(5);
  const { pg_stats } = await module.get("pg_stats");
  assertEquals([pg_stats === staleStats.pg_stats, new Set(pg_stats.map(({ state }) => state))], [
    false,
    new Set(["active+clean"]),
  ]);
  assertEquals([await module.states(), cluster.health.status], [{ "active+clean": 32 }, "HEALTH_OK"]);
  assertEquals(module.heard.at(-2), "Cluster is now healthy");
  await cluster.osdUp(5);
  await cluster.osdIn(5);
  const { osds } = await module.get("osd_map", { fields: ["osds"] });
  assertEquals([osds[5]!.up, osds[5]!.in], [1, 1]);
  assert((await module.get("osd_stats")).osd_stats[5]!.num_pgs > 0);
});

Deno.test("TestCluster: a group whose OSDs are all down is stale", async () => {
  const cluster = new TestCluster({ osds: 2, pools: { one: { pgNum: 4, size: 1 } } });
  await using manager = await watch(cluster);
  await cluster.osdDown(0, 1);
  assertEquals(await manager.module.states(), { "stale+active+clean": 4 });
  assertEquals(cluster.health.status, "HEALTH_WARN");
});

Deno.test("TestCluster: pools come, are filled, and go", async () => {
  const cluster = new TestCluster({ pools: {} });
  await using manager = await watch(cluster);
  await cluster.addPool("data", { pgNum: 8, objects: 10, objectBytes: 1000 });
  await cluster.fill("data", { objects: 20, objectBytes: 500 });
  const { pools } = await manager.module.get("df");
  assertEquals(pools.map(({ name, stats }) => [name, stats.objects, stats.stored]), [["data", 20, 10_000]]);
  await assertRejects(() => cluster.addPool("data"), Error, "there is one");
  await cluster.removePool("data");
  assertEquals((await manager.module.get("osd_map")).pools, []);
  assertThrows(() => cluster.removePool("data"), RangeError, "Cannot find pool data");
});

Deno.test("TestCluster: a pool that nobody uses, and copies for which there are no hosts", async () => {
  const cluster = new TestCluster({
    osds: 4,
    hosts: 2,
    pools: { p: { pgNum: 8, size: 3, application: "", objects: 8 } },
  });
  await using manager = await watch(cluster);
  assertEquals(Object.keys(cluster.health.checks), ["PG_DEGRADED", "POOL_APP_NOT_ENABLED"]);
  assertEquals(await manager.module.states(), { "active+undersized+degraded": 8 });
});

Deno.test("TestCluster.count(): counters have histories", async () => {
  using time = new FakeTime(new Date("2026-11-25T12:00:00Z"));
  const cluster = new TestCluster();
  await using manager = await watch(cluster);
  await time.advance(5_000);
  cluster.count(0, { "osd.op": 7, "osd.op_latency": [2_000_000, 7] });
  const { module } = manager;
  const history = (await module.getCounter("osd", "0", "osd.op"))["osd.op"]!;
  assertEquals(history.map(([t, value]) => [t - history[0]![0], value]), [[0, 0], [5, 7]]);
  assertEquals(await module.getLatestAvg("osd", "0", "osd.op_latency"), [2_000_000, 7]);
  const all = await module.getAllPerfCounters({ services: ["osd"] });
  assertEquals([Object.keys(all), all["osd.0"]!["osd.op"]!.value], [["osd.0", "osd.1", "osd.2"], 7]);
  assertThrows(() => cluster.count(9, {}), RangeError, "Cannot find osd.9");
});

Deno.test("TestCluster: a monitor leaves the quorum and comes back", async () => {
  const cluster = new TestCluster({ monitors: ["a", "b", "c"] });
  await using manager = await watch(cluster);
  await cluster.monitorDown("c");
  assertEquals(cluster.health.checks.MON_DOWN?.summary.message, "1/3 mons down, quorum a,b");
  const { json } = await manager.module.get("mon_status");
  assertEquals(JSON.parse(json).quorum, [0, 1]);
  await cluster.monitorUp("c");
  assertEquals([cluster.health.status, manager.module.heard.includes("mon_status")], ["HEALTH_OK", true]);
});

Deno.test("TestCluster.monitorsAway(): writes wait, reads go on; monitorsBack() lets them through", async () => {
  const cluster = new TestCluster();
  await using manager = await watch(cluster);
  const { module } = manager;
  await cluster.monitorsAway();
  assertEquals([await module.haveMonConnection(), await module.states()], [false, { "active+clean": 32 }]);
  let stored = false;
  const write = module.setStore("k", "v").then(() => stored = true);
  await Promise.resolve();
  assertEquals([stored, module.getStore("k")], [false, undefined]);
  await assertRejects(() => cluster.osdDown(0), Error, "its monitors are away");
  await cluster.monitorsBack();
  await write;
  assertEquals([module.getStore("k"), await module.haveMonConnection()], ["v", true]);
});

Deno.test("TestCluster.monitorsAway(): a write has patience for a minute", async () => {
  using time = new FakeTime();
  const cluster = new TestCluster();
  await using manager = await watch(cluster);
  await cluster.monitorsAway();
  const write = assertRejects(
    () => manager.module.setStore("k", "v"),
    Error,
    "Cannot complete config-key set: no answer of the monitors in 60 s",
  );
  await time.advance(60_000);
  await write;
});

Deno.test("TestCluster: what a module says of itself is in the cluster's health and in the map of managers", async () => {
  const cluster = new TestCluster();
  await using manager = await watch(cluster);
  await manager.module.setHealthChecks({ MY_CHECK: { severity: "error", summary: "it burns" } });
  await manager.module.setUri("http://10.0.0.1:1/");
  assertEquals(cluster.health.status, "HEALTH_ERR");
  assertEquals((await manager.module.get("mgr_map")).services, { test: "http://10.0.0.1:1/" });
  await manager.until("it hears of it", () => manager.module.heard.includes("health"));
  await manager.stop();
  assertEquals(cluster.health.status, "HEALTH_OK");
});

const OPTIONS = options({ place: { default: "here" } });

class Active extends MgrModule<typeof OPTIONS> {
  static override readonly MODULE_OPTIONS = OPTIONS;
  served = 0;
  override async serve(): Promise<void> {
    this.served++;
    await this.setUri("http://x/");
  }
}

class Waiting extends MgrStandbyModule<typeof OPTIONS> {
  ended = false;
  override serve(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
  }
  override shutdown(): void {
    this.ended = true;
  }
}

Deno.test("TestManager.failover(): the standby class runs, options and keys are kept, takeOver() goes back", async () => {
  const cluster = new TestCluster();
  await using manager = await TestManager.start(Active, {
    cluster,
    standby: Waiting,
    options: { place: "Mars" },
  });
  const first = manager.module;
  await first.setStore("k", "v");
  await manager.failover();
  assertEquals([manager.role, manager.uri], ["standby", ""]);
  assertThrows(() => manager.module, Error, "its manager is standby");
  const { standby } = manager;
  assertEquals([standby.getStore("k"), standby.getModuleOption("place")], ["v", "Mars"]);
  assertEquals((await standby.get("mgr_map")).active_name, "y");
  assertEquals([await standby.getActiveUri(), await standby.getMgrIp()], ["", "10.254.0.1"]);
  assertEquals(await standby.getCephOption("mgr_tick_period"), 2);
  await manager.takeOver();
  assert(standby.ended && manager.module !== first);
  assertEquals([manager.module.getStore("k"), manager.module.served], ["v", 1]);
  assertEquals((await manager.module.get("mgr_map")).active_name, "x");
});

Deno.test("TestManager.start() begins as a standby when it is told", async () => {
  await using manager = await TestManager.start(Active, { standby: Waiting, role: "standby" });
  assertEquals(manager.standby.getMgrId(), "x");
  await manager.takeOver();
  assertEquals(manager.module.served, 1);
});

Deno.test("TestManager: nothing that get() answers of a cluster can be changed", async () => {
  await using manager = await watch(new TestCluster());
  const { osds } = await manager.module.get("osd_map");
  assertThrows(() => Object.assign(osds[0]!, { up: 0 }), TypeError);
  const { pg_stats } = await manager.module.get("pg_dump");
  assertThrows(() => (pg_stats as unknown[]).pop(), TypeError);
  assertThrows(() => Object.assign(pg_stats[0]!.stat_sum, { num_objects: 1 }), TypeError);
});

Deno.test("placePool() places as OSDMap and CRUSH do, whatever is down or out", () => {
  const plan = planCluster({
    osds: 12,
    hosts: 4,
    pools: { r: { pgNum: 64 }, e: { erasure: { k: 2, m: 2 }, pgNum: 16 } },
  });
  const map = nextEpoch(firstOsdMap(plan, 1000), {
    newState: new Map([[3, 0], [7, 0]]),
    newWeight: new Map([[5, 0], [8, 0x8000]]),
  }, 2000);
  for (const pool of [1, 2]) {
    const content = { objects: 0, bytes: 0 };
    const views = placePool({ map, pool, content, wallMs: 0, touched: undefined }, []);
    const mapper = new OsdMapper(map).pool(pool)!;
    for (const { id, mapping } of views) assertEquals(mapping, mapper.map(id.seed));
  }
});

Deno.test("planCluster() refuses what cannot be", () => {
  assertThrows(() => new TestCluster({ osds: 2, hosts: 3 }), RangeError, "3 hosts cannot have 2 OSDs");
  assertThrows(() => new TestCluster({ monitors: [] }), RangeError, "it has no monitor");
});

Deno.test("TestCluster of 10,000 OSDs: made, asked and changed", async () => {
  const cluster = new TestCluster({ osds: 10_000 });
  await using manager = await watch(cluster);
  await cluster.osdDown(4_711);
  const { osds } = await manager.module.get("osd_map", { fields: ["osds"] });
  assertEquals(osds.filter(({ up }) => up === 0).map(({ osd }) => osd), [4_711]);
  assertEquals((await manager.module.getPerfColumns({ services: ["osd"] })).daemons.length, 10_000);
});
