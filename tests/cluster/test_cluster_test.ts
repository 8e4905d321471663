/** A cluster in memory beside a real one of the same shape: modules of both are answered alike. */

import { assertEquals } from "@std/assert";
import { type DataName, type Health, MgrModule } from "@ganglion/sdk";
import { TestCluster, TestManager } from "@ganglion/sdk/testing";
import { shapeDifferences } from "../json_shape.ts";
import { startProbe } from "./python_probe.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const OSDS = 3;
const OBJECTS = 24;
const OBJECT_BYTES = 4096;
const PATIENCE_MS = 60_000;
const CONF = [
  ...["mgr initial modules = probe", "paxos propose interval = 0.1", "mgr tick period = 1"],
  ...[
    "osd pool default size = 3",
    "osd pool default min size = 2",
    "osd pool default pg autoscale mode = on",
  ],
  ...["mon osd down out interval = 600", "osd heartbeat grace = 5", "mgr stats period = 1"],
  "mon allow pool delete = true",
];

const NAMES: readonly DataName[] = [
  ...["osd_map", "osd_map_tree", "osd_map_crush", "osdmap_crush_map_text", "mon_map", "mgr_map"] as const,
  ...["fs_map", "service_map", "health", "mon_status", "config_options", "have_local_config_map"] as const,
  ...["devices", "mgr_ips", "pg_summary", "pg_status", "pg_dump", "pg_stats", "pool_stats"] as const,
  ...["osd_stats", "osd_ping_times", "osd_pool_stats", "io_rate", "df", "pg_ready", "pg_progress"] as const,
  "active_clean_pgs",
];

/** Differences that both are right in. */
const EXPECTED: readonly RegExp[] = [
  // Who is missed, blocked or was there before depends on the history of a cluster.
  /^osd_map\.(blocklist|pg_temp|primary_temp|erasure_code_profiles)/,
  // The real one has some forty modules and their options; a manager of Python has other clients.
  /^mgr_map\.(available_modules|standbys|always_on_modules|active_clients|services)/,
  // The real one is without the modules that are always on, and has clients.
  /^health\.checks\.MGR_MODULE_ERROR/,
  /^mon_status\.feature_map\.client/,
  // Rates of an interval in which something happened.
  /^(pg_status|io_rate|osd_pool_stats)/,
  // The store of the real one has no device.
  /^devices/,
  // It has a pool before it has statistics of it.
  /^pg_dump\.pg_stats\[\]\.(object_location_counts|avail_no_missing)/,
];

class Reader extends MgrModule {}

type Answers = Record<string, unknown>;

/** Texts of JSON in JSON are looked into. */
const opened = (value: unknown): unknown =>
  typeof (value as { json?: unknown })?.json === "string"
    ? JSON.parse((value as { json: string }).json)
    : value;

async function realAnswers(cluster: RealCluster): Promise<Answers> {
  const answers: Answers = {};
  for (const what of NAMES) {
    const { out } = await cluster.command("mgr", { prefix: "probe get", what });
    answers[what] = opened(JSON.parse(out));
  }
  return answers;
}

async function ownAnswers({ module }: TestManager<typeof Reader>): Promise<Answers> {
  const answers: Answers = {};
  for (const what of NAMES) answers[what] = opened(await module.get(what));
  return answers;
}

function differences(ours: Answers, theirs: Answers): string[] {
  const all = NAMES.flatMap((name) => shapeDifferences(ours[name], theirs[name], name));
  return all.filter((line) => !EXPECTED.some((form) => form.test(line)));
}

/** The real one is without the modules that are always on. */
const FOREIGN = /^MGR_MODULE_/;

/** Codes, severities and texts. */
function checksOf({ checks }: Health): unknown {
  return Object.entries(checks).filter(([code]) => !FOREIGN.test(code)).map(([code, check]) => [
    code,
    check.severity,
    check.summary,
    check.detail.map(({ message }) =>
      message.replace(/host=[\w-]+/, "host=HOST").replace(/\[[\d,]*\]$/, "[OSDS]")
    ),
  ]);
}

async function realHealth(cluster: RealCluster): Promise<Health> {
  return await cluster.commandJson<Health>("mon", { prefix: "health", detail: "detail" });
}

/** How many placement groups are in which state. */
const statesOf = (answers: Answers): unknown => (answers.pg_summary as { all: unknown }).all;

/** A pool with one placement group, and objects that a client writes. */
async function fill(cluster: RealCluster): Promise<void> {
  for (const args of [["create", "rbd", "1", "1"], ["application", "enable", "rbd", "rbd"]]) {
    await cluster.ceph("osd", "pool", ...args);
  }
  const file = `${cluster.directory}/object`;
  await Deno.writeFile(file, new Uint8Array(OBJECT_BYTES));
  for (let i = 0; i < OBJECTS; i++) {
    const args = ["-c", cluster.conf, "-p", "rbd", "put", `o${i}`, file];
    await new Deno.Command("rados", { args }).output();
  }
}

/** Waits until both say the same, and shows what they said when they do not. */
async function sameSoon(real: () => Promise<unknown>, ours: () => unknown): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (JSON.stringify(await real()) !== JSON.stringify(await ours()) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assertEquals(await ours(), await real());
}

Deno.test({ name: "TestCluster is what a real cluster is, and ails as one", ignore }, async (t) => {
  await RealCluster.run({ osds: OSDS, conf: CONF }, async (real) => {
    await startProbe(real);
    await fill(real);
    const cluster = new TestCluster({
      osds: OSDS,
      hosts: 1,
      failureDomain: "osd",
      pools: { rbd: { pgNum: 1, objects: OBJECTS, objectBytes: OBJECT_BYTES } },
    });
    await using manager = await TestManager.start(Reader, { cluster });
    const both = async (): Promise<void> => {
      await sameSoon(
        async () => [statesOf(await realAnswers(real)), checksOf(await realHealth(real))],
        async () => [statesOf(await ownAnswers(manager)), checksOf(cluster.health)],
      );
    };
    await t.step("it is healthy", both);
    await t.step("each name of get() has the same shape", async () => {
      assertEquals(differences(await ownAnswers(manager), await realAnswers(real)), []);
    });
    await t.step("an OSD says of itself what a real one does, or less", async () => {
      const { out } = await real.command("mgr", { prefix: "probe get", what: "osd_metadata" });
      const theirs = JSON.parse(out)["0"];
      const ours = (await manager.module.get("osd_metadata"))["0"]!;
      assertEquals(Object.keys(ours).filter((key) => !Object.hasOwn(theirs, key)), []);
      assertEquals((await manager.module.getMetadata("osd", "0"))!.hostname, "host0");
    });
    await t.step("an OSD is down", async () => {
      await real.stopOsd(2);
      await cluster.osdDown(2);
      await both();
    });
    await t.step("it is back", async () => {
      real.startOsd(2);
      await cluster.osdUp(2);
      await both();
    });
  });
});
