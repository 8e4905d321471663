/** Files and environment of this machine -> Config. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseArgs, type RunInvocation } from "./args.ts";
import { parseCephConf } from "./ceph_conf.ts";
import { loadConfig, monitorSources } from "./load.ts";

function run(...args: string[]): RunInvocation {
  const invocation = parseArgs(args, {});
  assert(invocation.kind === "run");
  return invocation;
}

Deno.test("loadConfig() reads the file of -c and takes the cluster's name from it", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/east.conf`;
    await Deno.writeTextFile(path, "[mgr]\nmgr data = /d/$cluster-$id\n[mon.a]\nmon addr = 10.0.0.1\n");
    const loaded = await loadConfig(run("-c", path, "-i", "x", "-m", "10.0.0.2"));
    assertEquals([loaded.path, loaded.config.get("mgr_data")], [path, "/d/east-x"]);
    assertEquals(monitorSources(loaded), {
      monHost: "10.0.0.2",
      sections: new Map([["a", "10.0.0.1"]]),
      srvName: "ceph-mon",
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("loadConfig() refuses a file of -c that is not there, and takes none when -c is empty", async () => {
  await assertRejects(
    () => loadConfig(run("-c", "/nosuch/ceph.conf")),
    Error,
    "there is no /nosuch/ceph.conf",
  );
  const { path, config } = await loadConfig(run("-c", "", "-i", "x"));
  assertEquals([path, config.get("log_file")], [undefined, "/var/log/ceph/ceph-mgr.x.log"]);
});

Deno.test("monitorSources() prefers mon_host_override", async () => {
  const { config } = await loadConfig(run("-c", "", "-m", "a", "--mon-host-override=b"));
  assertEquals(monitorSources({ config, file: parseCephConf("", "f") }).monHost, "b");
});
