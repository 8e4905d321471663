/**
 * Records what ceph-mgr's orchestrator and its test backend answer to the cases of tests/cluster/orchestrator_cases.ts:
 * `deno run -A tools/record_orchestrator.ts` -> tests/vectors/orchestrator.json. It needs Ceph.
 */

import { fileURLToPath } from "node:url";
import { askAll } from "../tests/cluster/orchestrator_cases.ts";
import { RealCluster } from "../tests/cluster/real_cluster.ts";
import { print } from "./print.ts";

const output = fileURLToPath(import.meta.resolve("../tests/vectors/orchestrator.json"));

await RealCluster.run({ conf: ["paxos propose interval = 0.1"] }, async (cluster) => {
  await cluster.command("mon", {
    prefix: "mgr module enable",
    module: "test_orchestrator",
    force: "--force",
  });
  await cluster.startRealMgr("x");
  const answers = await askAll(cluster);
  const { version } = await cluster.commandJson<{ version: string }>("mon", { prefix: "version" });
  const lines = answers.map((one) => JSON.stringify(one)).join(",\n");
  await Deno.writeTextFile(output, `{"source":"${version}","answers":[\n${lines}\n]}\n`);
  print(`${answers.length} answers in ${output}`);
});
