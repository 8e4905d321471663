/** An OSD says that it runs: MOSDBoot. Only monitors and OSDs speak it. */

import type { Codec } from "../../../mgr/encoding/mod.ts";
import type { MessageType } from "../../../mgr/messages/message.ts";
import { decodePaxos, encodePaxos } from "../../../mgr/messages/paxos.ts";
import { CompatSet } from "../../../mgr/types/compat_set.ts";
import { EntityAddrVec } from "../../../mgr/types/entity_addr.ts";
import { UTime } from "../../../mgr/types/utime.ts";
import { Uuid } from "../../../mgr/types/uuid.ts";

/** What an OSD keeps of itself on its disk. Upstream: OSDSuperblock in osd/osd_types.h */
export interface OsdSuperblock {
  readonly clusterFsid: Uuid;
  readonly whoami: number;
  readonly currentEpoch: number;
  readonly oldestMap: number;
  readonly newestMap: number;
  readonly weight: number;
  readonly compatFeatures: CompatSet;
  readonly cleanThru: number;
  readonly mounted: number;
  readonly osdFsid: Uuid;
  readonly purgedSnapsLast: number;
  readonly lastPurgedSnapsScrub: UTime;
}

/** v9/5. */
export const OsdSuperblock: Codec<OsdSuperblock> = {
  decode: (d) =>
    d.versioned("OSDSuperblock", 10, (d, v) => {
      if (v < 9) d.fail(`version ${v} is that of an OSD before Octopus`);
      const head = {
        clusterFsid: Uuid.decode(d),
        whoami: d.i32(),
        currentEpoch: d.u32(),
        oldestMap: d.u32(),
        newestMap: d.u32(),
        weight: d.f64(),
        compatFeatures: CompatSet.decode(d),
        cleanThru: d.u32(),
        mounted: d.u32(),
        osdFsid: Uuid.decode(d),
      };
      // Two fields of old releases: an epoch, and epochs by pool.
      d.u32();
      d.map((d) => d.i64n(), (d) => d.u32());
      return { ...head, purgedSnapsLast: d.u32(), lastPurgedSnapsScrub: UTime.decode(d) };
    }),
  encode: (e, s) =>
    void e.versioned(9, 5, (e) => {
      Uuid.encode(e, s.clusterFsid);
      e.i32(s.whoami).u32(s.currentEpoch).u32(s.oldestMap).u32(s.newestMap).f64(s.weight);
      CompatSet.encode(e, s.compatFeatures);
      e.u32(s.cleanThru).u32(s.mounted);
      Uuid.encode(e, s.osdFsid);
      UTime.encode(e.u32(0).u32(0).u32(s.purgedSnapsLast), s.lastPurgedSnapsScrub);
    }),
};

/** Upstream: messages/MOSDBoot.h. The public addresses are those of the connection. */
export interface MOSDBoot {
  readonly superblock: OsdSuperblock;
  readonly hbBackAddrs: EntityAddrVec;
  readonly clusterAddrs: EntityAddrVec;
  /** Last epoch in which it came up in this life; 0 = none. */
  readonly bootEpoch: number;
  readonly hbFrontAddrs: EntityAddrVec;
  readonly metadata: ReadonlyMap<string, string>;
  readonly osdFeatures: bigint;
}

/** v7/7, with the Paxos header. */
export const MOSDBoot: MessageType<MOSDBoot> = {
  name: "MOSDBoot",
  type: 71,
  version: 7,
  compat: 7,
  decode(d) {
    decodePaxos(d);
    return {
      superblock: OsdSuperblock.decode(d),
      hbBackAddrs: EntityAddrVec.decode(d),
      clusterAddrs: EntityAddrVec.decode(d),
      bootEpoch: d.u32(),
      hbFrontAddrs: EntityAddrVec.decode(d),
      metadata: d.stringMap(),
      osdFeatures: d.u64(),
    };
  },
  encode(e, m) {
    OsdSuperblock.encode(encodePaxos(e), m.superblock);
    EntityAddrVec.encode(e, m.hbBackAddrs);
    EntityAddrVec.encode(e, m.clusterAddrs);
    EntityAddrVec.encode(e.u32(m.bootEpoch), m.hbFrontAddrs);
    e.stringMap(m.metadata).u64(m.osdFeatures);
  },
};
