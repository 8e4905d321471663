/** The test cluster itself: real monitors, OSDs and ceph-mgr boot, work and leave nothing behind. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { processesWith } from "./proc_files.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();

interface PgStat {
  readonly num_pgs: number;
  readonly num_pg_by_state: readonly { readonly name: string; readonly num: number }[];
}

/** All placement groups of at least `count` are active+clean. */
async function isClean(cluster: RealCluster, count: number): Promise<boolean> {
  const { pg_summary } = await cluster.commandJson<{ pg_summary: PgStat }>("mgr", { prefix: "pg stat" });
  const clean = pg_summary.num_pg_by_state.find(({ name }) => name === "active+clean")?.num ?? 0;
  return pg_summary.num_pgs >= count && clean === pg_summary.num_pgs;
}

Deno.test(
  { name: "RealCluster boots a monitor, two OSDs and ceph-mgr to active+clean", ignore },
  async () => {
    let directory = "";
    await RealCluster.run({ osds: 2, mgr: true }, async (cluster) => {
      directory = cluster.directory;
      await cluster.command("mon", { prefix: "osd pool create", pool: "p", pg_num: 8 });
      await cluster.waitFor(() => isClean(cluster, 8), "all PGs active+clean");
      const { stdout, code } = await cluster.ceph("-s");
      assertEquals(code, 0);
      assertStringIncludes(stdout, "2 osds: 2 up");
      await cluster.stopOsd(1);
      cluster.startOsd(1);
      await cluster.kill("mgr.x");
    });
    assertEquals(await processesWith(directory), []);
    await assertRejects(() => Deno.stat(directory), Deno.errors.NotFound);
  },
);

Deno.test(
  { name: "RealCluster gives three monitors a quorum, over IPv6 and without cephx", ignore },
  async () => {
    await RealCluster.run({ mons: 3, ipv6: true, auth: "none" }, async (cluster) => {
      const size = async () => {
        const { quorum } = await cluster.commandJson<{ quorum: number[] }>("mon", {
          prefix: "quorum_status",
        });
        return quorum.length;
      };
      await cluster.waitFor(async () => await size() === 3, "a quorum of three");
      await cluster.stopMon("c");
      await cluster.waitFor(async () => await size() === 2, "a quorum of two");
    });
  },
);

Deno.test({ name: "RealCluster.waitFor() fails at once when a daemon dies unasked", ignore }, async () => {
  const cluster = await RealCluster.start();
  Deno.kill(cluster.daemon("mon.a").pid, "SIGKILL");
  await assertRejects(() => cluster.waitFor(() => false, "nothing"), Error, "mon.a");
  await cluster.kill("mon.a");
  await cluster[Symbol.asyncDispose]();
});
