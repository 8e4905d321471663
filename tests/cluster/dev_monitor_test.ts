/** The development monitor before clients of Ceph: the stock CLI, librados, and the real ceph-mgr. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { DaemonProcess } from "./daemon_process.ts";
import { withDevCluster } from "./dev_cluster.ts";
import { hasCeph } from "./real_cluster.ts";

const ignore = !await hasCeph();

Deno.test(
  { name: "DevMonitor serves the stock CLI", ignore },
  () =>
    withDevCluster({ osds: 0 }, async ({ ceph, cluster }) => {
      const status = await ceph("-s");
      assertEquals([status.code, status.stderr], [0, ""]);
      assertStringIncludes(status.stdout, cluster.directory.fsid);
      assertStringIncludes(status.stdout, "health: HEALTH_OK");
      const version = await ceph("tell", "mon.a", "version", "-f", "json");
      assertStringIncludes(version.stdout, '"version":"16.2.15"');
      assertStringIncludes((await ceph("tell", "mon.a", "mon_status")).stdout, '"state": "leader"');
      assertEquals((await ceph("tell", "mon.b", "version")).code, 2);
      const unknown = await ceph("no", "such", "command");
      assertEquals(unknown.code, 22);
      assertStringIncludes(unknown.stderr, "no valid command found");
    }),
);

Deno.test(
  { name: "DevMonitor enforces caps", ignore },
  () =>
    withDevCluster({ osds: 0 }, async ({ ceph, cluster }) => {
      const keyring = `${cluster.directory.path}/reader`;
      assertEquals((await ceph("auth", "add", "client.r", "mon", "allow r")).code, 0);
      assertEquals((await ceph("auth", "get", "client.r", "-o", keyring)).code, 0);
      const reader = ["-n", "client.r", "-k", keyring];
      assertEquals((await ceph(...reader, "mon", "stat")).code, 0);
      const write = await ceph(...reader, "config-key", "set", "k", "v");
      assertEquals(write.code, 13);
      assertStringIncludes(write.stderr, "EACCES");
    }),
);

Deno.test(
  { name: "The real ceph-mgr becomes active at DevMonitor and is told of changes", ignore },
  () =>
    withDevCluster({ osds: 0, modules: ["iostat"] }, async ({ ceph, cluster, command, conf }) => {
      const keyring = cluster.directory.keyring("mgr.x");
      const paths = ["--mgr-module-path", "/usr/share/ceph/mgr", "--admin-socket", ""];
      const manager = new DaemonProcess("mgr.x", "ceph-mgr", [
        "-c",
        conf,
        "-i",
        "x",
        "-k",
        keyring,
        "-f",
        ...paths,
      ]);
      try {
        const { map } = cluster.monitor.state.mgr;
        const active = await until(() => cluster.monitor.state.mgr.map.available);
        assert(active, manager.describe());
        assert(cluster.monitor.state.mgr.map.epoch > map.epoch);
        assertMatch((await ceph("-s")).stdout, /mgr: x\(active, since/);
        assertEquals((await ceph("pg", "stat")).code, 0);
        assertEquals((await ceph("balancer", "off")).code, 0);
        // The monitor passes on what is the manager's.
        const proxied = await command("mon", { prefix: "balancer status", format: "json" });
        assertEquals([proxied.code, JSON.parse(proxied.out).active], [0, false]);
        assertEquals((await ceph("config", "get", "mgr", "mgr/balancer/active")).stdout, "false\n");
      } finally {
        await manager.stop();
      }
    }),
);

/** Asks every 50 ms for at most 30 s. */
async function until(predicate: () => boolean): Promise<boolean> {
  for (const deadline = performance.now() + 30_000; performance.now() < deadline;) {
    if (predicate()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
