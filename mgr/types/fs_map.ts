/** All filesystems and all MDS daemons: FSMap, Filesystem, MirrorInfo. */

import { type Codec, decodeAll } from "../encoding/mod.ts";
import { CompatSet, dumpCompatSet } from "./compat_set.ts";
import { dumpMdsInfo, MdsInfo } from "./mds_info.ts";
import { dumpMdsMap, MdsMap } from "./mds_map.ts";
import { UTime, ZERO_TIME } from "./utime.ts";

/** A filesystem elsewhere. Upstream: Peer and ClusterInfo in mds/FSMap.h */
export interface MirrorPeer {
  readonly uuid: string;
  readonly clientName: string;
  readonly clusterName: string;
  readonly fsName: string;
}

/** v1/1, with the cluster as a v1/1 inside. */
export const MirrorPeer: Codec<MirrorPeer> = {
  decode: (d) =>
    d.versioned("Peer", 1, (d) => ({
      uuid: d.string(),
      ...d.versioned("ClusterInfo", 1, (d) => ({
        clientName: d.string(),
        clusterName: d.string(),
        fsName: d.string(),
      })),
    })),
  encode: (e, p) =>
    void e.versioned(1, 1, (e) => {
      e.string(p.uuid).versioned(1, 1, (e) => e.string(p.clientName).string(p.clusterName).string(p.fsName));
    }),
};

/** Upstream: MirrorInfo in mds/FSMap.h */
export interface MirrorInfo {
  readonly mirrored: boolean;
  readonly peers: readonly MirrorPeer[];
}

/** v1/1. */
export const MirrorInfo: Codec<MirrorInfo> = {
  decode: (d) =>
    d.versioned("MirrorInfo", 1, (d) => ({ mirrored: d.bool(), peers: d.list(MirrorPeer.decode) })),
  encode: (e, m) => void e.versioned(1, 1, (e) => e.bool(m.mirrored).list(m.peers, MirrorPeer.encode)),
};

/** Upstream: Filesystem in mds/FSMap.h */
export interface Filesystem {
  readonly fscid: number;
  readonly mdsMap: MdsMap;
  readonly mirrorInfo: MirrorInfo;
}

/** v2/1; the MDSMap travels as a blob. */
export const Filesystem: Codec<Filesystem> = {
  decode: (d) =>
    d.versioned("Filesystem", 2, (d, v) => ({
      fscid: d.i32(),
      mdsMap: decodeAll(d.bytes(), MdsMap.decode),
      mirrorInfo: v >= 2 ? MirrorInfo.decode(d) : { mirrored: false, peers: [] },
    })),
  encode: (e, f) =>
    void e.versioned(2, 1, (e) => {
      e.i32(f.fscid).blob((e) => MdsMap.encode(e, f.mdsMap));
      MirrorInfo.encode(e, f.mirrorInfo);
    }),
};

/** Upstream: FSMap in mds/FSMap.h */
export interface FsMap {
  readonly epoch: number;
  readonly nextFilesystemId: number;
  /** Filesystem of clients that name none; -1 = none. */
  readonly legacyClientFscid: number;
  readonly defaultCompat: CompatSet;
  readonly enableMultiple: boolean;
  readonly filesystems: readonly Filesystem[];
  /** Filesystem by gid; -1 = standby. */
  readonly mdsRoles: ReadonlyMap<bigint, number>;
  readonly standbyDaemons: ReadonlyMap<bigint, MdsInfo>;
  readonly standbyEpochs: ReadonlyMap<bigint, number>;
  readonly everEnabledMultiple: boolean;
  /** When this epoch was made; zero before version 8. */
  readonly btime: UTime;
}

/** v7/6, as 16.2.15 writes it; reads up to v8. */
export const FsMap: Codec<FsMap> = {
  decode: (d) =>
    d.versioned("FSMap", 8, (d, v) => {
      if (v < 6) d.fail(`version ${v} is that of a monitor before Nautilus`);
      return {
        epoch: d.u32(),
        nextFilesystemId: d.u64n(),
        legacyClientFscid: d.i32(),
        defaultCompat: CompatSet.decode(d),
        enableMultiple: d.bool(),
        filesystems: d.list(Filesystem.decode),
        mdsRoles: d.map((d) => d.u64(), (d) => d.i32()),
        standbyDaemons: d.map((d) => d.u64(), MdsInfo.decode),
        standbyEpochs: d.map((d) => d.u64(), (d) => d.u32()),
        everEnabledMultiple: v >= 7 ? d.bool() : false,
        btime: v >= 8 ? UTime.decode(d) : ZERO_TIME,
      };
    }),
  encode: (e, m) =>
    void e.versioned(7, 6, (e) => {
      e.u32(m.epoch).u64n(m.nextFilesystemId).i32(m.legacyClientFscid);
      CompatSet.encode(e, m.defaultCompat);
      e.bool(m.enableMultiple).list(m.filesystems, Filesystem.encode);
      e.map(m.mdsRoles, (e, gid) => e.u64(gid), (e, fscid) => e.i32(fscid));
      e.map(m.standbyDaemons, (e, gid) => e.u64(gid), MdsInfo.encode);
      e.map(m.standbyEpochs, (e, gid) => e.u64(gid), (e, epoch) => e.u32(epoch));
      e.bool(m.everEnabledMultiple);
    }),
};

function dumpMirrorInfo(m: MirrorInfo) {
  const remote = (p: MirrorPeer) => ({
    remote: { client_name: p.clientName, cluster_name: p.clusterName, fs_name: p.fsName },
  });
  return { peers: Object.fromEntries(m.peers.map((p) => [p.uuid, remote(p)])) };
}

function dumpFilesystem(f: Filesystem) {
  return {
    mdsmap: dumpMdsMap(f.mdsMap),
    id: f.fscid,
    ...(f.mirrorInfo.mirrored ? { mirror_info: dumpMirrorInfo(f.mirrorInfo) } : {}),
  };
}

/** What `ceph fs dump -f json` and get("fs_map") answer; gids and features are bigints. */
export function dumpFsMap(m: FsMap) {
  return {
    epoch: m.epoch,
    default_fscid: m.legacyClientFscid,
    compat: dumpCompatSet(m.defaultCompat),
    feature_flags: {
      enable_multiple: m.enableMultiple,
      ever_enabled_multiple: m.everEnabledMultiple,
    },
    standbys: [...m.standbyDaemons].map(([gid, info]) => ({
      ...dumpMdsInfo(info),
      epoch: m.standbyEpochs.get(gid) ?? 0,
    })),
    filesystems: m.filesystems.map(dumpFilesystem),
  };
}
