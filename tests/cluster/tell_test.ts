/** Commands to daemons of a real cluster, side by side with librados and the stock CLI. */

import { assertEquals, assertRejects } from "@std/assert";
import type { TellOptions } from "../../mgr/tell/daemon_commands.ts";
import { NativeRados } from "./native_rados.ts";
import { RadosPeer } from "./rados_peer.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const TIMEOUT: TellOptions = { timeoutMs: 30_000 };

type Answer = readonly [r: number, out: string, rs: string];

/** Commands whose answers do not change from one second to the next: target, id, and how librados sends it. */
const SAME: readonly (readonly [target: string, id: string, command: unknown])[] = [
  ["osd", "0", { prefix: "version" }],
  ["osd", "0", { prefix: "config get", var: "osd_max_write_size", format: "json" }],
  ["osd", "0", { prefix: "no such command" }],
  ["osd", "0", { prefix: "config get" }],
  ["osd", "0", { prefix: "cluster_log", level: "info", message: ["x"] }],
  ["osd", "7", { prefix: "version" }],
  ["osd", "1", { prefix: "version" }],
  ["pg", "1.0", { prefix: "query" }],
  ["pg", "1.0", { prefix: "list_unfound", pgid: "1.0" }],
  ["pg", "9.0", { prefix: "query", pgid: "9.0" }],
  ["mon", "", { prefix: "osd pool ls" }],
  ["mon", "", { prefix: "osd pool ls", detail: "no such detail" }],
  ["mon", "", { prefix: "no such command" }],
  ["mon", "", { prefix: "pg stat" }],
  ["mon", "a", { prefix: "version" }],
  ["mon", "a", { prefix: "no such command" }],
  ["mon", "zz", { prefix: "version" }],
];

/** librados as the same entity as ours. */
async function connectAs(peer: RadosPeer, name: string, keyring: string): Promise<void> {
  await peer.run(`
import sys
state["c"] = rados.Rados(conffile=sys.argv[1], name="${name}", conf={"keyring": "${keyring}"})
state["c"].connect(timeout=30)
`);
}

function askLibrados(peer: RadosPeer, target: string, id: string, command: unknown): Promise<Answer> {
  const text = JSON.stringify(JSON.stringify(command));
  const calls: Record<string, string> = {
    osd: `osd_command(${id}, ${text}, b"")`,
    pg: `pg_command("${id}", ${text}, b"")`,
    mon: `mon_command(${text}, b""${id === "" ? "" : `, target="${id}"`})`,
  };
  return peer.run<Answer>(`r, out, rs = state["c"].${calls[target]}\nresult = [r, out.decode(), rs]`);
}

async function askOurs(native: NativeRados, target: string, id: string, command: unknown): Promise<Answer> {
  const { r, rs, data } = await native.commands.send(target, id, JSON.stringify(command), TIMEOUT);
  return [r, new TextDecoder().decode(data), rs];
}

async function makeFilesystem(cluster: RealCluster, native: NativeRados): Promise<void> {
  for (const pool of ["meta", "data"]) {
    await cluster.command("mon", { prefix: "osd pool create", pool, pg_num: 1 });
  }
  await cluster.command("mon", { prefix: "fs new", fs_name: "cephfs", metadata: "meta", data: "data" });
  await cluster.startMds("m");
  await cluster.startMds("s");
  const active = async (): Promise<boolean> =>
    (await askOurs(native, "mds", "0", { prefix: "status" }))[1].includes("up:active");
  await cluster.waitFor(active, "an active MDS");
  await cluster.waitFor(
    async () => (await askOurs(native, "mds", "s", { prefix: "version" }))[0] === 0,
    "mds.s",
  );
}

async function tellMds(cluster: RealCluster, native: NativeRados): Promise<void> {
  await makeFilesystem(cluster, native);
  const { stdout } = await cluster.ceph("tell", "mds.m", "version");
  const { filesystems } = await cluster.commandJson<{ filesystems: { mdsmap: { up: { mds_0: number } } }[] }>(
    "mon",
    {
      prefix: "fs dump",
    },
  );
  const gid = String(filesystems[0]!.mdsmap.up.mds_0);
  for (const id of ["m", "s", "0", "cephfs:0", gid, "*"]) {
    assertEquals(await askOurs(native, "mds", id, { prefix: "version" }), [0, stdout, ""], id);
  }
  for (const id of ["none", "5", "cephfs:1", "cephfs:*", "cephfs:m", "other:0", ""]) {
    assertEquals(await askOurs(native, "mds", id, { prefix: "version" }), [-2, "", ""], id);
    if (id === "" || id === "cephfs:*") continue;
    assertEquals((await cluster.ceph("tell", `mds.${id}`, "version")).code, 2, id);
  }
  assertEquals((await askOurs(native, "mds", "m", { prefix: "no such command" }))[0], -22);
}

Deno.test({ name: "CommandSender answers what librados and the stock CLI answer", ignore }, async (t) => {
  await RealCluster.run({ osds: 2 }, async (cluster) => {
    await cluster.stopOsd(1);
    await cluster.command("mon", { prefix: "osd out", ids: ["1"] });
    await cluster.command("mon", { prefix: "osd pool create", pool: "p", pg_num: 1 });
    await using native = await NativeRados.start(cluster, "t");
    await using peer = await RadosPeer.start(cluster.conf);
    await connectAs(peer, "mgr.t", await cluster.makeMgrKey("t"));
    const isDown = async () => (await askOurs(native, "osd", "1", { prefix: "version" }))[2] === "osd down";
    await cluster.waitFor(isDown, "osd.1 down");
    for (const [target, id, command] of SAME) {
      await t.step(`${target} ${id} ${JSON.stringify(command)}`, async () => {
        const librados = await askLibrados(peer, target, id, command);
        assertEquals(await askOurs(native, target, id, command), librados);
      });
    }
    await t.step("the stock CLI prints the same version", async () => {
      const { stdout } = await cluster.ceph("tell", "osd.0", "version");
      assertEquals((await askOurs(native, "osd", "0", { prefix: "version" }))[1], stdout);
    });
    await t.step("input, signals and ids that are none", async () => {
      const key = { prefix: "config-key set", key: "mgr/t/k" };
      const input = new TextEncoder().encode("from input");
      const text = JSON.stringify(key);
      assertEquals((await native.commands.send("mon", "", text, { ...TIMEOUT, input })).r, 0);
      const { out } = await cluster.command("mon", { prefix: "config-key get", key: "mgr/t/k" });
      assertEquals(out, "from input");
      const send = (target: string, id: string) => native.commands.send(target, id, "{}", TIMEOUT);
      await assertRejects(() => send("osd", "abc"), RangeError, 'invalid osd_id: "abc"');
      await assertRejects(() => send("pg", "zz"), RangeError, 'invalid pgid: "zz"');
      await assertRejects(() => send("mgr", "x"), RangeError, "unknown service type: mgr");
      assertEquals((await native.commands.send("mon", "", "nonsense", TIMEOUT)).r, -22);
      assertEquals((await native.commands.send("osd", "0", "nonsense", TIMEOUT)).rs, "invalid json");
      const signal = AbortSignal.abort(new Error("enough"));
      await assertRejects(
        () => native.commands.send("osd", "0", "{}", { ...TIMEOUT, signal }),
        Error,
        "enough",
      );
    });
    await t.step("mds by name, rank, file system, gid and all", () => tellMds(cluster, native));
  });
});
