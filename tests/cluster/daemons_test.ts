/** Real daemons and clients in session with the manager. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();

Deno.test({ name: "Real daemons open sessions, and the stock CLI is answered", ignore }, async () => {
  await RealCluster.run({ osds: 2 }, async (cluster) => {
    await cluster.startGanglion("x", ["--debug-mgr=20"]);
    const opened = async (name: string): Promise<boolean> =>
      (await cluster.log("mgr.x")).includes(`open of ${name} by`);
    for (const name of ["osd.0", "osd.1", "mon.a"]) {
      await cluster.waitFor(() => opened(name), `a session of ${name}`);
    }
    const version = await cluster.cephJson<{ version: string }>("tell", "mgr", "version");
    assertEquals(version.version, "16.2.15");
    const { code, stderr } = await cluster.ceph("pg", "stat");
    assertEquals(code, 95);
    assertStringIncludes(stderr, "'pg stat' is not implemented by this manager yet");
    const { stdout } = await cluster.ceph("osd", "-h");
    assertStringIncludes(stdout, "osd df");
  });
});

/** A service daemon of librados in a process of its own; it says `ready` and lives until stdin closes. */
const SERVICE_DAEMON = `
import rados, sys
cluster = rados.Rados(conffile=sys.argv[1])
cluster.connect(timeout=30)
cluster.service_daemon_register("laundry", "one", {"portal": "yes"})
cluster.service_daemon_update({"st": "washing"})
print("ready", flush=True)
sys.stdin.read()
cluster.shutdown()
`;

interface ServiceDump {
  readonly services: Record<string, { daemons: Record<string, { metadata?: Record<string, string> }> }>;
}

Deno.test({ name: "A service daemon registers, tells its status and leaves", ignore }, async () => {
  await RealCluster.run({}, async (cluster) => {
    await cluster.startGanglion("x");
    await cluster.waitFor(
      async () => (await cluster.command("mgr", { prefix: "service dump" })).code === 0,
      "x",
    );
    const child = new Deno.Command("/usr/bin/python3", {
      args: ["-c", SERVICE_DAEMON, cluster.conf],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    try {
      const dump = () => cluster.commandJson<ServiceDump>("mgr", { prefix: "service dump" });
      const { metadata } = await cluster.waitFor(
        async () => (await dump()).services.laundry?.daemons.one,
        "the service daemon",
      );
      assertEquals([metadata!.portal, metadata!.hostname], ["yes", Deno.hostname()]);
      const status = () =>
        cluster.commandJson<Record<string, Record<string, { status: Record<string, string> }>>>("mgr", {
          prefix: "service status",
        });
      await cluster.waitFor(async () => (await status()).laundry?.one?.status.st === "washing", "its status");
      await child.stdin.close();
      await child.status;
      await cluster.waitFor(async () => Object.keys((await dump()).services).length === 0, "its end");
    } finally {
      await child.stdin.close().catch(() => {});
      await child.status;
      await child.stdout.cancel();
    }
  });
});

Deno.test(
  { name: "A blocklisted manager stops at once and comes back under another address", ignore },
  async () => {
    await RealCluster.run({ osds: 1 }, async (cluster) => {
      await cluster.startGanglion("x");
      interface MgrDump {
        readonly available: boolean;
        readonly active_addrs: { addrvec: { addr: string; nonce: number }[] };
      }
      const active = (other?: number) =>
        cluster.waitFor(async () => {
          const map = await cluster.commandJson<MgrDump>("mon", { prefix: "mgr dump" });
          const [own] = map.active_addrs.addrvec;
          return map.available && own !== undefined && own.nonce !== other ? own : undefined;
        }, "an available manager");
      const { addr, nonce } = await active();
      await cluster.command("mon", { prefix: "osd blocklist", blocklistop: "add", addr: `${addr}/${nonce}` });
      await cluster.waitFor(
        async () => (await cluster.log("mgr.x")).includes("no longer active: OSDMap epoch"),
        "its end",
      );
      await active(nonce);
      assertEquals((await cluster.command("mgr", { prefix: "service status" })).code, 0);
    });
  },
);

Deno.test({ name: "An OSD that is restarted reports again, under its new metadata", ignore }, async () => {
  await RealCluster.run({ osds: 2 }, async (cluster) => {
    await cluster.startGanglion("x", ["--debug-mgr=20"]);
    const opens = async (): Promise<number> =>
      (await cluster.log("mgr.x")).split("open of osd.1 by").length - 1;
    const lastSeq = async (): Promise<number> => {
      const { code, out } = await cluster.command("mon", { prefix: "osd last-stat-seq", id: 1 });
      return code === 0 ? Number(out) : 0;
    };
    const before = await cluster.waitFor(async () => await lastSeq() || undefined, "statistics of osd.1");
    await cluster.stopOsd(1);
    cluster.startOsd(1);
    await cluster.waitFor(async () => await opens() >= 2, "another session of osd.1");
    // The number begins with the epoch in which the OSD came up.
    await cluster.waitFor(async () => await lastSeq() > before, "newer statistics of osd.1");
  });
});
