/** `deno task record` at a real cluster: what a module said there, it says when the recording is replayed. */

import { assert, assertEquals } from "@std/assert";
import { TestManager } from "@ganglion/sdk/testing";
import { fileURLToPath } from "node:url";
import Box from "../conformance/box/mod.ts";
import { withDevCluster } from "./dev_cluster.ts";
import { grantAll } from "./grants.ts";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const MODULES = fileURLToPath(import.meta.resolve("../conformance"));
const ROOT = fileURLToPath(import.meta.resolve("../../"));
const CONF = [
  "mgr initial modules = box",
  "paxos propose interval = 0.1",
  "mgr tick period = 1",
  "mgr stats period = 1",
];

type AnyCluster = Pick<RealCluster, "conf" | "ceph" | "command" | "commandJson" | "waitFor">;

/** Runs the tool as an author does. */
async function record(conf: string, file: string): Promise<void> {
  const args = ["run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}tools/record.ts`];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args, "-c", conf, "-o", file, "--module", "box", "--kv", ""],
    cwd: ROOT,
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

async function ask(cluster: AnyCluster, prefix: string, args = {}): Promise<string> {
  const { code, out, err } = await cluster.command("mgr", { prefix, ...args });
  assertEquals([code, err], [0, ""]);
  return out;
}

/** Records the cluster, and replays it. */
async function check(cluster: AnyCluster, secrets: readonly string[]): Promise<void> {
  await cluster.waitFor(
    async () => (await cluster.command("mgr", { prefix: "box heard" })).code === 0,
    "box",
  );
  await ask(cluster, "box option set", { name: "place", value: '"Mars"' });
  await ask(cluster, "box store set", { key: "k", value: "v" });
  for (const [key, val] of [["mgr/box/secret", "s3cret-1"], ["mgr/other/key", "s3cret-2"]] as const) {
    await cluster.command("mon", { prefix: "config-key set", key, val });
  }
  await cluster.command("mon", {
    ...{ prefix: "config set", who: "mgr", name: "rgw_keystone_admin_password", value: "s3cret-3" },
  });
  const steady = async () => JSON.stringify(JSON.parse(await ask(cluster, "box facts")));
  let before = "";
  await cluster.waitFor(async () => {
    const [last, now] = [before, before = await steady()];
    return last === now && now.includes("active+clean") && now.includes("osd.stat_bytes") &&
      !now.includes('"bytes":0');
  }, "a steady cluster");
  const file = await Deno.makeTempFile({ prefix: "ganglion-recording-" });
  try {
    await record(cluster.conf, file);
    await using replayed = await TestManager.replay(Box, file);
    const { retval, stdout } = await replayed.send("box facts");
    assertEquals(retval, 0);
    assertEquals(JSON.parse(stdout), JSON.parse(before));
    const text = await Deno.readTextFile(file);
    for (const secret of [...secrets, "s3cret-2", "s3cret-3"]) assert(!text.includes(secret), "a secret");
    const { modules } = await cluster.commandJson<{ modules: string[] }>("mon", { prefix: "mgr dump" });
    assertEquals(modules.includes("recorder"), false);
  } finally {
    await Deno.remove(file);
  }
}

/** All keys of the cluster. */
async function keys(cluster: AnyCluster): Promise<string[]> {
  const { out } = await cluster.command("mon", { prefix: "auth export" });
  const found = [...out.matchAll(/key = (\S+)/g)].map(([, key]) => key!);
  assert(found.length > 2);
  return found;
}

Deno.test({ name: "a recording of a real cluster is what a module was answered there", ignore }, async () => {
  await RealCluster.run({ osds: 3, conf: CONF }, async (cluster) => {
    await cluster.ceph("osd", "pool", "create", "rbd", "8");
    await cluster.ceph("osd", "pool", "application", "enable", "rbd", "rbd");
    await grantAll(cluster, `${MODULES}/box`);
    await cluster.startGanglion("x", [`--mgr-module-path=${MODULES}`]);
    await check(cluster, await keys(cluster));
  });
});

Deno.test(
  { name: "a recording of a development cluster is what a module was answered there", ignore },
  async () => {
    await withDevCluster({ osds: 3, modules: ["box"] }, async (cluster) => {
      await cluster.ceph("osd", "pool", "create", "rbd", "8");
      await grantAll(cluster, `${MODULES}/box`);
      await cluster.startGanglion("x", [`--mgr-module-path=${MODULES}`]);
      await check(cluster, await keys(cluster));
    });
  },
);
