/** Flags of the OSDMap as text. Upstream: OSDMap::get_flag_string */

import { OsdMapFlag } from "../../../mgr/types/osd_map_bits.ts";

/** In the order in which upstream names them, which is not that of the bits. */
const ORDER = [
  "pauserd",
  "pausewr",
  "pauserec",
  "noup",
  "nodown",
  "noout",
  "noin",
  "nobackfill",
  "norebalance",
  "norecover",
  "noscrub",
  "nodeep-scrub",
  "notieragent",
  "nosnaptrim",
  "sortbitwise",
  "require_jewel_osds",
  "require_kraken_osds",
  "require_luminous_osds",
  "recovery_deletes",
  "purged_snapdirs",
  "pglog_hardlimit",
] as const;

/** What a healthy cluster has: `ceph -s` does not mention them. Upstream: CEPH_OSDMAP_SEMIHIDDEN_FLAGS, CEPH_OSDMAP_LEGACY_REQUIRE_FLAGS */
const HIDDEN: readonly string[] = ORDER.slice(ORDER.indexOf("sortbitwise"));

/** `noout,noscrub`; `worthSaying`: without those that every healthy cluster has. */
export function flagsText(flags: number, worthSaying = false): string {
  return ORDER.filter((name) => (flags & OsdMapFlag[name]) !== 0 && !(worthSaying && HIDDEN.includes(name)))
    .join(",");
}
