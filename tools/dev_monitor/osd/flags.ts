/** Flags of the OSDMap as `ceph -s` mentions them. */

import { OsdMapFlag } from "../../../mgr/types/osd_map_bits.ts";
import { flagText } from "../../../mgr/types/osd_map_names.ts";

/** What a healthy cluster has. Upstream: CEPH_OSDMAP_SEMIHIDDEN_FLAGS, CEPH_OSDMAP_LEGACY_REQUIRE_FLAGS */
const HIDDEN = [
  "sortbitwise",
  "require_jewel_osds",
  "require_kraken_osds",
  "require_luminous_osds",
  "recovery_deletes",
  "purged_snapdirs",
  "pglog_hardlimit",
] as const;

/** `noout,noscrub`; `worthSaying`: without those that every healthy cluster has. */
export function flagsText(flags: number, worthSaying = false): string {
  const hidden = worthSaying ? HIDDEN.reduce((bits, name) => bits | OsdMapFlag[name], 0) : 0;
  return flagText(flags & ~hidden);
}
