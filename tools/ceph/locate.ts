/** Where daemons are: the monitors' answers to `osd info`, `pg map` and `fs dump` -> addresses. */

import { AddrType, type EntityAddr } from "../../mgr/types/entity_addr.ts";
import { Errno } from "./errno.ts";

/** There is no such daemon, or it is down: the error of the command, a negative errno. */
export class NoDaemonError extends Error {
  override readonly name = "NoDaemonError";

  constructor(message: string, readonly r: number) {
    super(message);
  }
}

/** Runs a command of the monitors and reads its JSON; throws NoDaemonError with the command's own error. */
export type AskJson = (fields: Readonly<Record<string, unknown>>) => Promise<unknown>;

interface AddrVecDump {
  readonly addrvec: readonly { readonly type: string; readonly addr: string; readonly nonce: number }[];
}

/** The msgr2 address among those that a dump shows; undefined when there is none. */
export function addrOfDump(dump: AddrVecDump): EntityAddr | undefined {
  const row = dump.addrvec.find(({ type }) => type === "v2");
  const match = row && /^\[?(.*?)\]?:(\d+)$/.exec(row.addr);
  return match && row
    ? { type: AddrType.msgr2, ip: match[1]!, port: Number(match[2]), nonce: row.nonce }
    : undefined;
}

/** An OSD that is up. */
export async function locateOsd(id: string, ask: AskJson): Promise<EntityAddr> {
  const info = await ask({ prefix: "osd info", id: Number(id) }).catch((e) => {
    throw e instanceof NoDaemonError ? new NoDaemonError(e.message, -Errno.ENOENT) : e;
  }) as { readonly up: number; readonly public_addrs: AddrVecDump };
  const addr = addrOfDump(info.public_addrs);
  if (info.up !== 1 || addr === undefined) throw new NoDaemonError(`osd.${id} is down`, -Errno.ENXIO);
  return addr;
}

/** The OSDs that hold a placement group, the likeliest primary first. */
export async function locatePg(pgid: string, ask: AskJson): Promise<readonly number[]> {
  const { acting } = await ask({ prefix: "pg map", pgid }) as { readonly acting: readonly number[] };
  // CRUSH_ITEM_NONE stands where an erasure-coded group lacks an OSD.
  const osds = acting.filter((osd) => osd >= 0 && osd < 0x7fffffff);
  if (osds.length === 0) throw new NoDaemonError(`no OSD holds ${pgid}`, -Errno.ENXIO);
  return osds;
}

interface MdsInfoDump {
  readonly gid: number;
  readonly name: string;
  readonly rank: number;
  readonly addrs: AddrVecDump;
}

interface FsDump {
  readonly standbys: readonly MdsInfoDump[];
  readonly filesystems: readonly {
    readonly id: number;
    readonly mdsmap: {
      readonly fs_name: string;
      readonly info: Readonly<Record<string, MdsInfoDump>>;
    };
  }[];
}

/** Names of all MDSs, in the order of `fs dump`. */
export function mdsNames(dump: FsDump): string[] {
  return allMds(dump).map(({ name }) => name);
}

/** An MDS by `rank`, `file system:rank`, gid or name. Upstream: Client::resolve_mds */
export async function locateMds(spec: string, ask: AskJson): Promise<EntityAddr> {
  const dump = await ask({ prefix: "fs dump" }) as FsDump;
  const found = mdsByRole(dump, spec) ??
    allMds(dump).find(({ gid, name }) => String(gid) === spec || name === spec);
  const addr = found && addrOfDump(found.addrs);
  if (addr === undefined) throw new NoDaemonError(`there is no MDS ${spec}`, -Errno.ENOENT);
  return addr;
}

function allMds({ standbys, filesystems }: FsDump): MdsInfoDump[] {
  return [...standbys, ...filesystems.flatMap(({ mdsmap }) => Object.values(mdsmap.info))];
}

/** A rank alone is one of the first file system. */
function mdsByRole({ filesystems }: FsDump, spec: string): MdsInfoDump | undefined {
  const match = /^(?:(.+):)?(\d+)$/.exec(spec);
  if (!match) return undefined;
  const fs = match[1] === undefined
    ? filesystems[0]
    : filesystems.find(({ id, mdsmap }) => mdsmap.fs_name === match[1] || String(id) === match[1]);
  return fs && Object.values(fs.mdsmap.info).find(({ rank }) => rank === Number(match[2]));
}
