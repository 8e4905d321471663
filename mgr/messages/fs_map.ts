/** The map of all filesystems: MFSMap. */

import { FsMap } from "../types/fs_map.ts";
import type { MessageType } from "./message.ts";

/** Upstream: messages/MFSMap.h */
export interface MFSMap {
  readonly epoch: number;
  readonly fsMap: FsMap;
}

/** v1/1. */
export const MFSMap: MessageType<MFSMap> = {
  name: "MFSMap",
  type: 45,
  version: 1,
  compat: 1,
  decode: (d) => ({ epoch: d.u32(), fsMap: FsMap.decode(d) }),
  encode: (e, m) => FsMap.encode(e.u32(m.epoch), m.fsMap),
};
