/** Daemons of real Ceph on the development monitor: OSDs boot, make the PGs of a pool, and serve objects. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withState } from "../../mgr/types/pg_state.ts";
import { runTool } from "./cluster_files.ts";
import { DaemonProcess } from "./daemon_process.ts";
import { type TestDevCluster, withDevCluster } from "./dev_cluster.ts";
import { hasCeph } from "./real_cluster.ts";

const ignore = !await hasCeph();

/** Settings of OSDs that keep everything in memory. */
const osdArgs = (conf: string, directory: string, id: number): string[] => [
  ...["-c", conf, "-i", String(id), "-k", `${directory}/keyring`, "--osd-data", directory],
  ...["--osd-objectstore", "memstore", "--memstore-device-bytes", "1073741824", "--admin-socket", ""],
  ...["--osd-max-object-name-len", "256", "--osd-max-object-namespace-len", "64"],
  ...["--public-addr", "127.0.0.1", "--ms-bind-ipv6", "false"],
];

/** A real OSD with a key of its own, made as ceph-volume does it. */
async function startOsd({ ceph, cluster, conf }: TestDevCluster, id: number): Promise<DaemonProcess> {
  const directory = `${cluster.directory.path}/real.osd.${id}`;
  await Deno.mkdir(directory);
  const uuid = crypto.randomUUID();
  const key = (await runTool("ceph-authtool", "--gen-print-key")).trim();
  await Deno.writeTextFile(`${directory}/secrets.json`, JSON.stringify({ cephx_secret: key }));
  await Deno.writeTextFile(`${directory}/keyring`, `[osd.${id}]\n\tkey = ${key}\n`);
  const made = await ceph("osd", "new", uuid, String(id), "-i", `${directory}/secrets.json`);
  assertEquals([made.code, made.stdout.trim()], [0, String(id)]);
  const args = osdArgs(conf, directory, id);
  await runTool("ceph-osd", ...args, "--mkfs", "--osd-uuid", uuid);
  return new DaemonProcess(`osd.${id}`, "ceph-osd", [...args, "-f"]);
}

function startManager({ cluster, conf }: TestDevCluster): DaemonProcess {
  const keyring = cluster.directory.keyring("mgr.x");
  const paths = ["--mgr-module-path", "/usr/share/ceph/mgr", "--admin-socket", ""];
  return new DaemonProcess("mgr.x", "ceph-mgr", ["-c", conf, "-i", "x", "-k", keyring, "-f", ...paths]);
}

Deno.test(
  { name: "DevMonitor lets real OSDs boot and a pool of theirs become active and clean", ignore },
  () =>
    withDevCluster({ osds: 0 }, async (dev) => {
      const { ceph, cluster } = dev;
      const daemons = [startManager(dev)];
      try {
        daemons.push(await startOsd(dev, 0), await startOsd(dev, 1));
        const { monitor } = cluster;
        assert(await until(() => monitor.state.osd.counts.up === 2), daemons[1]!.describe());
        assertStringIncludes((await ceph("osd", "tree")).stdout, "osd.1");
        await ceph("osd", "crush", "rule", "create-replicated", "any", "default", "osd");
        const created = await ceph(
          "osd",
          "pool",
          "create",
          "p",
          "4",
          "4",
          "replicated",
          "any",
          "--size",
          "2",
        );
        assertEquals([created.code, created.stderr], [0, "pool 'p' created\n"]);
        const isClean = (): boolean => {
          const states = monitor.state.stat.digest?.numPgByState ?? new Map<number, number>();
          const clean = withState(withState(0, "active"), "clean");
          return states.size === 1 && (states.get(clean) ?? 0) >= 4;
        };
        assert(await until(isClean), (await ceph("-s")).stdout);
        assertStringIncludes((await ceph("-s")).stdout, "active+clean");
        await putAndGet(dev);
        await daemons.pop()!.stop();
        assert(await until(() => monitor.state.osd.counts.up === 1), (await ceph("-s")).stdout);
      } finally {
        await Promise.all(daemons.map((daemon) => daemon.stop()));
      }
    }),
);

async function putAndGet({ conf, cluster }: TestDevCluster): Promise<void> {
  const file = `${cluster.directory.path}/object`;
  await Deno.writeTextFile(file, "hello");
  await runTool("rados", "-c", conf, "-p", "p", "put", "o", file);
  assertEquals(await runTool("rados", "-c", conf, "-p", "p", "get", "o", "-"), "hello");
}

/** Asks every 50 ms for at most 30 s. */
async function until(predicate: () => boolean): Promise<boolean> {
  for (const deadline = performance.now() + 30_000; performance.now() < deadline;) {
    if (predicate()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
