/** What the OSDMap knows of one OSD beside its state: osd_info_t and osd_xinfo_t. */

import type { Item } from "../encoding/mod.ts";
import { UTime, ZERO_TIME } from "./utime.ts";

/** Epochs of an OSD's life. Upstream: osd_info_t in osd/OSDMap.h */
export interface OsdInfo {
  readonly lastCleanBegin: number;
  readonly lastCleanEnd: number;
  readonly upFrom: number;
  readonly upThru: number;
  readonly downAt: number;
  readonly lostAt: number;
}

/** Version and six epochs. */
const INFO_SIZE = 25;

/** u8 version 1 and the fields: this structure has no length. */
export const OsdInfo: Item<OsdInfo> = {
  decode: (d) =>
    d.struct("osd_info_t", (d) => {
      d.u8();
      return {
        lastCleanBegin: d.u32(),
        lastCleanEnd: d.u32(),
        upFrom: d.u32(),
        upThru: d.u32(),
        downAt: d.u32(),
        lostAt: d.u32(),
      };
    }),
  encode(e, o) {
    e.u8(1).u32(o.lastCleanBegin).u32(o.lastCleanEnd).u32(o.upFrom).u32(o.upThru).u32(o.downAt).u32(o.lostAt);
  },
  skip: (d) => d.skip(INFO_SIZE),
};

/** Of an OSD that does not exist. */
export const BLANK_INFO: OsdInfo = {
  lastCleanBegin: 0,
  lastCleanEnd: 0,
  upFrom: 0,
  upThru: 0,
  downAt: 0,
  lostAt: 0,
};

/** Upstream: osd_xinfo_t in osd/OSDMap.h */
export interface OsdXInfo {
  readonly downStamp: UTime;
  /** 0 .. 0xffffffff stands for 0 .. 1. */
  readonly laggyProbability: number;
  /** Seconds. */
  readonly laggyInterval: number;
  readonly features: bigint;
  /** Weight that the OSD had when it was marked out automatically. */
  readonly oldWeight: number;
  readonly lastPurgedSnapsScrub: UTime;
  readonly deadEpoch: number;
}

/** v4/1. */
export const OsdXInfo: Item<OsdXInfo> = {
  decode: (d) =>
    d.versioned("osd_xinfo_t", 4, (d, v) => ({
      downStamp: UTime.decode(d),
      laggyProbability: d.u32(),
      laggyInterval: d.u32(),
      features: v >= 2 ? d.u64() : 0n,
      oldWeight: v >= 3 ? d.u32() : 0,
      lastPurgedSnapsScrub: v >= 4 ? UTime.decode(d) : ZERO_TIME,
      deadEpoch: v >= 4 ? d.u32() : 0,
    })),
  encode: (e, x) =>
    void e.versioned(4, 1, (e) => {
      UTime.encode(e, x.downStamp);
      e.u32(x.laggyProbability).u32(x.laggyInterval).u64(x.features).u32(x.oldWeight);
      UTime.encode(e, x.lastPurgedSnapsScrub);
      e.u32(x.deadEpoch);
    }),
  skip: (d) => d.skipVersioned(),
};

/** Of an OSD that does not exist. */
export const BLANK_XINFO: OsdXInfo = {
  downStamp: ZERO_TIME,
  laggyProbability: 0,
  laggyInterval: 0,
  features: 0n,
  oldWeight: 0,
  lastPurgedSnapsScrub: ZERO_TIME,
  deadEpoch: 0,
};
