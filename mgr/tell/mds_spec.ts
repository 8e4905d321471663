/** Which MDS is meant: a name, a rank, a filesystem and a rank, a gid, or all. Pure. Upstream: Client::resolve_mds in client/Client.cc */

import type { MdsInfo } from "../types/mds_info.ts";
import type { MdsMap } from "../types/mds_map.ts";

/** What of an FSMap says which MDS is meant. */
export interface MdsRoster {
  readonly legacyClientFscid: number;
  readonly filesystems: readonly MdsFilesystem[];
  readonly standbyDaemons: ReadonlyMap<bigint, MdsInfo>;
}

/** One of its filesystems. */
export interface MdsFilesystem {
  readonly fscid: number;
  readonly mdsMap: Pick<MdsMap, "fsName" | "mdsInfo" | "up">;
}

const NUMBER = /^-?\d+$/;

/** The daemons that `spec` names; none when it names nobody. Upstream: FSMap::parse_role */
export function resolveMds(map: MdsRoster, spec: string): readonly MdsInfo[] {
  const ranked = byRole(map, spec);
  if (ranked !== undefined) return [ranked];
  const all = allMds(map);
  if (spec === "*") return all;
  const found = NUMBER.test(spec)
    ? all.find(({ gid }) => gid === BigInt(spec))
    : all.find(({ name }) => name === spec);
  return found === undefined ? [] : [found];
}

/** Every daemon of the map: those of filesystems and those that stand by. */
export function allMds(map: MdsRoster): readonly MdsInfo[] {
  return [
    ...map.filesystems.flatMap(({ mdsMap }) => [...mdsMap.mdsInfo.values()]),
    ...map.standbyDaemons.values(),
  ];
}

function byRole(map: MdsRoster, spec: string): MdsInfo | undefined {
  const colon = spec.indexOf(":");
  const filesystem = colon < 0
    ? map.filesystems.find(({ fscid }) => fscid === map.legacyClientFscid)
    : filesystemNamed(map, spec.slice(0, colon));
  const rank = spec.slice(colon + 1);
  if (filesystem === undefined || !/^\d+$/.test(rank)) return undefined;
  const { up, mdsInfo } = filesystem.mdsMap;
  const gid = up.get(Number(rank));
  return gid === undefined ? undefined : mdsInfo.get(gid);
}

function filesystemNamed(map: MdsRoster, name: string): MdsFilesystem | undefined {
  return map.filesystems.find(({ fscid, mdsMap }) => mdsMap.fsName === name || String(fscid) === name);
}
