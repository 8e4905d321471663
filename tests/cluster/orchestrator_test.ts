/** `ceph orch` by the stock CLI: the same answers from ceph-mgr's modules and from ours, on the same monitors. */

import { assertEquals } from "@std/assert";
import { type Case, ORCHESTRATOR_CASES } from "./orchestrator_cases.ts";
import { type CliResult, hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
/** Commits and reports follow each other more closely than by default. */
const QUICK = ["paxos propose interval = 0.1", "mgr tick period = 1"];
const ENABLE = { prefix: "mgr module enable", module: "test_orchestrator", force: "--force" };

Deno.test(
  { name: "ceph orch answers as under ceph-mgr, with its test backend and ours", ignore },
  async (t) => {
    await RealCluster.run({ conf: QUICK }, async (cluster) => {
      assertEquals((await cluster.command("mon", ENABLE)).code, 0);
      await cluster.startRealMgr("x");
      const expected = await askAll(cluster);
      await cluster.stop("mgr.x");
      await cluster.startGanglion("x");
      const actual = await askAll(cluster);
      let different = 0;
      for (const [i, [words]] of ORCHESTRATOR_CASES.entries()) {
        const isSame = await t.step(words.join(" "), () => assertEquals(actual[i], expected[i]));
        if (!isSame) different++;
      }
      if (different > 0) throw new Error(`${different} answers differ`);
    });
  },
);

async function askAll(cluster: RealCluster): Promise<CliResult[]> {
  const probe = { prefix: "test_orchestrator load_data" };
  await cluster.waitFor(
    async () => (await cluster.command("mgr", probe, "{}")).code === 0,
    "the test backend",
  );
  const answers: CliResult[] = [];
  for (const one of ORCHESTRATOR_CASES) answers.push(await ask(cluster, one));
  return answers;
}

async function ask(cluster: RealCluster, [words, input]: Case): Promise<CliResult> {
  if (input === undefined) return await cluster.ceph(...words);
  const file = `${cluster.directory}/input`;
  await Deno.writeTextFile(file, input);
  return await cluster.ceph(...words, "-i", file);
}
