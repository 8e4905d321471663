/** The conformance cases with a manager in a real cluster: what the one in memory must do too. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { CASES } from "../conformance/cases.ts";
import { CLUSTER_CASES } from "../conformance/cluster_cases.ts";
import { RADOS_CASES } from "../conformance/rados_cases.ts";
import type { Result, World } from "../conformance/world.ts";
import { withDevCluster } from "./dev_cluster.ts";
import { grantAll } from "./grants.ts";
import { makePools } from "./rados_scenarios.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
/** Commits and reports follow each other more closely than by default. */
const QUICK = ["paxos propose interval = 0.1", "mgr tick period = 1"];
const MODULES = fileURLToPath(import.meta.resolve("../conformance"));

/** A real cluster, or the development cluster. */
type AnyCluster = Pick<
  RealCluster,
  "ceph" | "command" | "commandJson" | "log" | "startGanglion" | "stop" | "waitFor"
>;

/** Text of a line of the module in a manager's log. */
const LOG_LINE = /^\S+ \S+ +\d+ \[box \w+ \w+\] (.*)$/;

class ClusterWorld implements World {
  constructor(readonly cluster: AnyCluster) {}

  async ask(prefix: string, args: Readonly<Record<string, unknown>> = {}, input = ""): Promise<Result> {
    const { code, out, err } = await this.cluster.command("mgr", { prefix, ...args }, input);
    return { retval: code, stdout: out, stderr: err };
  }

  async setOption(name: string, text: string | null): Promise<void> {
    const option = { who: "mgr", name: `mgr/box/${name}` };
    await this.#write(
      text === null ? { prefix: "config rm", ...option } : { prefix: "config set", ...option, value: text },
    );
  }

  async setStore(key: string, text: string | null): Promise<void> {
    const full = { key: `mgr/box/${key}` };
    await this.#write(
      text === null ? { prefix: "config-key rm", ...full } : { prefix: "config-key set", ...full, val: text },
    );
  }

  async stored(key: string): Promise<string | undefined> {
    const { code, out } = await this.cluster.command("mon", {
      prefix: "config-key get",
      key: `mgr/box/${key}`,
    });
    return code === 0 ? out : undefined;
  }

  async restart(): Promise<void> {
    await this.#write({ prefix: "mgr module disable", module: "box" });
    await this.until("it is off", async () => (await this.ask("box heard")).retval === -95);
    await this.#write({ prefix: "mgr module enable", module: "box" });
    await this.until("it is on", async () => (await this.ask("box heard")).retval === 0);
  }

  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    await this.cluster.waitFor(condition, what);
  }

  async health(): Promise<Readonly<Record<string, string>>> {
    const { checks } = await this.cluster.commandJson<
      { checks: Record<string, { summary: { message: string } }> }
    >(
      "mon",
      { prefix: "health" },
    );
    return Object.fromEntries(Object.entries(checks).map(([code, { summary }]) => [code, summary.message]));
  }

  async services(): Promise<Readonly<Record<string, string>>> {
    return await this.cluster.commandJson("mon", { prefix: "mgr services" });
  }

  async clusterLog(): Promise<readonly string[]> {
    const entries = await this.cluster.commandJson<{ message: string }[]>("mon", {
      prefix: "log last",
      channel: "*",
      num: 200,
    });
    return entries.map(({ message }) => message);
  }

  log(): Promise<readonly string[]> {
    return this.#logOf("mgr.x");
  }

  async progress(): Promise<Readonly<Record<string, string>>> {
    const status = { prefix: "status" };
    const { progress_events } = await this.cluster.commandJson<
      { progress_events: Record<string, { message: string }> }
    >("mon", status);
    return Object.fromEntries(Object.entries(progress_events).map(([id, { message }]) => [id, message]));
  }

  async changeOsdMap(): Promise<void> {
    await this.#write({ prefix: "osd set", key: "noout" });
    await this.#write({ prefix: "osd unset", key: "noout" });
  }

  async standby(): Promise<readonly string[]> {
    await this.cluster.startGanglion("y", [`--mgr-module-path=${MODULES}`]);
    await this.until("it stands by", async () => (await this.#logOf("mgr.y")).length > 0);
    await this.cluster.stop("mgr.y");
    return await this.#logOf("mgr.y");
  }

  async #logOf(manager: string): Promise<readonly string[]> {
    const lines = (await this.cluster.log(manager)).split("\n");
    return lines.flatMap((line) => LOG_LINE.exec(line)?.[1] ?? []);
  }

  async #write(words: Readonly<Record<string, string>> & { prefix: string }): Promise<void> {
    const { code, err } = await this.cluster.command("mon", words);
    if (code !== 0) throw new Error(err);
  }
}

Deno.test({ name: "A module does in a real cluster what it does in memory", ignore }, async (t) => {
  const conf = ["mgr initial modules = box", "osd pool default size = 2", ...QUICK];
  await RealCluster.run({ osds: 3, conf }, async (cluster) => {
    await cluster.startGanglion("x", [`--mgr-module-path=${MODULES}`]);
    await runCases(t, cluster, cluster.directory);
  });
});

Deno.test({ name: "A module does in a development cluster what it does in memory", ignore }, async (t) => {
  await withDevCluster({ osds: 3, data: false, modules: ["box"] }, async (cluster) => {
    const period = { who: "mgr", name: "mgr_tick_period", value: "1" };
    await cluster.command("mon", { prefix: "config set", ...period });
    await cluster.startGanglion("x", [`--mgr-module-path=${MODULES}`]);
    await runCases(t, cluster, cluster.cluster.directory.path);
  });
});

async function runCases(t: Deno.TestContext, cluster: AnyCluster, directory: string): Promise<void> {
  const world = new ClusterWorld(cluster);
  await grantAll(cluster, `${MODULES}/box`);
  await world.until("box answers", async () => (await world.ask("box heard")).retval === 0);
  await makePools(cluster);
  let failed = 0;
  for (const [name, run] of Object.entries({ ...CASES, ...CLUSTER_CASES, ...RADOS_CASES })) {
    if (!await t.step(name, () => run(world))) failed++;
  }
  const name = "the stock CLI reads all its signatures, and checks arguments by them";
  if (!await t.step(name, () => cli(cluster, directory))) failed++;
  if (failed > 0) throw new Error(`${failed} cases failed`);
}

/** Upstream: what ceph_argparse makes of the descriptions that the monitors hand to clients. */
async function cli(cluster: AnyCluster, directory: string): Promise<void> {
  const help = await cluster.ceph("--help", "box", "echo");
  assertMatch(help.stdout, /box echo <text> \[<whole:int>\]/);
  const good = await cluster.ceph("box", "echo", "a-b", "5", "0.5", "--how", "slow", "--yes");
  assertEquals(good.code, 0);
  assertEquals(JSON.parse(good.stdout).args, { text: "a-b", whole: 5, real: 0.5, yes: true, how: "slow" });
  const wrong = [
    [["a!b"], "invalid chars ! in a!b"],
    [["a", "--whole", "11"], "11 not in range [1, 10]"],
    [["a", "--how", "never"], "never not in fast|slow"],
    [[], "missing required parameter text(<string(goodchars [A-Za-z0-9-_.])>)"],
  ] as const;
  for (const [args, message] of wrong) {
    const { code, stderr } = await cluster.ceph("box", "echo", ...args);
    assertEquals(code, 22);
    assertStringIncludes(stderr, message);
  }
  const file = `${directory}/input`;
  await Deno.writeTextFile(file, "ïnput");
  assertEquals(JSON.parse((await cluster.ceph("box", "echo", "a", "-i", file)).stdout).inbuf, "ïnput");
  const thrown = await cluster.ceph("box", "throw", "too far");
  assertEquals(thrown.code, 22);
  assertStringIncludes(thrown.stderr, "RangeError: too far");
  assertEquals((await cluster.ceph("config", "help", "mgr/box/count")).code, 0);
}
