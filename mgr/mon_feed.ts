/** Keeps ClusterState as the monitors push it: one row of a table for each subscription. */

import { getLogger } from "@logtape/logtape";
import { DecodeError } from "./encoding/mod.ts";
import { MConfig } from "./messages/config.ts";
import { MFSMap } from "./messages/fs_map.ts";
import { MKVData } from "./messages/kv_data.ts";
import { MLog } from "./messages/log.ts";
import { handler, type RawMessage } from "./messages/message.ts";
import { MMgrDigest } from "./messages/mgr_digest.ts";
import { MMgrMap } from "./messages/mgr_map.ts";
import { MOSDMap } from "./messages/osd_map.ts";
import { MServiceMap } from "./messages/service_map.ts";
import { NULL_MAP_EPOCH } from "./mon/tenure.ts";
import { type ClusterState, KV_PREFIXES } from "./state/cluster_state.ts";
import type { OsdMapStore } from "./state/osd_map_store.ts";
import type { FsMap } from "./types/fs_map.ts";
import type { LogEntry } from "./types/log_entry.ts";
import type { MgrMap } from "./types/mgr_map.ts";
import type { ServiceMap } from "./types/service_map.ts";

const log = getLogger(["ganglion", "monc"]);

/** What is subscribed to from the start, by standbys too: who takes over has everything already. */
const SUBSCRIPTIONS = ["config", "mgrmap", "monmap", "fsmap", "servicemap", "mgrdigest", "log-info"];

/** What the feed needs of MonClient. */
export interface Subscriber {
  subscribe(name: string, start?: bigint, onetime?: boolean): void;
  got(name: string, have: bigint): void;
}

/** What follows from a push, after the state is changed. */
export interface FeedEvents {
  /** The null map included, which is not kept. */
  mgrMap(map: MgrMap): void;
  config(config: ReadonlyMap<string, string>): void;
  /** Keys of that prefix whose value changed. */
  kv(prefix: string, keys: readonly string[]): void;
  fsMap(map: FsMap): void;
  serviceMap(map: ServiceMap): void;
  digest(): void;
  clusterLog(entry: LogEntry): void;
  /** After all that follows from a push. */
  taken(): void;
}

/** Takes the messages of a monitor session that are not MonClient's own. */
export class MonFeed<M> {
  readonly #mon: Subscriber;
  readonly #state: ClusterState;
  readonly #osdMaps: OsdMapStore<M>;
  readonly #events: FeedEvents;
  readonly #handlers: ReadonlyMap<number, (raw: RawMessage) => void>;
  readonly #complained = new Set<number>();
  #gid = 0n;
  #mgrMapEpoch = 0;

  constructor(mon: Subscriber, state: ClusterState, osdMaps: OsdMapStore<M>, events: FeedEvents) {
    this.#mon = mon;
    this.#state = state;
    this.#osdMaps = osdMaps;
    this.#events = events;
    this.#handlers = new Map([
      handler(MMgrMap, ({ map }) => this.#onMgrMap(map)),
      handler(MConfig, ({ config }) => this.#onConfig(config)),
      handler(MKVData, (data) => this.#onKvData(data)),
      handler(MOSDMap, (maps) => this.#onOsdMap(maps)),
      handler(MFSMap, (m) => this.#onFsMap(m)),
      handler(MServiceMap, (m) => this.#onServiceMap(m)),
      handler(MMgrDigest, (digest) => this.#onDigest(digest)),
      handler(MLog, ({ entries }) => entries.forEach((entry) => this.#events.clusterLog(entry))),
    ]);
  }

  /** Asks for everything, once; sessions to come ask again by themselves. */
  subscribe(): void {
    for (const name of SUBSCRIPTIONS) this.#mon.subscribe(name);
    for (const prefix of KV_PREFIXES) this.#mon.subscribe(`kv:${prefix}`);
    this.#mon.subscribe("osdmap", 0n, true);
  }

  /** A session as `gid`. Monitors that do not know us any more may have lost their history as well. */
  sessionUp(gid: bigint): void {
    if (gid !== this.#gid) this.#mgrMapEpoch = 0;
    this.#gid = gid;
  }

  /** False when the message is not one of the feed's. */
  message(raw: RawMessage): boolean {
    const take = this.#handlers.get(raw.type);
    if (take === undefined) return false;
    try {
      take(raw);
    } catch (e) {
      if (!(e instanceof DecodeError)) throw e;
      this.#complain(raw.type, e);
    }
    this.#events.taken();
    return true;
  }

  /** A monitor of a later release may push what we cannot read; without a session we would be no manager at all. */
  #complain(type: number, { message }: DecodeError): void {
    if (this.#complained.has(type)) return;
    this.#complained.add(type);
    log.error(`${message}. Going on without it; this is said once`);
  }

  /** A monitor without a quorum still tells what it knew once: that may be that we are active, when we no longer are. */
  #onMgrMap(map: MgrMap): void {
    if (map.epoch !== NULL_MAP_EPOCH) {
      if (map.epoch < this.#mgrMapEpoch) {
        const newer = `we have epoch ${this.#mgrMapEpoch}`;
        return log.warn(`Ignored epoch ${map.epoch} of the MgrMap: ${newer}, so this monitor lags behind`);
      }
      this.#mgrMapEpoch = map.epoch;
      this.#state.mgrMap = map;
    }
    this.#events.mgrMap(map);
  }

  #onConfig(config: ReadonlyMap<string, string>): void {
    this.#state.config = config;
    this.#events.config(config);
  }

  #onKvData({ prefix, ...update }: MKVData): void {
    const kv = this.#state.kv.get(prefix);
    if (kv === undefined) return;
    const wasComplete = kv.complete;
    const keys = kv.apply(update);
    this.#mon.got(`kv:${prefix}`, update.version);
    // That there are no keys is news too.
    if (keys.length > 0 || !wasComplete) this.#events.kv(prefix, keys);
  }

  #onOsdMap(maps: MOSDMap): void {
    const { next, trouble } = this.#osdMaps.take(maps);
    const then = next === 0 ? "asking for a full map" : `waiting for epoch ${next}`;
    if (trouble !== undefined) log.error(`Cannot take the OSDMap: ${trouble}; ${then}`);
    this.#mon.subscribe("osdmap", BigInt(next), true);
  }

  #onFsMap({ fsMap }: MFSMap): void {
    this.#state.fsMap = fsMap;
    this.#mon.got("fsmap", BigInt(fsMap.epoch));
    this.#events.fsMap(fsMap);
  }

  #onServiceMap({ serviceMap }: MServiceMap): void {
    this.#state.serviceMap = serviceMap;
    this.#mon.got("servicemap", BigInt(serviceMap.epoch));
    this.#events.serviceMap(serviceMap);
  }

  #onDigest({ monStatusJson, healthJson }: MMgrDigest): void {
    this.#state.monStatusJson = monStatusJson;
    this.#state.healthJson = healthJson;
    this.#events.digest();
  }
}
