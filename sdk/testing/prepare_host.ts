/** What is there before a module starts: its options, its keys, data, and the cluster behind. */

import type { ClusterBehind } from "./cluster_behind.ts";
import type { MemoryHost } from "./memory_host.ts";
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
export function putBehind(host: MemoryHost, cluster: ClusterBehind): void {
  host.cluster = cluster;
  host.data.cluster = cluster.reader();
}

/** Texts are stored in UTF-8. */
export function bytesOf(value: string | Uint8Array): Uint8Array;
/** null is no value. */
export function bytesOf(value: string | Uint8Array | null): Uint8Array | null;
export function bytesOf(value: string | Uint8Array | null): Uint8Array | null {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}
