/** What the recorder says of a cluster in memory, and that a replay of it answers the same. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { type DataName, MgrModule, parseData } from "@ganglion/sdk";
import {
  formatRecording,
  parseRecording,
  type Recording,
  TestCluster,
  TestManager,
} from "@ganglion/sdk/testing";
import manifest from "./deno.json" with { type: "json" };
import Recorder from "./mod.ts";
import { isSecret } from "./secrets.ts";

class Reader extends MgrModule {}

async function answer<T>(manager: TestManager<typeof Recorder>, prefix: string, args = {}): Promise<T> {
  const { retval, stdout, stderr } = await manager.send(prefix, args);
  assertEquals([retval, stderr], [0, ""]);
  return parseData(stdout) as T;
}

/** What `deno task record` makes of the answers; the map is of no concern here. */
async function record(manager: TestManager<typeof Recorder>): Promise<Recording> {
  const data: Record<string, unknown> = {};
  for (const name of await answer<string[]>(manager, "recorder names")) {
    data[name] = await answer(manager, "recorder data", { name });
  }
  return parseRecording(formatRecording({
    recordedAt: 1_800_000_000_000,
    mgrId: "x",
    version: "",
    data,
    facts: await answer(manager, "recorder facts"),
    counters: await answer(manager, "recorder counters"),
    osdMap: "",
  }));
}

Deno.test("the recorder records all that a module can read, and a replay answers the same", async () => {
  const cluster = new TestCluster({ osds: 4, pools: { rbd: { objects: 10 } } });
  await cluster.osdDown(3);
  await using manager = await TestManager.start(Recorder, { permissions: manifest, cluster });
  const recording = await record(manager);
  await using live = await TestManager.start(Reader, { cluster, name: "live" });
  await using replayed = await TestManager.replay(Reader, recording, { name: "replayed" });
  for (const name of Object.keys(recording.data) as DataName[]) {
    // Whose modules are enabled is another thing in each of them; secrets are left out.
    if (name === "mgr_map" || name === "config") continue;
    assertEquals(await replayed.module.get(name), await live.module.get(name), name);
  }
  for (const { module } of [live, replayed]) {
    assertEquals((await module.listServers()).length, 6);
    assertEquals((await module.getMetadata("osd", "3"))?.hostname, "host2");
    assertEquals(await module.getMetadata("osd", "9"), null);
    assertEquals(await module.getCephOption("mgr_tick_period"), 2);
    const { osd_stats } = await module.get("osd_stats");
    assertEquals(await module.getLatest("osd", "0", "osd.numpg"), osd_stats[0]!.num_pgs);
    assertEquals(await module.getLatestCounter("osd", "0", "nothing"), { nothing: [] });
    assertEquals(Object.keys(await module.getAllPerfCounters({ services: ["osd"] })).length, 4);
  }
});

Deno.test("parseRecording() refuses what is none", () => {
  const refusal = (text: string): string => {
    try {
      parseRecording(text);
      return "";
    } catch (e) {
      return (e as Error).message;
    }
  };
  assertStringIncludes(refusal("{"), "Cannot read the recording: ");
  assertStringIncludes(refusal('{"format":2}'), "its format is 2, not 1; record it anew");
});

Deno.test("isSecret() knows options that hold keys, passwords and tokens", () => {
  const secrets = [
    "key",
    "keyring",
    "rgw_keystone_admin_password",
    "rgw_ldap_secret",
    "rgw_keystone_admin_token",
  ];
  assertEquals(secrets.filter((name) => !isSecret(name)), []);
  assertEquals(["mon_host", "osd_pool_default_size", "keepalive", "monkey_business"].filter(isSecret), []);
});
