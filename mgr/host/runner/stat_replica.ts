/** Statistics in a module's process, as far as the module has asked for them. */

import {
  type OsdStatData,
  parseData,
  type PgDumpData,
  type PgProgressData,
  type PgStatData,
  type Statfs,
} from "@ganglion/sdk";
import { OsdStat } from "../../types/osd_stat.ts";
import { dumpOsdStat, dumpPingTimes } from "../../types/osd_stat_dump.ts";
import { formatPgId } from "../../types/pg_id.ts";
import { pgStatData } from "../../types/pg_stat_data.ts";
import { PgStat } from "../../types/pg_stat.ts";
import { pgStateText } from "../../types/pg_state.ts";
import { readRaw } from "../../types/raw_struct.ts";
import { dumpStatfs, StoreStatfs } from "../../types/store_statfs.ts";
import type { HostSide } from "../contract.ts";
import { type PgProgress, type StatPart, unpackItems, unpackProgress } from "../stat_page.ts";
import type { HeldSources } from "./held_sources.ts";
import { MomentGoneError, PartReplica, type Unpack } from "./part_replica.ts";

/** What the host has ready made of a moment. */
export interface StatHead {
  readonly version: number;
  readonly pools: readonly (readonly [id: number, pgs: number])[];
  readonly basic: Omit<PgDumpData, "pg_stats" | "pool_stats" | "osd_stats" | "pool_statfs">;
  readonly pool_stats: PgDumpData["pool_stats"];
}

/** An OSD, and the bytes that its ping times are read from. */
export interface OsdStatItem {
  readonly data: OsdStatData;
  readonly raw: Uint8Array;
}

/** How far a placement group is, with its name. */
export interface ProgressItem {
  readonly pgid: string;
  /** Bits of PG_STATE_*. */
  readonly state: number;
  readonly data: PgProgressData["pgs"][string];
}

/** The calls of the host that bring statistics. */
export type StatHost = Pick<HostSide, "statHead" | "statPage">;

const SOURCE = "statHead";

/** The host keeps a moment for seconds: who misses it so often is stopped again and again. */
const MAX_TRIES = 5;

/** Ping times of an OSD toward its peers, in milliseconds. */
export function pingTimesOf({ raw }: OsdStatItem): ReturnType<typeof dumpPingTimes> {
  return dumpPingTimes(readRaw(raw, OsdStat.decode).hbPingtime);
}

function progressItem(pgid: string, p: PgProgress): ProgressItem {
  const data = {
    num_bytes_recovered: p.numBytesRecovered,
    num_bytes: p.numBytes,
    reported_epoch: p.reportedEpoch,
    state: pgStateText(p.state),
  };
  return { pgid, state: p.state, data };
}

/** Names are kept: as keys of an object they are looked up ten times faster when they have been one before. */
function unpackPool(pool: number): Unpack<ProgressItem> {
  const names: string[] = [];
  return function* (items) {
    for (const progress of unpackProgress(items)) {
      const { seed } = progress;
      yield [seed, progressItem(names[seed] ??= formatPgId({ pool, seed }), progress)];
    }
  };
}

/** For pages of encoded structures. */
function eachItem<T>(read: (id: number, raw: Uint8Array) => T): Unpack<T> {
  return function* (items) {
    for (const [id, raw] of unpackItems(items)) yield [id, read(id, raw)];
  };
}

function readOsd(bytes: Uint8Array): OsdStatItem {
  // A view would keep the whole page.
  const raw = bytes.slice();
  return { raw, data: dumpOsdStat(readRaw(raw, OsdStat.decode)) };
}

/** One for each instance. */
export class StatReplica {
  readonly #host: StatHost;
  readonly #held: HeldSources;
  readonly #osds: PartReplica<OsdStatItem>;
  readonly #pgs = new Map<number, PartReplica<PgStatData>>();
  readonly #progress = new Map<number, PartReplica<ProgressItem>>();
  readonly #statfs = new Map<number, PartReplica<Statfs>>();
  #head: StatHead | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(host: StatHost, held: HeldSources) {
    this.#host = host;
    this.#held = held;
    this.#osds = this.#part("osds", 0, eachItem((_, raw) => readOsd(raw)));
  }

  /**
   * Reads parts of one moment, the newest; undefined while the manager has no statistics. `body` runs again when the
   * host has forgotten the moment meanwhile. One read after another.
   */
  read<T>(body: (head: StatHead) => Promise<T>): Promise<T | undefined> {
    const result = this.#last.then(() => this.#read(body));
    this.#last = result.catch(() => {});
    return result;
  }

  /** OSDs by id. */
  osds({ version }: StatHead): Promise<ReadonlyMap<number, OsdStatItem>> {
    return this.#osds.at(version);
  }

  /** Placement groups of a pool by seed. */
  pgs({ version }: StatHead, pool: number): Promise<ReadonlyMap<number, PgStatData>> {
    const read = (seed: number, raw: Uint8Array) => pgStatData({ pool, seed }, readRaw(raw, PgStat.decode));
    return getOrMake(this.#pgs, pool, () => this.#part("pgs", pool, eachItem(read))).at(version);
  }

  /** The little of each placement group of a pool that shows progress, by seed. */
  progress({ version }: StatHead, pool: number): Promise<ReadonlyMap<number, ProgressItem>> {
    const make = () => this.#part("progress", pool, unpackPool(pool));
    return getOrMake(this.#progress, pool, make).at(version);
  }

  /** The space that a pool takes, by OSD. */
  statfs({ version }: StatHead, pool: number): Promise<ReadonlyMap<number, Statfs>> {
    const read = (_: number, raw: Uint8Array) => dumpStatfs(readRaw(raw, StoreStatfs.decode));
    return getOrMake(this.#statfs, pool, () => this.#part("statfs", pool, eachItem(read))).at(version);
  }

  #part<T>(part: StatPart, pool: number, unpack: Unpack<T>): PartReplica<T> {
    return new PartReplica((query) => this.#host.statPage(query), part, pool, unpack);
  }

  async #read<T>(body: (head: StatHead) => Promise<T>): Promise<T | undefined> {
    for (let tries = 1;; tries++) {
      const head = await this.#newest();
      if (head === undefined) return undefined;
      try {
        return await body(head);
      } catch (e) {
        if (!(e instanceof MomentGoneError) || tries === MAX_TRIES) throw e;
      }
    }
  }

  async #newest(): Promise<StatHead | undefined> {
    if (this.#head !== undefined && this.#held.has(SOURCE)) return this.#head;
    const answer = await this.#held.ask(SOURCE, () => this.#host.statHead(this.#head?.version ?? 0));
    if (answer === null || answer.json === null) return answer === null ? undefined : this.#head;
    const head = parseData(new TextDecoder().decode(answer.json)) as Omit<StatHead, "version">;
    this.#forget(new Set(head.pools.map(([id]) => id)));
    return this.#head = { version: answer.version, ...head };
  }

  /** Pools that are gone. */
  #forget(pools: ReadonlySet<number>): void {
    for (const known of [this.#pgs, this.#progress, this.#statfs]) {
      for (const id of [...known.keys()]) if (!pools.has(id)) known.delete(id);
    }
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, value = make());
  return value;
}
