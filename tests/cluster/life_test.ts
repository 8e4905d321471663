/** The life of a manager: the list of scenarios at real monitors and at the development monitor, and what only real ones show. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withDevCluster } from "./dev_cluster.ts";
import { grantAll } from "./grants.ts";
import { active, dump, LIFE, type LifeCluster, MODULES, standby } from "./life_scenarios.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
/** The log tells of sessions with monitors, and a young cluster misses its manager as an old one does. */
const OPTIONS = [["mgr", "debug_monc", "5"], ["mon", "mon_mgr_mkfs_grace", "1"]] as const;

async function live(t: Deno.TestContext, cluster: LifeCluster): Promise<void> {
  await grantAll(cluster, `${MODULES}/box`);
  for (const [who, name, value] of OPTIONS) {
    await cluster.command("mon", { prefix: "config set", who, name, value });
  }
  for (const [name, scenario] of Object.entries(LIFE)) {
    // Each goes on where the one before has ended.
    assert(await t.step(name, () => scenario(cluster)), `"${name}" failed`);
  }
}

Deno.test({ name: "Mgr lives at a real monitor", ignore }, async (t) => {
  await RealCluster.run({ osds: 1 }, async (cluster) => {
    const restartMonitor = async (): Promise<void> => {
      await cluster.stop("mon.a", "SIGKILL");
      cluster.startMon("a");
    };
    await live(t, Object.assign(cluster, { restartMonitor }));
  });
});

Deno.test({ name: "Mgr lives at a development monitor", ignore }, async (t) => {
  await withDevCluster({ osds: 1, data: false, modules: [] }, (cluster) => live(t, cluster));
});

Deno.test({ name: "Mgr stays active when the leader of three monitors is killed", ignore }, async () => {
  await RealCluster.run({ mons: 3 }, async (cluster) => {
    await cluster.startGanglion("x");
    const before = await active(cluster, "x");
    await cluster.kill("mon.a");
    const after = await active(cluster, "x");
    assertEquals(after.active_gid, before.active_gid);
  });
});

/** Starts another manager, lets it take the place of the active one, and looks where it listens. */
async function takesOver(
  cluster: RealCluster,
  name: string,
  args: readonly string[],
  place: string,
): Promise<void> {
  const { active_name } = await dump(cluster);
  await cluster.startGanglion(name, args);
  await standby(cluster, name);
  await cluster.stop(`mgr.${active_name}`);
  assertStringIncludes((await active(cluster, name)).active_addrs.addrvec[0]!.addr, place);
}

Deno.test({ name: "Mgr serves a cluster without authentication, over IPv6", ignore }, async () => {
  await RealCluster.run({ auth: "none", ipv6: true }, async (cluster) => {
    await cluster.startGanglion("x");
    const map = await active(cluster, "x");
    assertStringIncludes(map.active_addrs.addrvec[0]!.addr, "[::1]:");
    await takesOver(cluster, "y", ["--public-addr=-", "--public-network=fd00:dead::/64,::1/128"], "[::1]:");
  });
});

Deno.test(
  { name: "Mgr listens on public_addr, else inside public_network, else where a monitor sees it", ignore },
  async () => {
    await RealCluster.run({}, async (cluster) => {
      await cluster.startGanglion("x", ["--public-addr", "127.0.0.2"]);
      const map = await active(cluster, "x");
      assertStringIncludes(map.active_addrs.addrvec[0]!.addr, "127.0.0.2:");
      await takesOver(cluster, "y", ["--public-addr=-", "--public-network=127.0.0.0/8"], "127.0.0.1:");
      await takesOver(cluster, "z", ["--public-addr=-"], "127.0.0.1:");
    });
  },
);
