/** Objects on a real cluster and on the development cluster: the same scenarios. */

import { assert } from "@std/assert";
import { withDevCluster } from "./dev_cluster.ts";
import { type ClusterClient, NativeRados } from "./native_rados.ts";
import { RadosPeer } from "./rados_peer.ts";
import { makePools, RADOS_SCENARIOS } from "./rados_scenarios.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();

async function runScenarios(t: Deno.TestContext, cluster: ClusterClient): Promise<void> {
  await makePools(cluster);
  await using peer = await RadosPeer.start(cluster.conf);
  await using native = await NativeRados.start(cluster, "t");
  const bench = { cluster, native, peer, p: await native.open("p") };
  const results: boolean[] = [];
  for (const [name, run] of Object.entries(RADOS_SCENARIOS)) {
    results.push(await t.step(name, () => run(bench)));
  }
  assert(results.every((ok) => ok), "a step failed");
}

Deno.test({ name: "RADOS: our client and python3-rados see the same objects", ignore }, async (t) => {
  const options = { osds: 3, conf: ["osd pool default size = 2"] };
  await RealCluster.run(options, (cluster) => runScenarios(t, cluster));
});

Deno.test({ name: "RADOS: simulated OSDs do the same", ignore }, async (t) => {
  await withDevCluster({ osds: 3, data: false }, async (cluster) => {
    await cluster.command("mon", {
      prefix: "config set",
      who: "osd",
      name: "osd_max_object_name_len",
      value: "256",
    });
    await runScenarios(t, cluster);
  });
});
