/** File systems: there are none here. */

import type { FsMap } from "../../../mgr/types/fs_map.ts";
import { ZERO_TIME } from "../../../mgr/types/utime.ts";

/** Upstream: MDS_FEATURE_INCOMPAT_* in mds/MDSMap.h; 7 is taken by a feature that is not on by default. */
const INCOMPAT: ReadonlyMap<bigint, string> = new Map([
  [1n, "base v0.20"],
  [2n, "client writeable ranges"],
  [3n, "default file layouts on dirs"],
  [4n, "dir inode in separate object"],
  [5n, "mds uses versioned encoding"],
  [6n, "dirfrag is stored in omap"],
  [8n, "no anchor table"],
  [9n, "file layout v2"],
  [10n, "snaprealm v2"],
]);

const mask = (features: ReadonlyMap<bigint, string>): bigint =>
  [...features.keys()].reduce((bits, feature) => bits | (1n << feature), 0n);

/** Epoch 1, for good. */
export const EMPTY_FS_MAP: FsMap = {
  epoch: 1,
  nextFilesystemId: 1,
  legacyClientFscid: -1,
  defaultCompat: {
    compat: { mask: 0n, names: new Map() },
    roCompat: { mask: 0n, names: new Map() },
    incompat: { mask: mask(INCOMPAT), names: INCOMPAT },
  },
  enableMultiple: true,
  filesystems: [],
  mdsRoles: new Map(),
  standbyDaemons: new Map(),
  standbyEpochs: new Map(),
  everEnabledMultiple: true,
  btime: ZERO_TIME,
};
