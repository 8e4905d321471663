/** Who the monitors are: MonMap, mon_info_t. */

import type { Codec, Decoder, Encoder } from "../encoding/mod.ts";
import { dumpAddrVec, EntityAddrVec, formatAddr, legacyAddr } from "./entity_addr.ts";
import { releaseName } from "./release_name.ts";
import { formatUtime, UTime } from "./utime.ts";
import { Uuid } from "./uuid.ts";

/** One monitor. Upstream: mon_info_t in mon/MonMap.h */
export interface MonInfo {
  readonly name: string;
  readonly publicAddrs: EntityAddrVec;
  /** Clients dial only the monitors with the lowest one. */
  readonly priority: number;
  readonly weight: number;
  /** CRUSH location by bucket type, for stretch mode. */
  readonly crushLoc: ReadonlyMap<string, string>;
}

/** v5/1. */
export const MonInfo: Codec<MonInfo> = {
  decode: (d) =>
    d.versioned("mon_info_t", 6, (d, v) => ({
      name: d.string(),
      publicAddrs: EntityAddrVec.decode(d),
      priority: v >= 2 ? d.u16() : 0,
      weight: v >= 4 ? d.u16() : 0,
      crushLoc: v >= 5 ? d.stringMap() : new Map(),
    })),
  encode: (e, m) =>
    void e.versioned(5, 1, (e) => {
      e.string(m.name);
      EntityAddrVec.encode(e, m.publicAddrs);
      e.u16(m.priority).u16(m.weight).stringMap(m.crushLoc);
    }),
};

/** Which ciphers cephx may use; releases before 19.2.6 know only AES-128. */
export interface AuthCiphers {
  /** Rises when all service tickets are to be thrown away. */
  readonly epoch: number;
  /** Cipher of service keys: 1 aes, 2 aes256k. */
  readonly service: number;
  readonly allowed: readonly number[];
  readonly preferred: number;
}

/** What a map before version 10 means. */
const OLD_CIPHERS: AuthCiphers = { epoch: 0, service: 1, allowed: [1, 2], preferred: 1 };

/** Upstream: MonMap in mon/MonMap.h */
export interface MonMap {
  readonly fsid: Uuid;
  readonly epoch: number;
  readonly lastChanged: UTime;
  readonly created: UTime;
  /** Bits of mon_feature_t that can never be taken back. */
  readonly persistentFeatures: bigint;
  readonly optionalFeatures: bigint;
  /** By name. */
  readonly monInfo: ReadonlyMap<string, MonInfo>;
  /** Names by rank. */
  readonly ranks: readonly string[];
  readonly minMonRelease: number;
  readonly removedRanks: readonly number[];
  /** 1 classic, 2 disallow, 3 connectivity. */
  readonly strategy: number;
  readonly disallowedLeaders: readonly string[];
  readonly stretchModeEnabled: boolean;
  readonly tiebreakerMon: string;
  readonly stretchMarkedDownMons: readonly string[];
  readonly authCiphers: AuthCiphers;
}

/** v9/6; reads up to v10. */
export const MonMap: Codec<MonMap> = {
  decode: (d) =>
    d.versioned("MonMap", 10, (d, v) => {
      if (v < 6) d.fail(`version ${v} is that of a monitor before Nautilus`);
      return {
        fsid: Uuid.decode(d),
        epoch: d.u32(),
        lastChanged: UTime.decode(d),
        created: UTime.decode(d),
        persistentFeatures: decodeFeatures(d),
        optionalFeatures: decodeFeatures(d),
        monInfo: d.map((d) => d.string(), MonInfo.decode),
        ranks: d.strings(),
        minMonRelease: v >= 7 ? d.u8() : 0,
        removedRanks: v >= 8 ? d.list((d) => d.u32(), 4) : [],
        strategy: v >= 8 ? d.u8() : 1,
        disallowedLeaders: v >= 8 ? d.strings() : [],
        stretchModeEnabled: v >= 9 ? d.bool() : false,
        tiebreakerMon: v >= 9 ? d.string() : "",
        stretchMarkedDownMons: v >= 9 ? d.strings() : [],
        authCiphers: v >= 10 ? decodeCiphers(d) : OLD_CIPHERS,
      };
    }),
  encode: (e, m) =>
    void e.versioned(9, 6, (e) => {
      Uuid.encode(e, m.fsid);
      e.u32(m.epoch);
      UTime.encode(e, m.lastChanged);
      UTime.encode(e, m.created);
      encodeFeatures(e, m.persistentFeatures);
      encodeFeatures(e, m.optionalFeatures);
      e.map(m.monInfo, (e, k) => e.string(k), MonInfo.encode);
      e.strings(m.ranks).u8(m.minMonRelease).list(m.removedRanks, (e, r) => e.u32(r));
      e.u8(m.strategy).strings(m.disallowedLeaders);
      e.bool(m.stretchModeEnabled).string(m.tiebreakerMon).strings(m.stretchMarkedDownMons);
    }),
};

const decodeFeatures = (d: Decoder): bigint => d.versioned("mon_feature_t", 1, (d) => d.u64());
const encodeFeatures = (e: Encoder, bits: bigint): void => void e.versioned(1, 1, (e) => e.u64(bits));

function decodeCiphers(d: Decoder): AuthCiphers {
  return { epoch: d.u32(), service: d.i32(), allowed: d.list((d) => d.i32(), 4), preferred: d.i32() };
}

/** Upstream: ceph::features::mon in mon/mon_types.h */
const FEATURE_NAMES: ReadonlyMap<number, string> = new Map([
  ...[
    "kraken",
    "luminous",
    "mimic",
    "osdmap-prune",
    "nautilus",
    "octopus",
    "pacific",
    "elector-pinging",
    "quincy",
    "reef",
    "squid",
  ].entries(),
  [63, "reserved"],
]);

/** Names of the bits that are set; a bit without a name shows as its number. */
export function monFeatureNames(bits: bigint): string[] {
  const names: string[] = [];
  for (let bit = 0; bit < 64; bit++) {
    if ((bits >> BigInt(bit)) & 1n) names.push(FEATURE_NAMES.get(bit) ?? String(bit));
  }
  return names;
}

const formatCrushLoc = (loc: ReadonlyMap<string, string>): string =>
  `{${[...loc].map(([k, v]) => `${k}=${v}`).join(",")}}`;

function dumpMonInfo(m: MonInfo, rank: number) {
  const addr = formatAddr(legacyAddr(m.publicAddrs));
  return {
    rank,
    name: m.name,
    public_addrs: dumpAddrVec(m.publicAddrs),
    addr,
    public_addr: addr,
    priority: m.priority,
    weight: m.weight,
    crush_location: formatCrushLoc(m.crushLoc),
  };
}

/** What `ceph mon dump -f json` and get("mon_map") answer, without the quorum. */
export function dumpMonMap(m: MonMap) {
  const mons = m.ranks.map((name) => m.monInfo.get(name));
  return {
    epoch: m.epoch,
    fsid: m.fsid,
    modified: formatUtime(m.lastChanged, "Z"),
    created: formatUtime(m.created, "Z"),
    min_mon_release: m.minMonRelease,
    min_mon_release_name: releaseName(m.minMonRelease),
    election_strategy: m.strategy,
    // The colon and the blank are upstream's: readers look for these very keys.
    "disallowed_leaders: ": m.disallowedLeaders.join(","),
    stretch_mode: m.stretchModeEnabled,
    tiebreaker_mon: m.tiebreakerMon,
    "removed_ranks: ": m.removedRanks.join(","),
    features: {
      persistent: monFeatureNames(m.persistentFeatures),
      optional: monFeatureNames(m.optionalFeatures),
    },
    mons: mons.flatMap((mon, rank) => (mon === undefined ? [] : [dumpMonInfo(mon, rank)])),
  };
}
