/** The MDS daemons and settings of one filesystem: MDSMap. */

import { type Codec, Decoder, type Encoder } from "../encoding/mod.ts";
import { CompatSet, dumpCompatSet } from "./compat_set.ts";
import { FeatureBitset, featureNumbers } from "./feature_bitset.ts";
import { dumpMdsInfo, MdsInfo } from "./mds_info.ts";
import { formatUtime, UTime } from "./utime.ts";

/** What newer releases appended behind version 16 of the inner encoding. */
export interface MdsMapTail {
  readonly balRankMask: string;
  readonly maxXattrSize: number;
  /** gid of the leader of the quiesce database; 0 = none. */
  readonly qdbLeader: bigint;
  readonly qdbMembers: readonly bigint[];
}

/** Upstream: MDSMap in mds/MDSMap.h */
export interface MdsMap {
  readonly epoch: number;
  readonly flags: number;
  readonly lastFailure: number;
  readonly root: number;
  /** Seconds. */
  readonly sessionTimeout: number;
  /** Seconds. */
  readonly sessionAutoclose: number;
  /** Bytes. */
  readonly maxFileSize: number;
  readonly maxMds: number;
  readonly mdsInfo: ReadonlyMap<bigint, MdsInfo>;
  readonly dataPools: readonly number[];
  readonly casPool: number;
  readonly compat: CompatSet;
  readonly metadataPool: number;
  readonly created: UTime;
  readonly modified: UTime;
  readonly tableserver: number;
  /** Ranks of the filesystem. */
  readonly in: readonly number[];
  /** Incarnation by rank, for old readers. */
  readonly inc: ReadonlyMap<number, number>;
  /** gid by rank. */
  readonly up: ReadonlyMap<number, bigint>;
  readonly failed: readonly number[];
  readonly stopped: readonly number[];
  readonly lastFailureOsdEpoch: number;
  readonly everAllowedFeatures: number;
  readonly explicitlyAllowedFeatures: number;
  readonly inlineDataEnabled: boolean;
  readonly enabled: boolean;
  readonly fsName: string;
  readonly damaged: readonly number[];
  readonly balancer: string;
  /** -1 = not set. */
  readonly standbyCountWanted: number;
  readonly oldMaxMds: number;
  /** Release number. */
  readonly minCompatClient: number;
  readonly requiredClientFeatures: FeatureBitset;
  readonly tail: MdsMapTail;
}

const ranks = (d: Decoder): number[] => d.list((d) => d.i32(), 4);
const encodeRanks = (e: Encoder, list: readonly number[]): Encoder => e.list(list, (e, rank) => e.i32(rank));

/** v5/4 with an inner version of 16, as 16.2.15 writes it; reads up to the inner version 19. */
export const MdsMap: Codec<MdsMap> = {
  decode: (d) => d.versioned("MDSMap", 5, (d) => ({ ...decodeHead(d), ...decodeInner(d) })),
  encode: (e, m) =>
    void e.versioned(5, 4, (e) => {
      encodeHead(e, m);
      encodeInner(e, m);
    }),
};

function decodeHead(d: Decoder) {
  return {
    epoch: d.u32(),
    flags: d.u32(),
    lastFailure: d.u32(),
    root: d.i32(),
    sessionTimeout: d.u32(),
    sessionAutoclose: d.u32(),
    maxFileSize: d.u64n(),
    maxMds: d.i32(),
    mdsInfo: d.map((d) => d.u64(), MdsInfo.decode),
    dataPools: d.list((d) => d.i64n(), 8),
    casPool: d.i64n(),
  };
}

function encodeHead(e: Encoder, m: MdsMap): void {
  e.u32(m.epoch).u32(m.flags).u32(m.lastFailure).i32(m.root);
  e.u32(m.sessionTimeout).u32(m.sessionAutoclose).u64n(m.maxFileSize).i32(m.maxMds);
  e.map(m.mdsInfo, (e, gid) => e.u64(gid), MdsInfo.encode);
  e.list(m.dataPools, (e, pool) => e.i64n(pool)).i64n(m.casPool);
}

function decodeInner(d: Decoder) {
  const v = d.u16();
  if (v < 16) d.fail(`inner version ${v} is that of a monitor before Octopus`);
  return {
    compat: CompatSet.decode(d),
    metadataPool: d.i64n(),
    created: UTime.decode(d),
    modified: UTime.decode(d),
    tableserver: d.i32(),
    in: ranks(d),
    inc: d.map((d) => d.i32(), (d) => d.i32()),
    up: d.map((d) => d.i32(), (d) => d.u64()),
    failed: ranks(d),
    stopped: ranks(d),
    lastFailureOsdEpoch: d.u32(),
    everAllowedFeatures: d.u8(),
    explicitlyAllowedFeatures: d.u8(),
    inlineDataEnabled: d.bool(),
    enabled: d.bool(),
    fsName: d.string(),
    damaged: ranks(d),
    balancer: d.string(),
    standbyCountWanted: d.i32(),
    oldMaxMds: d.i32(),
    minCompatClient: d.u8(),
    requiredClientFeatures: FeatureBitset.decode(d),
    tail: decodeTail(d, v),
  };
}

function encodeInner(e: Encoder, m: MdsMap): void {
  CompatSet.encode(e.u16(16), m.compat);
  e.i64n(m.metadataPool);
  UTime.encode(e, m.created);
  UTime.encode(e, m.modified);
  encodeRanks(e.i32(m.tableserver), m.in);
  e.map(m.inc, (e, rank) => e.i32(rank), (e, n) => e.i32(n));
  e.map(m.up, (e, rank) => e.i32(rank), (e, gid) => e.u64(gid));
  encodeRanks(encodeRanks(e, m.failed), m.stopped).u32(m.lastFailureOsdEpoch);
  e.u8(m.everAllowedFeatures).u8(m.explicitlyAllowedFeatures);
  e.bool(m.inlineDataEnabled).bool(m.enabled).string(m.fsName);
  encodeRanks(e, m.damaged).string(m.balancer).i32(m.standbyCountWanted).i32(m.oldMaxMds);
  FeatureBitset.encode(e.u8(m.minCompatClient), m.requiredClientFeatures);
}

const NO_TAIL: MdsMapTail = { balRankMask: "", maxXattrSize: 0, qdbLeader: 0n, qdbMembers: [] };

/** Development versions wrote the first two fields the other way round: the bytes left tell which it is. */
function decodeTail(outer: Decoder, v: number): MdsMapTail {
  if (v === 16) return NO_TAIL;
  const bytes = outer.rest();
  const d = new Decoder(bytes);
  if (v === 17) {
    return bytes.length === 8
      ? { ...NO_TAIL, maxXattrSize: d.u64n() }
      : { ...NO_TAIL, balRankMask: d.string() };
  }
  if (v === 18 && new Decoder(bytes).u32() + 12 !== bytes.length) {
    return { ...NO_TAIL, maxXattrSize: d.u64n(), balRankMask: d.string() };
  }
  return {
    balRankMask: d.string(),
    maxXattrSize: d.u64n(),
    qdbLeader: v >= 19 ? d.u64() : 0n,
    qdbMembers: v >= 19 ? d.list((d) => d.u64(), 8) : [],
  };
}

/** Features of CephFS clients from number 5 on. Upstream: cephfs_feature_name in mds/cephfs_features.cc */
const CLIENT_FEATURES = [
  "jewel",
  "kraken",
  "luminous",
  "mimic",
  "reply_encoding",
  "reclaim_client",
  "lazy_caps_wanted",
  "multi_reconnect",
  "deleg_ino",
  "metric_collect",
  "alternate_name",
  "notify_session_state",
  "op_getvxattr",
  "32bits_retry_fwd",
] as const;

/** Number of the first one that has a name; those before it are "reserved". */
const FIRST_CLIENT_FEATURE = 5;

function clientFeatureName(n: number): string {
  return n < FIRST_CLIENT_FEATURE ? "reserved" : CLIENT_FEATURES[n - FIRST_CLIENT_FEATURE] ?? "unknown";
}

function dumpClientFeatures(words: FeatureBitset): Record<string, string> {
  return Object.fromEntries(
    featureNumbers(words).map((n) => [`feature_${n}`, clientFeatureName(n)]),
  );
}

/** As under "mdsmap" of `ceph fs dump -f json`; gids and features are bigints. */
export function dumpMdsMap(m: MdsMap) {
  return {
    epoch: m.epoch,
    flags: m.flags,
    ever_allowed_features: m.everAllowedFeatures,
    explicitly_allowed_features: m.explicitlyAllowedFeatures,
    created: formatUtime(m.created),
    modified: formatUtime(m.modified),
    tableserver: m.tableserver,
    root: m.root,
    session_timeout: m.sessionTimeout,
    session_autoclose: m.sessionAutoclose,
    required_client_features: dumpClientFeatures(m.requiredClientFeatures),
    max_file_size: m.maxFileSize,
    last_failure: m.lastFailure,
    last_failure_osd_epoch: m.lastFailureOsdEpoch,
    compat: dumpCompatSet(m.compat),
    max_mds: m.maxMds,
    in: m.in,
    up: Object.fromEntries([...m.up].map(([rank, gid]) => [`mds_${rank}`, gid])),
    failed: m.failed,
    damaged: m.damaged,
    stopped: m.stopped,
    info: Object.fromEntries([...m.mdsInfo].map(([gid, info]) => [`gid_${gid}`, dumpMdsInfo(info)])),
    data_pools: m.dataPools,
    metadata_pool: m.metadataPool,
    enabled: m.enabled,
    fs_name: m.fsName,
    balancer: m.balancer,
    standby_count_wanted: Math.max(0, m.standbyCountWanted),
  };
}
