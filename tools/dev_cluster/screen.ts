/** What a person sees when the development cluster is up. */

import { relative } from "node:path";
import type { DevCluster } from "./dev_cluster.ts";

/** One screen: what runs, where, and three things to try. */
export function screenText(cluster: DevCluster): string {
  const { directory, monitor } = cluster;
  const conf = relative(Deno.cwd(), directory.conf);
  const { counts } = monitor.state.osd;
  const { map } = monitor.state.mgr;
  return `
Ganglion development cluster ${directory.fsid}${directory.isNew ? " (new)" : ""}

  mon.a     ${cluster.monitorAddress}
  osd       ${counts.exist} simulated on ${directory.plan.hosts} hosts, ${counts.up} up
  mgr.${map.activeName.padEnd(5)} active; modules: ${map.modules.join(", ")}
  files     ${
    relative(Deno.cwd(), directory.path)
  }/, kept between runs; "deno task mgr --fresh" makes a new cluster
  conf      ${directory.conf}

Try, in another terminal:

  deno task ceph -- -s                         # or: ceph -c ${conf} -s
  deno task ceph -- hello
  deno task ceph -- osd stop 2                 # an OSD dies: watch it with "deno task ceph -- -w"

For development only: it keeps no data safe, and nothing here is meant for production. Ctrl-C stops everything.
`;
}
