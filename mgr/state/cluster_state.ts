/** What the monitors told us last: maps, configuration, key-value store, digest. No I/O. */

import type { FsMap } from "../types/fs_map.ts";
import type { MgrMap } from "../types/mgr_map.ts";
import type { MonMap } from "../types/mon_map.ts";
import type { OsdMap } from "../types/osd_map.ts";
import type { ServiceMap } from "../types/service_map.ts";
import { KvStore } from "./kv_store.ts";

/** Parts of the key-value store that a manager follows. */
export const KV_PREFIXES = ["config/", "mgr/", "device/"] as const;

/** One row for each thing that the monitors push; undefined until it came. */
export class ClusterState {
  monMap: MonMap | undefined;
  mgrMap: MgrMap | undefined;
  osdMap: OsdMap | undefined;
  fsMap: FsMap | undefined;
  serviceMap: ServiceMap | undefined;
  /** Every option of the monitors' database that concerns us, those of modules (`mgr/m/o`) included. */
  config: ReadonlyMap<string, string> | undefined;
  /** Of MMgrDigest: JSON texts, perhaps broken by bytes that are not UTF-8. */
  monStatusJson: string | undefined;
  healthJson: string | undefined;
  /** By subscribed prefix. */
  readonly kv: ReadonlyMap<string, KvStore> = new Map(KV_PREFIXES.map((prefix) => [prefix, new KvStore()]));

  /** Everything that modules rely on has come once. */
  get loaded(): boolean {
    return this.mgrMap !== undefined && this.config !== undefined && this.fsMap !== undefined &&
      this.serviceMap !== undefined && this.healthJson !== undefined &&
      [...this.kv.values()].every((kv) => kv.complete);
  }
}
