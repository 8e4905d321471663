/** The real ceph-mgr with a module that shows what modules are given there. */

import { fileURLToPath } from "node:url";
import type { RealCluster } from "./real_cluster.ts";

const PROBE = fileURLToPath(import.meta.resolve("./python_probe"));

/** Starts it as mgr.x; the cluster has the module `probe` among its `mgr initial modules`. */
export async function startProbe(cluster: RealCluster): Promise<void> {
  const modules = `${cluster.directory}/modules`;
  await Deno.mkdir(modules);
  await Deno.symlink(PROBE, `${modules}/probe`);
  for (const name of ["mgr_module.py", "mgr_util.py"]) {
    await Deno.symlink(`/usr/share/ceph/mgr/${name}`, `${modules}/${name}`);
  }
  await cluster.startRealMgr("x", ["--mgr_module_path", modules]);
  await cluster.waitFor(async () => {
    const { code } = await cluster.command("mgr", { prefix: "probe get", what: "osd_map" });
    return code === 0;
  }, "the probe");
}
