/** `ceph orch`: the same answers from ceph-mgr's modules and from ours, on the same monitors; and by the stock CLI. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { withDevCluster } from "./dev_cluster.ts";
import { askAll, DATA, ORCHESTRATOR_CASES } from "./orchestrator_cases.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
/** Commits and reports follow each other more closely than by default. */
const QUICK = ["paxos propose interval = 0.1", "mgr tick period = 1"];
const ENOENT = -2;
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
      for (const [i, { prefix, args }] of ORCHESTRATOR_CASES.entries()) {
        const name = `${prefix} ${JSON.stringify(args)}`;
        if (!await t.step(name, () => assertEquals(actual[i], expected[i]))) different++;
      }
      if (different > 0) throw new Error(`${different} answers differ`);
      assertEquals(await t.step("the stock CLI", () => byStockCli(cluster, cluster.directory)), true);
    });
  },
);

Deno.test({ name: "ceph orch on a development cluster", ignore }, async () => {
  await withDevCluster({ osds: 0, modules: ["orchestrator", "test_orchestrator"] }, async (cluster) => {
    await cluster.startGanglion("x");
    const status = { prefix: "orch status" };
    await cluster.waitFor(
      async () => (await cluster.command("mgr", status)).code === ENOENT,
      "the orchestrator",
    );
    await byStockCli(cluster, cluster.cluster.directory.path);
  });
});

/** Upstream: what ceph_argparse makes of the signatures. */
async function byStockCli(cluster: Pick<RealCluster, "ceph">, directory: string): Promise<void> {
  const file = `${directory}/input`;
  await Deno.writeTextFile(file, DATA);
  const quiet = { code: 0, stdout: "", stderr: "" };
  assertEquals(await cluster.ceph("orch", "set", "backend", "test_orchestrator"), quiet);
  assertEquals(await cluster.ceph("test_orchestrator", "load_data", "-i", file), quiet);
  assertEquals(
    (await cluster.ceph("orch", "host", "ls")).stdout,
    "HOST    ADDR      LABELS   STATUS  \n" +
      "node-a  node-a                     \n" +
      "node-b  10.0.0.2  mon osd          \n" +
      "2 hosts in cluster\n",
  );
  await cluster.ceph("orch", "host", "add", "node-c", "10.0.0.3", "--labels", "a,b", "--maintenance");
  const listed = await cluster.ceph("orch", "host", "ls", "--format", "json");
  const added: readonly { readonly labels: readonly string[] }[] = JSON.parse(listed.stdout);
  assertEquals(added.at(-1)?.labels, ["a", "b"]);
  const refused = await cluster.ceph("orch", "apply", "mon", "--placement", "label:a label:b");
  assertEquals(refused.code, 22);
  assertStringIncludes(refused.stderr, "Error EINVAL: more than one label provided: ['label:a', 'label:b']");
}
