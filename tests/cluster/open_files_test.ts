/** A manager that may open few files only, while more come than it can let in. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { hasCeph, RealCluster } from "./real_cluster.ts";

const ignore = !await hasCeph();
const LIMIT = 200;

interface Health {
  readonly checks: Readonly<Record<string, { readonly detail: readonly { readonly message: string }[] }>>;
}

const fullCheck = async (cluster: RealCluster) => {
  const { checks } = await cluster.commandJson<Health>("mon", { prefix: "health", detail: "detail" });
  return checks.MGR_CONNECTIONS_FULL;
};

async function listeningAt(cluster: RealCluster): Promise<number> {
  const { available, active_addr } = await cluster.commandJson<{ available: boolean; active_addr: string }>(
    "mon",
    { prefix: "mgr dump" },
  );
  return available ? Number(active_addr.split("/")[0]!.split(":").at(-1)) : 0;
}

Deno.test({
  name:
    "Mgr with few open files pauses accepting, raises MGR_CONNECTIONS_FULL, keeps its role and goes on later",
  ignore,
}, async () => {
  await RealCluster.run({}, async (cluster) => {
    const manager = await cluster.startGanglion("x", [], {}, ["prlimit", `--nofile=${LIMIT}:${LIMIT}`]);
    const port = await cluster.waitFor(async () => await listeningAt(cluster) || undefined, "the manager");
    assertMatch(await cluster.log("mgr.x"), /open files are limited to 200: at most 100 daemons and clients/);
    const strangers: Deno.TcpConn[] = [];
    const knock = async (): Promise<void> => {
      strangers.push(await Deno.connect({ hostname: "127.0.0.1", port }));
    };
    while (strangers.length < LIMIT) await knock();
    const { detail } = await cluster.waitFor(() => fullCheck(cluster), "the health check");
    assertEquals(detail[0]!.message, "100 are open, and that is the limit");
    assertStringIncludes(detail[1]!.message, "LimitNOFILE");
    for (const tcp of strangers) tcp.close();
    const answer = await cluster.command("mgr", { prefix: "service status" });
    assertEquals(answer.code, 0);
    await cluster.waitFor(async () => await fullCheck(cluster) === undefined, "the check to go");
    assertEquals(manager.exit, undefined);
  });
});
