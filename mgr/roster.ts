/** Keeps the daemon index in step with the maps: asks the monitors for the metadata of who is new, forgets who is gone. */

import { getLogger } from "@logtape/logtape";
import type { CommandResult } from "./mon/mon_client.ts";
import type { RequestOptions } from "./mon/requests.ts";
import { type DaemonIndex, type DaemonKey, formatDaemonKey } from "./state/daemon_state.ts";
import { applyServiceMap, type PendingServiceMap } from "./state/service_map_state.ts";
import { formatAddrVec } from "./types/entity_addr.ts";
import type { FsMap } from "./types/fs_map.ts";
import type { MdsInfo } from "./types/mds_info.ts";
import type { MgrMap } from "./types/mgr_map.ts";
import type { MonMap } from "./types/mon_map.ts";
import type { ServiceMap } from "./types/service_map.ts";

const log = getLogger(["ganglion", "mgr"]);

/** A monitor that cannot answer in this time has no quorum; the next map asks again. */
const METADATA_TIMEOUT_MS = 30_000;
/** Questions for one daemon's metadata under way: a cluster's daemons come all at once. */
export const MAX_FETCHES = 1000;

/** Kinds of daemons whose metadata the monitors have in one list. */
const LISTED = ["mds", "osd", "mon"] as const;

/** What names one daemon in a question: ids of OSDs are numbers. */
const QUESTIONS: Readonly<Record<string, (name: string) => Record<string, unknown>>> = {
  osd: (name) => ({ id: Number(name) }),
  mds: (name) => ({ who: name }),
  mon: (name) => ({ id: name }),
  mgr: (name) => ({ who: name, id: name }),
};

/** What of an OSD counts here. */
export interface OsdPresence {
  readonly id: number;
  /** Epoch in which it came up. */
  readonly upFrom: number;
}

/** Asks the monitors; MonClient has it. */
export type AskMonitors = (cmd: Record<string, unknown>, options: RequestOptions) => Promise<CommandResult>;

/** Upstream: Mgr::load_all_metadata and MetadataUpdate in mgr/Mgr.cc */
export class Roster {
  readonly #index: DaemonIndex;
  readonly #serviceMap: PendingServiceMap;
  readonly #ask: AskMonitors;
  readonly #fetching = new Set<string>();
  #loaded: Promise<void> | undefined;
  #loading: Promise<void> | undefined;

  constructor(index: DaemonIndex, serviceMap: PendingServiceMap, ask: AskMonitors) {
    this.#index = index;
    this.#serviceMap = serviceMap;
    this.#ask = ask;
  }

  /** Loads all metadata, once; resolves when what the monitors know is here. */
  load(): Promise<void> {
    return this.#loaded ??= this.#loading = this.#loadAll().finally(() => this.#loading = undefined);
  }

  /** As long as it is under way. */
  get loading(): Promise<void> | undefined {
    return this.#loading;
  }

  /** The metadata of one osd, mds, mon or mgr; undefined when the monitors know none. */
  async metadata({ type, name }: DaemonKey): Promise<Readonly<Record<string, unknown>> | undefined> {
    const question = QUESTIONS[type];
    if (question === undefined) return undefined;
    const answer = await this.#json({ prefix: `${type} metadata`, ...question(name) });
    return isRecord(answer) ? answer : undefined;
  }

  /** All OSDs of a new map. Unknown ones are asked for when it is sure that the answer to come does not have them. */
  osds(epoch: number, osds: readonly OsdPresence[]): void {
    if (this.#loaded === undefined) return;
    for (const { id, upFrom } of osds) {
      const key = { type: "osd", name: String(id) };
      const unknown = this.#loading === undefined && this.#index.get(key) === undefined;
      if (upFrom === epoch || unknown) this.refresh(key);
    }
    this.#index.cull("osd", new Set(osds.map(({ id }) => String(id))));
  }

  /** A new FSMap: an MDS that came back under another address is another process. */
  fsMap(map: FsMap): void {
    if (this.#loaded === undefined) return;
    const infos = mdsInfos(map);
    for (const info of infos) {
      const key = { type: "mds", name: info.name };
      const known = this.#index.get(key)?.metadata.get("addr");
      if (known === undefined || !addressesOf(info).has(known)) this.refresh(key);
    }
    this.#index.cull("mds", new Set(infos.map(({ name }) => name)));
  }

  /** A new MonMap. */
  monMap(map: MonMap): void {
    if (this.#loaded === undefined) return;
    for (const name of map.monInfo.keys()) this.refresh({ type: "mon", name });
    this.#index.cull("mon", new Set(map.monInfo.keys()));
  }

  /** A new MgrMap. */
  mgrMap(map: MgrMap): void {
    if (this.#loaded === undefined) return;
    const names = new Set([...map.standbys.values()].map(({ name }) => name));
    if (map.activeName !== "") names.add(map.activeName);
    for (const name of names) {
      if (this.#index.get({ type: "mgr", name }) === undefined) this.refresh({ type: "mgr", name });
    }
    this.#index.cull("mgr", names);
  }

  /** A new ServiceMap: also what another manager wrote in it. */
  serviceMap(map: ServiceMap): void {
    this.#serviceMap.received(map);
    applyServiceMap(this.#index, this.#serviceMap, map);
  }

  async #loadAll(): Promise<void> {
    await Promise.all(LISTED.map(async (type) => {
      const answer = await this.#json({ prefix: `${type} metadata` });
      for (const entry of Array.isArray(answer) ? answer : []) {
        if (isRecord(entry)) this.#index.load(type, entry);
      }
    }));
  }

  /** Asks for one daemon, once at a time. */
  refresh(key: DaemonKey): void {
    const name = formatDaemonKey(key);
    if (this.#fetching.has(name) || this.#fetching.size >= MAX_FETCHES) return;
    this.#fetching.add(name);
    this.metadata(key)
      .then((answer) => answer && this.#index.load(key.type, withAddr(key, answer), key))
      .finally(() => this.#fetching.delete(name));
  }

  /** The JSON of an answer; undefined when there is none, which the next map or the daemon itself brings up again. */
  async #json(cmd: Record<string, unknown>): Promise<unknown> {
    try {
      const { r, rs, data } = await this.#ask({ ...cmd, format: "json" }, { timeoutMs: METADATA_TIMEOUT_MS });
      if (r === 0) return JSON.parse(new TextDecoder().decode(data));
      log.debug(`'${cmd.prefix}' answers ${r} ${rs}`);
    } catch (e) {
      log.info(`no answer to '${cmd.prefix}': ${e instanceof Error ? e.message : e}`);
    }
    return undefined;
  }
}

function mdsInfos(map: FsMap): MdsInfo[] {
  return [
    ...map.filesystems.flatMap(({ mdsMap }) => [...mdsMap.mdsInfo.values()]),
    ...map.standbyDaemons.values(),
  ];
}

/** An MDS's metadata has no `addr` in some releases; without one each FSMap would ask anew. */
function withAddr({ type }: DaemonKey, answer: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return type === "mds" ? { addr: "", ...answer } : answer;
}

function addressesOf({ addrs }: MdsInfo): ReadonlySet<string> {
  return new Set(["", formatAddrVec(addrs)]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
