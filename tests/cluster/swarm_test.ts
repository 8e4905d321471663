/** The swarm of the benchmarks is taken for real: ceph-mgr and Ganglion tell the monitors that all its PGs are clean. */

import { assert } from "@std/assert";
import { runSwarm } from "../../tools/swarm/swarm.ts";
import { hasCeph } from "./real_cluster.ts";

const ignore = !await hasCeph();
const PLAN = { osds: 30, pgs: 300, counters: 10, clients: 10, processes: 2 };

for (
  const [manager, mode] of [["ceph-mgr", "secure"], ["ganglion", "secure"], ["ganglion", "crc"]] as const
) {
  Deno.test(
    { name: `A swarm in ${mode} mode joins ${manager}, reports, and comes back`, ignore },
    async () => {
      const short = { seconds: 6, idleSeconds: 1, settleSeconds: 1, note: () => {} };
      const figures = await runSwarm({ ...PLAN, mode }, { manager, ...short });
      assert(figures.reportsPerSecond > 0 && figures.digestSeconds > 0 && figures.redigestSeconds > 0);
      assert(figures.busyP50Ms > 0, "commands are answered meanwhile");
    },
  );
}
