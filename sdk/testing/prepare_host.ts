/** What is there before a module starts: its options, its keys, data, and the cluster behind. */

import type { NotifyType } from "../module.ts";
import { ClusterSeat } from "./cluster/cluster_seat.ts";
import { TestCluster } from "./cluster/test_cluster.ts";
import type { ClusterBehind } from "./cluster_behind.ts";
import { settle } from "./fake_time.ts";
import type { MemoryHost } from "./memory_host.ts";
import { ReplayedCluster } from "./recording.ts";
import type { TestSetup } from "./test_setup.ts";

/** Puts everything in its place. Throws with the monitors' words for an option that they would not take. */
export function prepareHost(host: MemoryHost, setup: TestSetup): void {
  const { options, store, data, otherOptions, authorize } = setup;
  for (const [name, value] of Object.entries(options ?? {})) host.setOption(name, String(value));
  for (const [key, value] of Object.entries(store ?? {})) host.setStore(key, bytesOf(value));
  for (const [name, value] of Object.entries(data ?? {})) host.data.set(name, value);
  for (const [key, value] of Object.entries(otherOptions ?? {})) host.otherOptions.declare(key, value);
  if (authorize !== undefined) host.authorize = authorize;
}

/** Puts a cluster behind it. */
function putBehind(host: MemoryHost, cluster: ClusterBehind): void {
  host.cluster = cluster;
  host.data.cluster = cluster.reader();
}

/**
 * Puts the cluster of a setup behind it. In one that changes the manager has a seat; `happened` hears of what modules
 * are notified of.
 */
export function joinCluster(
  host: MemoryHost,
  cluster: TestSetup["cluster"],
  { name, mgrId }: { readonly name: string; readonly mgrId: string },
  happened: (type: NotifyType, id: unknown) => Promise<void>,
): ClusterSeat | undefined {
  if (!(cluster instanceof TestCluster)) {
    if (cluster !== undefined) putBehind(host, new ReplayedCluster(cluster));
    return undefined;
  }
  const monitors = (connected: boolean): Promise<void> => {
    host.monitors.connected = connected;
    return settle();
  };
  const seat = new ClusterSeat(cluster, name, mgrId, { happened, monitors });
  putBehind(host, seat.answers);
  return seat;
}

/** Texts are stored in UTF-8. */
export function bytesOf(value: string | Uint8Array): Uint8Array;
/** null is no value. */
export function bytesOf(value: string | Uint8Array | null): Uint8Array | null;
export function bytesOf(value: string | Uint8Array | null): Uint8Array | null {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}
