/** One MDS daemon as the monitors see it: mds_info_t. */

import type { Codec } from "../encoding/mod.ts";
import { CompatSet, dumpCompatSet, EMPTY_COMPAT_SET } from "./compat_set.ts";
import { dumpAddrVec, EntityAddrVec, formatAddr, legacyAddr } from "./entity_addr.ts";
import { formatUtime, UTime } from "./utime.ts";

/** Upstream: MDSMap::DaemonState in mds/MDSMap.h */
const STATE_NAMES: ReadonlyMap<number, string> = new Map([
  [0, "down:dne"],
  [-1, "down:stopped"],
  [-4, "up:boot"],
  [-5, "up:standby"],
  [-6, "up:creating"],
  [-7, "up:starting"],
  [-8, "up:standby-replay"],
  [8, "up:replay"],
  [9, "up:resolve"],
  [10, "up:reconnect"],
  [11, "up:rejoin"],
  [12, "up:clientreplay"],
  [13, "up:active"],
  [14, "up:stopping"],
  [15, "down:damaged"],
]);

/** "up:active" for 13. */
export function mdsStateName(state: number): string {
  return STATE_NAMES.get(state) ?? "???";
}

/** Upstream: MDSMap::mds_info_t in mds/MDSMap.h */
export interface MdsInfo {
  readonly gid: bigint;
  readonly name: string;
  /** -1 = none. */
  readonly rank: number;
  readonly incarnation: number;
  /** See `mdsStateName`. */
  readonly state: number;
  readonly stateSeq: bigint;
  readonly addrs: EntityAddrVec;
  /** Zero = it is not laggy. */
  readonly laggySince: UTime;
  readonly exportTargets: readonly number[];
  readonly mdsFeatures: bigint;
  /** Filesystem it would rather serve; -1 = any. */
  readonly joinFscid: number;
  /** Bit 0: frozen. */
  readonly flags: bigint;
  readonly compat: CompatSet;
}

/** v10/4. Three fields that mean nothing any more are written with their last values. */
export const MdsInfo: Codec<MdsInfo> = {
  decode: (d) =>
    d.versioned("mds_info_t", 10, (d, v) => {
      const head = {
        gid: d.u64(),
        name: d.string(),
        rank: d.i32(),
        incarnation: d.i32(),
        state: d.i32(),
        stateSeq: d.u64(),
        addrs: EntityAddrVec.decode(d),
        laggySince: UTime.decode(d),
      };
      // standby_for_rank and standby_for_name, gone since Nautilus.
      d.i32();
      d.string();
      const exportTargets = d.list((d) => d.i32(), 4);
      const mdsFeatures = v >= 5 ? d.u64() : 0n;
      const joinFscid = v >= 6 ? d.i32() : -1;
      // standby_replay, gone as well.
      if (v >= 7) d.bool();
      const flags = v >= 9 ? d.u64() : 0n;
      const compat = v >= 10 ? CompatSet.decode(d) : EMPTY_COMPAT_SET;
      return { ...head, exportTargets, mdsFeatures, joinFscid, flags, compat };
    }),
  encode: (e, m) =>
    void e.versioned(10, 4, (e) => {
      e.u64(m.gid).string(m.name).i32(m.rank).i32(m.incarnation).i32(m.state).u64(m.stateSeq);
      EntityAddrVec.encode(e, m.addrs);
      UTime.encode(e, m.laggySince);
      e.i32(-1).string("").list(m.exportTargets, (e, rank) => e.i32(rank));
      e.u64(m.mdsFeatures).i32(m.joinFscid).bool(false).u64(m.flags);
      CompatSet.encode(e, m.compat);
    }),
};

/** As inside `ceph fs dump -f json`; gid, sequence number and features are bigints. */
export function dumpMdsInfo(m: MdsInfo) {
  const laggy = m.laggySince.sec !== 0 || m.laggySince.nsec !== 0;
  return {
    gid: m.gid,
    name: m.name,
    rank: m.rank,
    incarnation: m.incarnation,
    state: mdsStateName(m.state),
    state_seq: m.stateSeq,
    addr: formatAddr(legacyAddr(m.addrs)),
    addrs: dumpAddrVec(m.addrs),
    join_fscid: m.joinFscid,
    ...(laggy ? { laggy_since: formatUtime(m.laggySince) } : {}),
    export_targets: m.exportTargets,
    features: m.mdsFeatures,
    flags: m.flags,
    compat: dumpCompatSet(m.compat),
  };
}
