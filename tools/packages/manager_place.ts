/** Which manager of this machine a local command is about: its directory. */

import { basename, dirname } from "node:path";
import { parseArgs } from "../../mgr/config/args.ts";
import { loadConfig } from "../../mgr/config/load.ts";
import { PackageError } from "./package_error.ts";

/** What the operator has said of it. */
export interface ManagerWords {
  readonly id?: string | undefined;
  readonly conf?: string | undefined;
  readonly mgrData?: string | undefined;
}

/** Stands for the id in a path. */
const ANY = "GANGLION-ANY-ID";
const DEVELOPMENT_CONF = ".dev/ceph.conf";

/** Its `mgr_data`: as named, by ceph.conf and id, or that of the only manager of this machine. Throws PackageError. */
export async function findMgrData({ id, conf, mgrData }: ManagerWords): Promise<string> {
  if (mgrData !== undefined) return mgrData;
  const configured = await mgrDataOf(id ?? ANY, conf) ?? await mgrDataOf(id ?? ANY, DEVELOPMENT_CONF);
  if (configured === undefined) {
    throw new PackageError(
      `Cannot find ceph.conf: name it with -c, or the manager's directory with --mgr-data`,
    );
  }
  return id === undefined ? onlyOne(configured) : configured;
}

/** Undefined when there is no configuration. */
async function mgrDataOf(id: string, conf: string | undefined): Promise<string | undefined> {
  if (conf === DEVELOPMENT_CONF && !exists(conf)) return undefined;
  const words = ["-i", id, ...conf === undefined ? [] : ["-c", conf]];
  const invocation = parseArgs(words, Deno.env.toObject());
  if (invocation.kind !== "run") return undefined;
  const { config, path } = await loadConfig(invocation);
  return path === undefined ? undefined : config.text("mgr_data");
}

function onlyOne(pattern: string): string {
  const [front = "", back = ""] = basename(pattern).split(ANY);
  const parent = dirname(pattern);
  const names = exists(parent) ? Array.from(Deno.readDirSync(parent), ({ name }) => name) : [];
  const found = names.filter((name) => name.startsWith(front) && name.endsWith(back) && name !== front)
    .sort();
  if (found.length === 1) return `${parent}/${found[0]}`;
  const why = found.length === 0 ? `there is none in ${parent}` : `${parent} has ${found.join(", ")}`;
  throw new PackageError(`Cannot tell which manager is meant: ${why}. Name it with -i ID`);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path) !== undefined;
  } catch {
    return false;
  }
}
