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
    const { code, stderr } = await cluster.ceph("service", "dump");
    assertEquals(code, 95);
    assertStringIncludes(stderr, "'service dump' is not implemented by this manager yet");
    const { stdout } = await cluster.ceph("osd", "-h");
    assertStringIncludes(stdout, "osd df");
  });
});
