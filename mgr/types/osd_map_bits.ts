/** Bits of the OSDMap and their names: flags of the map, states of OSDs, flags of pools. */

/** Flags of the map. Upstream: CEPH_OSDMAP_* in include/rados.h */
export const OsdMapFlag = {
  nearfull: 1 << 0,
  full: 1 << 1,
  pauserd: 1 << 2,
  pausewr: 1 << 3,
  pauserec: 1 << 4,
  noup: 1 << 5,
  nodown: 1 << 6,
  noout: 1 << 7,
  noin: 1 << 8,
  nobackfill: 1 << 9,
  norecover: 1 << 10,
  noscrub: 1 << 11,
  "nodeep-scrub": 1 << 12,
  notieragent: 1 << 13,
  norebalance: 1 << 14,
  sortbitwise: 1 << 15,
  require_jewel_osds: 1 << 16,
  require_kraken_osds: 1 << 17,
  require_luminous_osds: 1 << 18,
  recovery_deletes: 1 << 19,
  purged_snapdirs: 1 << 20,
  nosnaptrim: 1 << 21,
  pglog_hardlimit: 1 << 22,
  noautoscale: 1 << 23,
} as const;

/** Flags that said before Luminous which release is required. */
const LEGACY_REQUIRE = OsdMapFlag.require_jewel_osds | OsdMapFlag.require_kraken_osds |
  OsdMapFlag.require_luminous_osds;

const LUMINOUS = 12;
const NAUTILUS = 14;

/** The flags as they follow from the release that the OSDs must have. */
export function flagsOfRelease(flags: number, requireOsdRelease: number): number {
  let out = flags;
  if (requireOsdRelease >= LUMINOUS) out = (out & ~LEGACY_REQUIRE) | OsdMapFlag.recovery_deletes;
  if (requireOsdRelease >= NAUTILUS) out |= OsdMapFlag.pglog_hardlimit;
  return out >>> 0;
}

/** States of an OSD, and of the flags of CRUSH nodes and device classes. Upstream: CEPH_OSD_* in include/rados.h */
export const OsdState = {
  exists: 1 << 0,
  up: 1 << 1,
  autoout: 1 << 2,
  new: 1 << 3,
  full: 1 << 4,
  nearfull: 1 << 5,
  backfillfull: 1 << 6,
  destroyed: 1 << 7,
  noup: 1 << 8,
  nodown: 1 << 9,
  noin: 1 << 10,
  noout: 1 << 11,
  stop: 1 << 12,
} as const;

/** Flags of a pool; the number is that of the bit. Upstream: pg_pool_t::FLAG_* in osd/osd_types.h */
export const PoolFlag = {
  hashpspool: 0n,
  full: 1n,
  ec_overwrites: 2n,
  incomplete_clones: 3n,
  nodelete: 4n,
  nopgchange: 5n,
  nosizechange: 6n,
  write_fadvise_dontneed: 7n,
  noscrub: 8n,
  "nodeep-scrub": 9n,
  full_quota: 10n,
  nearfull: 11n,
  backfillfull: 12n,
  selfmanaged_snaps: 13n,
  pool_snaps: 14n,
  creating: 15n,
  eio: 16n,
  bulk: 17n,
  crimson: 18n,
  ec_optimizations: 19n,
} as const;

/** Whether the flags of a pool have that one. */
export function hasPoolFlag(flags: bigint, name: keyof typeof PoolFlag): boolean {
  return ((flags >> PoolFlag[name]) & 1n) === 1n;
}
