/** Permissions of modules in clusters for tests: what an operator grants by `module permissions grant`, before any manager runs. */

import { GRANTS_FRONT, writeRecord } from "../../mgr/host/permissions/standing.ts";
import type { RealCluster } from "./real_cluster.ts";

/** Grants what the manifest in the directory asks for to the module of its name. */
export async function grantAll(cluster: Pick<RealCluster, "command">, directory: string): Promise<void> {
  const name = directory.split("/").at(-1)!;
  const granted: string[] = JSON.parse(await Deno.readTextFile(`${directory}/deno.json`)).mgr.permissions ??
    [];
  const val = new TextDecoder().decode(writeRecord({ granted, decided: granted }));
  const { code, err } = await cluster.command("mon", {
    prefix: "config-key set",
    key: GRANTS_FRONT + name,
    val,
  });
  if (code !== 0) throw new Error(`Cannot grant: ${err}`);
}
