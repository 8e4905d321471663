/** Statistics in a module's process, as far as the module has asked for them. */

import { type OsdStatData, parseData, type PgDumpData, type PgStatData, type Statfs } from "@ganglion/sdk";
import { OsdStat } from "../../types/osd_stat.ts";
import { dumpOsdStat, dumpPingTimes } from "../../types/osd_stat_dump.ts";
import { pgStatData } from "../../types/pg_stat_data.ts";
import { PgStat } from "../../types/pg_stat.ts";
import { readRaw } from "../../types/raw_struct.ts";
import { dumpStatfs, StoreStatfs } from "../../types/store_statfs.ts";
import type { HostSide } from "../contract.ts";
import { PgProgress } from "../stat_page.ts";
import type { HeldSources } from "./held_sources.ts";
import { MomentGoneError, PartReplica } from "./part_replica.ts";

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

/** The calls of the host that bring statistics. */
export type StatHost = Pick<HostSide, "statHead" | "statPage">;

const SOURCE = "statHead";

/** The host keeps a moment for seconds: who misses it so often is stopped again and again. */
const MAX_TRIES = 5;

/** Ping times of an OSD toward its peers, in milliseconds. */
export function pingTimesOf({ raw }: OsdStatItem): ReturnType<typeof dumpPingTimes> {
  return dumpPingTimes(readRaw(raw, OsdStat.decode).hbPingtime);
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
  readonly #progress = new Map<number, PartReplica<PgProgress>>();
  readonly #statfs = new Map<number, PartReplica<Statfs>>();
  #head: StatHead | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(host: StatHost, held: HeldSources) {
    this.#host = host;
    this.#held = held;
    this.#osds = new PartReplica((query) => host.statPage(query), "osds", 0, (_, raw) => readOsd(raw));
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
    const make = (): PartReplica<PgStatData> =>
      new PartReplica(
        (query) => this.#host.statPage(query),
        "pgs",
        pool,
        (seed, raw) => pgStatData({ pool, seed }, readRaw(raw, PgStat.decode)),
      );
    return getOrMake(this.#pgs, pool, make).at(version);
  }

  /** The little of each placement group of a pool that shows progress, by seed. */
  progress({ version }: StatHead, pool: number): Promise<ReadonlyMap<number, PgProgress>> {
    const make = (): PartReplica<PgProgress> =>
      new PartReplica(
        (query) => this.#host.statPage(query),
        "progress",
        pool,
        (_, raw) => readRaw(raw, PgProgress.decode),
      );
    return getOrMake(this.#progress, pool, make).at(version);
  }

  /** The space that a pool takes, by OSD. */
  statfs({ version }: StatHead, pool: number): Promise<ReadonlyMap<number, Statfs>> {
    const make = (): PartReplica<Statfs> =>
      new PartReplica(
        (query) => this.#host.statPage(query),
        "statfs",
        pool,
        (_, raw) => dumpStatfs(readRaw(raw, StoreStatfs.decode)),
      );
    return getOrMake(this.#statfs, pool, make).at(version);
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
