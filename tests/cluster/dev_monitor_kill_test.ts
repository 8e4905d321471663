/** kill -9 of the development monitor while it writes: what it has acknowledged is there after the restart. */

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../mgr/time/clock.ts";
import { ClusterDirectory, DEFAULT_PLAN } from "../../tools/dev_cluster/directory.ts";
import { DevCluster } from "../../tools/dev_cluster/dev_cluster.ts";
import { Admin, until } from "../dev/admin.ts";

const PROGRAM = fileURLToPath(import.meta.resolve("../dev/monitor_process.ts"));
const CONFIG = fileURLToPath(import.meta.resolve("../../deno.json"));
const KILLS = 22;
/** Writes that are under way at the same time. */
const WRITERS = 4;
/** A command is sent again after a loss; this is how long it may take. */
const TIMEOUT_MS = 20_000;

function spawn(store: string, port: number): Deno.ChildProcess {
  const args = ["run", "-A", "--config", CONFIG, PROGRAM, store, String(port)];
  return new Deno.Command(Deno.execPath(), { args, stdin: "null", stdout: "null", stderr: "inherit" })
    .spawn();
}

/** Writes one key after the other until it is told to stop; the keys that were acknowledged. */
async function write(admin: Admin, name: string, running: () => boolean): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let i = 0; running(); i++) {
    const key = `${name}/${i}`;
    const { r } = await admin.command("config-key set", { key, val: "x" }, TIMEOUT_MS);
    if (r === 0) acknowledged.push(key);
  }
  return acknowledged;
}

Deno.test("DevMonitor loses nothing acknowledged when it is killed in a loop of writes", async () => {
  const path = await Deno.makeTempDir({ prefix: "ganglion-kill-" });
  using directory = ClusterDirectory.open(path, false, { ...DEFAULT_PLAN, osds: 0 });
  const cluster = DevCluster.start({ directory, clock: systemClock, onFatal: () => {} });
  using admin = new Admin(cluster, { intervalMs: 200, timeoutMs: 2_000 });
  const port = Number(cluster.monitorAddress.split(":")[1]);
  await admin.command("fsid");
  await cluster[Symbol.asyncDispose]();
  let child = spawn(directory.store, port);
  try {
    let running = true;
    const writers = Array.from({ length: WRITERS }, (_, i) => write(admin, `w${i}`, () => running));
    for (let kills = 0; kills < KILLS; kills++) {
      const ups = admin.events.filter((event) => event === "up").length;
      await until(() => admin.events.at(-1) === "up", "a session");
      // Somewhere in the middle of the writes.
      await new Promise((resolve) => setTimeout(resolve, 20 + (kills * 37) % 200));
      child.kill("SIGKILL");
      await child.status;
      child = spawn(directory.store, port);
      await until(() => admin.events.filter((event) => event === "up").length > ups, "the next session");
    }
    running = false;
    const acknowledged = (await Promise.all(writers)).flat();
    const { data } = await admin.command("config-key ls", { format: "json" });
    const stored = new Set(JSON.parse(new TextDecoder().decode(data)) as string[]);
    assertEquals(acknowledged.filter((key) => !stored.has(key)), []);
    assert(acknowledged.length > KILLS, `only ${acknowledged.length} writes`);
  } finally {
    child.kill("SIGKILL");
    await child.status;
    await Deno.remove(path, { recursive: true });
  }
});
