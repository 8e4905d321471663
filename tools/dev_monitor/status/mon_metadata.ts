/** What this monitor says of itself: `ceph mon metadata`. */

import { CEPH_RELEASE, CEPH_VERSION, CEPH_VERSION_SHORT } from "../../../mgr/config/release.ts";
import { daemonMetadata } from "../../../mgr/daemon_metadata.ts";
import { formatAddrVec } from "../../../mgr/types/entity_addr.ts";
import type { MonitorContext } from "../server/context.ts";
import type { Metadata } from "../state/part.ts";

/** Of the machine: it stays as long as the process does. */
let facts: Metadata | undefined;

/** Sorted by key. */
export function monMetadata({ state }: MonitorContext): Metadata {
  facts ??= daemonMetadata(
    new Map([
      ["ceph_release", CEPH_RELEASE],
      ["ceph_version", CEPH_VERSION],
      ["ceph_version_short", CEPH_VERSION_SHORT],
    ]),
  );
  const addrs = formatAddrVec(state.mon.map.monInfo.get("a")?.publicAddrs ?? []);
  return new Map([["addrs", addrs], ...facts]);
}
