/** The ceph.conf of a development cluster: what the stock CLI, the manager and our own CLI need to find it. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EntityAddrVec, formatTypedAddr } from "../../mgr/types/entity_addr.ts";
import type { ClusterDirectory } from "./directory.ts";

/** The modules that come with the manager. */
export const OWN_MODULES = fileURLToPath(import.meta.resolve("../../modules"));

/** Written at each start: the ports may be others. Modules are looked for in `modules` beside our own. */
export function confText(
  directory: ClusterDirectory,
  mon: EntityAddrVec,
  modules: readonly string[] = [],
): string {
  const { path, fsid, log } = directory;
  const addrs = mon.map((addr) => formatTypedAddr(addr).replace(/\/\d+$/, "")).join(",");
  return `# A development cluster of Ganglion. For development only: never put data here that matters.
# "deno task mgr" writes this file at each start.
[global]
fsid = ${fsid}
mon host = [${addrs}]
keyring = ${join(path, "keyring")}
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
ms bind ipv6 = false
public addr = 127.0.0.1
[mgr]
mgr data = ${join(path, "$name")}
keyring = ${join(path, "$name", "keyring")}
mgr module path = ${[OWN_MODULES, ...modules].join(",")}
log file = ${join(log, "$name.log")}
`;
}
