/** What modules log: the lines of ceph-mgr, at the levels of the options, into the files and the cluster log of Ceph. */

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { grantAll } from "./grants.ts";
import { startProbe } from "./python_probe.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const MODULES = fileURLToPath(import.meta.resolve("../conformance"));

/** Stamp, thread, level, and the rest of a line of Ceph's log. */
const LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[-+]\d{4}) ([0-9a-f]+) {1,2}(-?\d+) (\[.*)$/;
/** Stamp, thread, level, logger and text of a line of a module's own file. */
const OWN_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \[.+?\] (\[\w+\] \[\w+\] .*)$/;

/** Lines that a module of that name has said, without stamp and thread; `level` is Ceph's. */
function said(log: string, module: string): { level: number; text: string }[] {
  return log.split("\n").flatMap((line) => {
    const [, , , level, text] = LINE.exec(line) ?? [];
    return text?.startsWith(`[${module} `) && text.includes("said")
      ? [{ level: Number(level), text: text.replace(module, "NAME") }]
      : [];
  });
}

const ownLines = (log: string): string[] =>
  log.split("\n").flatMap((line) => OWN_LINE.exec(line)?.slice(1) ?? []).filter((line) =>
    line.includes("said")
  );

/** One manager of the two kinds, with a module that says a line of each level. */
class Speaker {
  constructor(readonly cluster: RealCluster, readonly module: string) {}

  /** Says the lines; answers with those that came to the log file since. */
  async say(): Promise<string[]> {
    const before = (await this.lines()).length;
    const { code, err } = await this.cluster.command("mgr", { prefix: `${this.module} say` });
    assertEquals([code, err], [0, ""]);
    // The last one is an error: it is always written.
    const isThere = async () =>
      (await this.lines()).slice(before).some(({ text }) => text.includes("a part"));
    await this.cluster.waitFor(isThere, "the last line");
    return (await this.lines()).slice(before).map(({ text }) => text.replace(/^\[NAME \w+ \w+\] said /, ""));
  }

  async lines(): Promise<{ level: number; text: string }[]> {
    return said(await this.cluster.log("mgr.x"), this.module);
  }

  set(name: string, value: string): Promise<unknown> {
    return this.cluster.command("mon", { prefix: "config set", who: "mgr", name, value });
  }

  /** Says lines until those are written: a change of an option comes a moment later. */
  async saysAfter(name: string, value: string, lines: readonly string[]): Promise<void> {
    await this.set(name, value);
    const expected = JSON.stringify([...lines, "by a part"]);
    await this.cluster.waitFor(
      async () => JSON.stringify(await this.say()) === expected,
      `${name} = ${value}`,
    );
  }

  async toFile(): Promise<string[]> {
    await this.set(`mgr/${this.module}/log_to_file`, "true");
    const path = `${this.cluster.directory}/log/mgr.x.${this.module}.log`;
    await this.cluster.waitFor(async () => {
      await this.say();
      return await Deno.stat(path).catch(() => undefined) !== undefined;
    }, "the file");
    return ownLines(await Deno.readTextFile(path)).slice(0, 4);
  }
}

const CONF = ["mgr initial modules = probe box", "paxos propose interval = 0.1", "mgr tick period = 1"];

async function startBox(cluster: RealCluster): Promise<Speaker> {
  await grantAll(cluster, `${MODULES}/box`);
  await cluster.startGanglion("x", [`--mgr-module-path=${MODULES}`]);
  const isThere = async () => (await cluster.command("mgr", { prefix: "box heard" })).code === 0;
  await cluster.waitFor(isThere, "box");
  return new Speaker(cluster, "box");
}

Deno.test({ name: "a module's lines are those of ceph-mgr, but for their level", ignore }, async () => {
  await RealCluster.run({ conf: CONF }, async (cluster) => {
    await startProbe(cluster);
    const theirs = new Speaker(cluster, "probe");
    await theirs.say();
    const file = await theirs.toFile();
    await cluster.stop("mgr.x");
    const ours = await startBox(cluster);
    await ours.say();
    const texts = (lines: readonly { text: string }[]): string[] => lines.map(({ text }) => text).slice(-4);
    assertEquals(texts(await ours.lines()), texts(await theirs.lines()));
    assertEquals(new Set((await theirs.lines()).map(({ level }) => level)), new Set([0]));
    assertEquals((await ours.lines()).map(({ level }) => level), [4, 1, 0, 0]);
    assertEquals(await ours.toFile(), file);
  });
});

Deno.test({ name: "what a module logs goes where its options say, while it runs", ignore }, async () => {
  await RealCluster.run({ conf: CONF }, async (cluster) => {
    const box = await startBox(cluster);
    assertEquals(await box.say(), ["info", "warning", "error", "by a part"]);
    await box.saysAfter("debug_mgr", "0", ["error"]);
    await box.saysAfter("debug_mgr", "1", ["warning", "error"]);
    await box.saysAfter("debug_mgr", "20/20", ["debug", "info", "warning", "error"]);
    await box.saysAfter("mgr/box/log_level", "error", ["error"]);
    await box.saysAfter("mgr/box/log_level", "info", ["info", "warning", "error"]);
    await box.set("mgr/box/log_to_cluster_level", "warning");
    await box.set("mgr/box/log_to_cluster", "true");
    await cluster.waitFor(async () => {
      await box.say();
      return (await clusterLog(cluster)).some((line) => line.includes("said by a part"));
    }, "the cluster log");
    const entries = new Set((await clusterLog(cluster)).filter((line) => line.includes("said")));
    assertEquals([...entries].sort(), [
      "box [ERR] said by a part",
      "box [ERR] said error",
      "box [WRN] said warning",
      "cluster [WRN] said to the cluster",
    ]);
    await rotates(cluster, box);
  });
});

/** Channel, importance and text of the newest entries. */
async function clusterLog(cluster: RealCluster): Promise<string[]> {
  const log = { prefix: "log last", num: 200, level: "debug", channel: "*" };
  const entries = await cluster.commandJson<{ channel: string; priority: string; message: string }[]>(
    "mon",
    log,
  );
  return entries.map(({ channel, priority, message }) => `${channel} ${priority} ${message}`);
}

/** SIGHUP, after logrotate has moved the files. */
async function rotates(cluster: RealCluster, box: Speaker): Promise<void> {
  await box.toFile();
  const paths = ["mgr.x.log", "mgr.x.box.log"].map((name) => `${cluster.directory}/log/${name}`);
  for (const path of paths) await Deno.rename(path, `${path}.1`);
  Deno.kill(cluster.daemon("mgr.x").pid, "SIGHUP");
  const exists = (path: string) => Deno.stat(path).then(() => true, () => false);
  await cluster.waitFor(() => exists(paths[0]!), "a new file");
  await box.say();
  for (const path of paths) assert((await Deno.readTextFile(path)).includes("said error"), path);
}
