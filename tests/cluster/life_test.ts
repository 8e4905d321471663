/** The life of a manager among real monitors: active, standby, failed, restarted, beside the real ceph-mgr. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();

interface MgrDump {
  readonly epoch: number;
  readonly active_name: string;
  readonly active_gid: number;
  readonly available: boolean;
  readonly active_addrs: { addrvec: { type: string; addr: string; nonce: number }[] };
  readonly standbys: { name: string; gid: number }[];
}

const dump = (cluster: RealCluster): Promise<MgrDump> =>
  cluster.commandJson<MgrDump>("mon", { prefix: "mgr dump" });

function active(cluster: RealCluster, name: string): Promise<MgrDump> {
  return cluster.waitFor(async () => {
    const map = await dump(cluster);
    return map.available && map.active_name === name ? map : undefined;
  }, `mgr.${name} active and available`);
}

const standby = (cluster: RealCluster, name: string): Promise<unknown> =>
  cluster.waitFor(
    async () => (await dump(cluster)).standbys.some((s) => s.name === name),
    `mgr.${name} standing by`,
  );

Deno.test({ name: "Mgr becomes active and available, and `ceph -s` says so", ignore }, async () => {
  await RealCluster.run({}, async (cluster) => {
    await cluster.startGanglion("x");
    const map = await active(cluster, "x");
    assertEquals(map.active_addrs.addrvec.map((a) => a.type), ["v2"]);
    const { stdout } = await cluster.ceph("-s");
    assertMatch(stdout, /mgr: x\(active, since/);
    const metadata = await cluster.commandJson<{ hostname: string }>("mon", {
      prefix: "mgr metadata",
      who: "x",
    });
    assertEquals(metadata.hostname, Deno.hostname());
  });
});

Deno.test(
  { name: "Mgr takes over with another address when `mgr fail` finds no standby", ignore },
  async () => {
    await RealCluster.run({}, async (cluster) => {
      await cluster.startGanglion("x");
      const before = await active(cluster, "x");
      const { pid } = cluster.daemon("mgr.x");
      await cluster.command("mon", { prefix: "mgr fail", who: "x" });
      const after = await cluster.waitFor(async () => {
        const map = await dump(cluster);
        return map.epoch > before.epoch && map.available ? map : undefined;
      }, "mgr.x active again");
      assertEquals(after.active_gid, before.active_gid);
      assert(after.active_addrs.addrvec[0]!.nonce !== before.active_addrs.addrvec[0]!.nonce);
      assertEquals(cluster.daemon("mgr.x").pid, pid);
    });
  },
);

Deno.test(
  { name: "Mgr stands by for another Ganglion, takes over and gives way again", ignore },
  async () => {
    await RealCluster.run({}, async (cluster) => {
      await cluster.startGanglion("x");
      await active(cluster, "x");
      await cluster.startGanglion("y");
      await standby(cluster, "y");
      await cluster.command("mon", { prefix: "mgr fail", who: "x" });
      await active(cluster, "y");
      await standby(cluster, "x");
      // It tells the monitors, so nobody waits for the grace of 30 s.
      const stopped = performance.now();
      // Twice, as from a terminal or systemd by way of `deno task`: that is one signal.
      cluster.daemon("mgr.y").signal("SIGTERM");
      assertEquals(await cluster.stop("mgr.y"), { code: 0, signal: null });
      await active(cluster, "x");
      assert(performance.now() - stopped < 10_000);
      assertEquals(await cluster.stop("mgr.x", "SIGINT"), { code: 0, signal: null });
    });
  },
);

Deno.test({ name: "Mgr and the real ceph-mgr stand by for each other", ignore }, async () => {
  await RealCluster.run({}, async (cluster) => {
    await cluster.startGanglion("x");
    await active(cluster, "x");
    await cluster.startRealMgr("r");
    await standby(cluster, "r");
    await cluster.command("mon", { prefix: "mgr fail", who: "x" });
    await active(cluster, "r");
    await standby(cluster, "x");
    await cluster.command("mon", { prefix: "mgr fail", who: "r" });
    await active(cluster, "x");
    await cluster.kill("mgr.r");
  });
});

Deno.test({ name: "Mgr keeps its identity when its monitor is restarted", ignore }, async () => {
  await RealCluster.run({}, async (cluster) => {
    await cluster.startGanglion("x", ["--debug-monc=5"]);
    const before = await active(cluster, "x");
    await cluster.stop("mon.a", "SIGKILL");
    cluster.startMon("a");
    const sessions = async (): Promise<number> =>
      (await cluster.log("mgr.x")).split("session with v2:").length - 1;
    await cluster.waitFor(async () => await sessions() === 2, "a second session");
    const after = await active(cluster, "x");
    assertEquals([after.active_gid, after.active_addrs], [before.active_gid, before.active_addrs]);
  });
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

Deno.test(
  { name: "Mgr is killed and started again: the new process takes over at once", ignore },
  async () => {
    await RealCluster.run({}, async (cluster) => {
      await cluster.startGanglion("x");
      const before = await active(cluster, "x");
      await cluster.kill("mgr.x");
      await cluster.startGanglion("x");
      const after = await cluster.waitFor(async () => {
        const map = await dump(cluster);
        return map.available && map.active_gid !== before.active_gid ? map : undefined;
      }, "the new process active");
      assertEquals(after.active_name, "x");
    });
  },
);

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
