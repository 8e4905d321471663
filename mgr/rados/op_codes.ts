/** Numbers of the steps and flags of operations. Upstream: CEPH_OSD_OP_*, CEPH_OSD_FLAG_* in include/rados.h */

/** Steps in use here. Bit 12: it reads; bit 13: it writes. */
export const OpCode = {
  read: 0x1201,
  stat: 0x1202,
  sparseRead: 0x1205,
  notify: 0x1206,
  notifyAck: 0x1207,
  assertVer: 0x1208,
  listWatchers: 0x1209,
  omapGetKeys: 0x1211,
  omapGetVals: 0x1212,
  omapGetHeader: 0x1213,
  omapGetValsByKeys: 0x1214,
  omapCmp: 0x1219,
  checksum: 0x121f,
  cmpExt: 0x1220,
  write: 0x2201,
  writeFull: 0x2202,
  truncate: 0x2203,
  zero: 0x2204,
  delete: 0x2205,
  append: 0x2206,
  create: 0x220d,
  watch: 0x220f,
  omapSetVals: 0x2215,
  omapSetHeader: 0x2216,
  omapClear: 0x2217,
  omapRmKeys: 0x2218,
  omapRmKeyRange: 0x222c,
  getXattr: 0x1301,
  getXattrs: 0x1302,
  cmpXattr: 0x1303,
  setXattr: 0x2301,
  rmXattr: 0x2304,
  call: 0x1401,
  pgNls: 0x1505,
} as const;

const MODE_READ = 0x1000;
const MODE_WRITE = 0x2000;

/** Flags of one step. */
export const StepFlag = {
  /** `create` of an object that is there fails. */
  excl: 1,
  /** The operation goes on when this step fails. */
  failOk: 2,
} as const;

/** Flags of a whole operation. */
export const OpFlag = {
  ack: 0x1,
  ondisk: 0x4,
  retry: 0x8,
  read: 0x10,
  write: 0x20,
  ignoreCache: 0x8000,
  ignoreOverlay: 0x20000,
  redirected: 0x200000,
  knownRedir: 0x400000,
  fullTry: 0x800000,
  fullForce: 0x1000000,
  /** Outputs of a writing operation are wanted. */
  returnVec: 0x4000000,
  /** We look at the pool's flag `eio` ourselves. */
  supportsPoolEio: 0x8000000,
} as const;

/** Whether steps read and write, as flags. What a class method does only the OSD knows: it counts as both. */
export function accessFlags(codes: readonly number[]): number {
  let flags = 0;
  for (const code of codes) {
    if (code & MODE_READ) flags |= OpFlag.read;
    if (code & MODE_WRITE) flags |= OpFlag.write;
    if (code === OpCode.call) flags |= OpFlag.write;
  }
  return flags;
}
