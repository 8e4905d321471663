/** What a person sees when the development cluster is up. */

import { relative } from "node:path";
import type { DevCluster } from "./dev_cluster.ts";

/** One screen: what runs, where, and three things to try. */
export function screenText(cluster: DevCluster): string {
  const { directory, monitor } = cluster;
  const here = Deno.cwd();
  const { counts } = monitor.state.osd;
  const { map } = monitor.state.mgr;
  return `
Ganglion development cluster ${directory.fsid}${directory.isNew ? " (new)" : ""}

  mon.a     ${cluster.monitorAddress}
  osd       ${counts.exist} simulated on ${directory.plan.hosts.length} hosts, ${counts.up} up
  mgr.${map.activeName.padEnd(5)} active; modules: ${map.modules.join(", ")}
  files     ${relative(here, directory.path)}/, kept between runs; "deno task mgr --fresh" makes a new cluster
  conf      ${directory.conf}

Try, in another terminal (the stock CLI takes the same words: ceph -c ${relative(here, directory.conf)} ...):

  deno task ceph -s               # health, and the load of pretended clients
  deno task ceph hello            # a module; "config set mgr mgr/hello/place Mars" changes its answer
  deno task ceph osd stop 2       # an OSD dies, watch it with -s; "tell osd.0 sim start 2" brings it back

For development only: it keeps no data safe, and nothing here is meant for production. Ctrl-C stops everything.
`;
}
