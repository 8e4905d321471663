/** The directory of a development cluster, `.dev`: what is in it, whose it is, and that one process uses it at a time. */

import { join, resolve } from "node:path";
import { CryptoKey, KeyType } from "../../mgr/auth/crypto_key.ts";
import type { EntityAuth } from "../../mgr/auth/entity_auth.ts";
import { randomBytes } from "../../mgr/auth/seal.ts";
import { utimeOfMs } from "../../mgr/types/utime.ts";
import { mkfs } from "../dev_monitor/state/mkfs.ts";
import { Store, StoreError } from "../dev_monitor/store/store.ts";

/** Why the directory cannot be used, and what to do about it. */
export class DirectoryError extends Error {
  override readonly name = "DirectoryError";
}

/** Marks a directory as ours. */
const MARKER = "cluster.json";
const PROGRAM = "ganglion development cluster";
/** Rises when a directory of before cannot be used any more. */
const VERSION = 2;
/** What to do about a cluster that cannot be used. */
export const FRESH_HINT = `"deno task mgr --fresh" throws it away and makes a new one`;

/** What to do when there is no room for it. */
export const ROOM_HINT = "Make room and start it again: nothing is lost";

/** How a new cluster is made. */
export interface ClusterPlan {
  readonly osds: number;
  /** Names of pretended hosts; the OSDs are spread over them in turn. */
  readonly hosts: readonly string[];
  /** Of one OSD. */
  readonly deviceBytes: number;
  /** Copies are spread over hosts, or over OSDs. */
  readonly failureDomain: "host" | "osd";
  /** Whether there is a pool with data. */
  readonly data: boolean;
  /** Modules that are enabled from the start. */
  readonly modules: readonly string[];
  /** The manager's id. */
  readonly mgr: string;
}

/** Six OSDs on three hosts: enough for three copies, and for one host to fail. */
export const DEFAULT_PLAN: ClusterPlan = {
  osds: 6,
  hosts: ["host1", "host2", "host3"],
  deviceBytes: 100 * 2 ** 30,
  failureDomain: "host",
  data: true,
  modules: ["hello"],
  mgr: "x",
};

/** What the marker holds. */
interface Marker {
  readonly program: string;
  readonly version: number;
  readonly fsid: string;
  readonly plan: ClusterPlan;
}

/** A directory that is ours, held until it is disposed of. */
export class ClusterDirectory implements Disposable {
  /** Absolute. */
  readonly path: string;
  readonly fsid: string;
  readonly plan: ClusterPlan;
  readonly isNew: boolean;
  readonly #lock: Deno.FsFile;

  private constructor(path: string, marker: Marker, isNew: boolean, lock: Deno.FsFile) {
    this.path = path;
    this.fsid = marker.fsid;
    this.plan = marker.plan;
    this.isNew = isNew;
    this.#lock = lock;
  }

  /** Opens the directory, or makes it. `fresh` removes what was ours before, never anything else. Throws DirectoryError. */
  static open(directory: string, fresh: boolean, plan: ClusterPlan = DEFAULT_PLAN): ClusterDirectory {
    const path = resolve(directory);
    const found = whatIsThere(path);
    if (found === "foreign") {
      throw new DirectoryError(
        `Cannot use ${path}: it is not a development cluster of Ganglion. Move it away, or start from another directory`,
      );
    }
    const lock = lockDirectory(path);
    try {
      if (fresh && found === "ours") empty(path);
      const isNew = fresh || found === "nothing";
      const marker = isNew ? make(path, plan) : readMarker(path);
      return new ClusterDirectory(path, marker, isNew, lock);
    } catch (e) {
      lock.close();
      throw e;
    }
  }

  get store(): string {
    return join(this.path, "mon.a", "store.db");
  }
  get conf(): string {
    return join(this.path, "ceph.conf");
  }
  get log(): string {
    return join(this.path, "log");
  }
  /** A keyring with one key. */
  keyring(entity: string): string {
    return entity === "client.admin" ? join(this.path, "keyring") : join(this.path, entity, "keyring");
  }

  [Symbol.dispose](): void {
    this.#lock.close();
  }
}

function whatIsThere(path: string): "nothing" | "ours" | "foreign" {
  try {
    const names = [...Deno.readDirSync(path)].map(({ name }) => name);
    if (names.includes(MARKER)) return "ours";
    return names.filter((name) => name !== LOCK).length === 0 ? "nothing" : "foreign";
  } catch (e) {
    if (e instanceof Deno.errors.NotFound) return "nothing";
    if (e instanceof Deno.errors.NotADirectory) return "foreign";
    throw new DirectoryError(`Cannot use ${path}: ${e instanceof Error ? e.message : e}`);
  }
}

const LOCK = "lock";

function lockDirectory(path: string): Deno.FsFile {
  const file = join(path, LOCK);
  const lock = attempt(path, () => {
    Deno.mkdirSync(path, { recursive: true });
    return Deno.openSync(file, { read: true, write: true, create: true });
  });
  if (!lock.tryLockSync(true)) {
    const pid = Deno.readTextFileSync(file).trim();
    lock.close();
    throw new DirectoryError(
      `Cannot start: a development cluster runs already in ${path} (process ${pid || "?"}). ` +
        `Use it with "ceph -c ${join(path, "ceph.conf")} -s", or stop it with Ctrl-C where it runs`,
    );
  }
  try {
    attempt(path, () => {
      lock.truncateSync(0);
      lock.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
    });
  } catch (e) {
    lock.close();
    throw e;
  }
  return lock;
}

/** Everything but the lock, which is held. */
function empty(path: string): void {
  attempt(path, () => {
    for (const { name } of Deno.readDirSync(path)) {
      if (name !== LOCK) Deno.removeSync(join(path, name), { recursive: true });
    }
  });
}

function readMarker(path: string): Marker {
  const file = join(path, MARKER);
  let marker: Partial<Marker>;
  try {
    marker = JSON.parse(Deno.readTextFileSync(file)) as Partial<Marker>;
  } catch (e) {
    throw new DirectoryError(
      `Cannot use ${path}: ${file} is damaged: ${(e as Error).message}. ${FRESH_HINT}`,
    );
  }
  if (marker.program !== PROGRAM || !marker.fsid || !marker.plan) {
    throw new DirectoryError(
      `Cannot use ${path}: ${file} is not that of a development cluster. ${FRESH_HINT}`,
    );
  }
  if (marker.version !== VERSION) {
    const whose = (marker.version ?? 0) < VERSION ? "an older" : "a newer";
    throw new DirectoryError(
      `Cannot use ${path}: it was made by ${whose} version of Ganglion (layout ${marker.version}, not ${VERSION}). ${FRESH_HINT}`,
    );
  }
  return marker as Marker;
}

const ALL: Readonly<Record<string, string>> = {
  mon: "allow *",
  osd: "allow *",
  mds: "allow *",
  mgr: "allow *",
};
const MGR: Readonly<Record<string, string>> = { mon: "allow profile mgr", osd: "allow *", mds: "allow *" };
const OSD: Readonly<Record<string, string>> = {
  mgr: "allow profile osd",
  mon: "allow profile osd",
  osd: "allow *",
};

/** Keys, store and marker of a new cluster; the marker comes last, so that half a cluster is nobody's. */
function make(path: string, plan: ClusterPlan): Marker {
  const fsid = crypto.randomUUID();
  const nowMs = Date.now();
  const entities = new Map<string, EntityAuth>();
  const entity = (name: string, caps: Readonly<Record<string, string>>): void => {
    const key = CryptoKey.generate(KeyType.aes, randomBytes, utimeOfMs(nowMs));
    entities.set(name, { key, caps: new Map(Object.entries(caps)) });
  };
  entity("client.admin", ALL);
  entity(`mgr.${plan.mgr}`, MGR);
  for (let id = 0; id < plan.osds; id++) entity(`osd.${id}`, OSD);
  const marker = { program: PROGRAM, version: VERSION, fsid, plan };
  attemptWhole(path, () => {
    Deno.mkdirSync(join(path, "mon.a"), { recursive: true, mode: 0o700 });
    Deno.mkdirSync(join(path, "log"));
    for (const [name, { key }] of entities) writeKeyring(path, name, key);
    const failureDomain = plan.failureDomain === "osd" ? 0 : 1;
    using store = new Store(join(path, "mon.a", "store.db"));
    store.write(mkfs({ fsid, entities, modules: plan.modules, failureDomain, nowMs }));
    Deno.writeTextFileSync(join(path, MARKER), `${JSON.stringify(marker, undefined, 2)}\n`);
  });
  return marker;
}

function writeKeyring(path: string, name: string, key: CryptoKey): void {
  const directory = name === "client.admin" ? path : join(path, name);
  Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const text = `[${name}]\n\tkey = ${key.toBase64()}\n`;
  Deno.writeTextFileSync(join(directory, "keyring"), text, { mode: 0o600 });
}

/** Half a cluster is nobody's: what is there of it is removed. */
function attemptWhole(path: string, call: () => void): void {
  try {
    attempt(path, call);
  } catch (e) {
    empty(path);
    throw e;
  }
}

/** Runs it; its failure is the directory's. */
export function attempt<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (e) {
    const text = e instanceof Error ? e.message : String(e);
    throw new DirectoryError(
      isDiskFull(e) ? `Cannot use ${path}: the disk is full. ${ROOM_HINT}` : `Cannot use ${path}: ${text}`,
    );
  }
}

function isDiskFull(e: unknown): boolean {
  return e instanceof StoreError ? e.diskFull : e instanceof Error && /\(os error 28\)/.test(e.message);
}
