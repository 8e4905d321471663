/** Statistics in a module's process, as far as the module has asked for them. */

import {
  type OsdStatsData,
  parseData,
  type PgDumpData,
  type PgProgressData,
  type PgStatData,
  type Statfs,
} from "@ganglion/sdk";
import type { Decoder } from "../../encoding/mod.ts";
import { OsdStat, readOsdStatAlone } from "../../types/osd_stat.ts";
import { dumpOsdStat, dumpPingTimes } from "../../types/osd_stat_dump.ts";
import { formatPgId } from "../../types/pg_id.ts";
import { readPgStatData } from "../../types/pg_stat_data.ts";
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
  readonly data: OsdStatsData["osd_stats"][number];
  readonly raw: Uint8Array;
}

/** How far a placement group is. */
export type ProgressItem = PgProgressData["pgs"][string];

/** The calls of the host that bring statistics. */
export type StatHost = Pick<HostSide, "statHead" | "statPage">;

const SOURCE = "statHead";

/** The host keeps a moment for seconds: who misses it so often is stopped again and again. */
const MAX_TRIES = 5;

/** Ping times of an OSD toward its peers, in milliseconds. */
export function pingTimesOf({ raw }: OsdStatItem): ReturnType<typeof dumpPingTimes> {
  return dumpPingTimes(readRaw(raw, OsdStat.decode).hbPingtime);
}

function progressItem(progress: PgProgress): ProgressItem {
  return {
    num_bytes_recovered: progress.numBytesRecovered,
    num_bytes: progress.numBytes,
    reported_epoch: progress.reportedEpoch,
    state: pgStateText(progress.state),
  };
}

/** Names of a pool's placement groups by seed. They are kept: as keys of an object they are looked up ten times faster. */
export class PgNames {
  readonly #pool: number;
  readonly #names: string[] = [];

  constructor(pool: number) {
    this.#pool = pool;
  }

  of(seed: number): string {
    return this.#names[seed] ??= formatPgId({ pool: this.#pool, seed });
  }
}

/** For pages of encoded structures. */
function eachItem<T>(read: (d: Decoder, id: number, former: T | undefined) => T): Unpack<T> {
  return (items, former) => unpackItems(items, (d, id) => read(d, id, former.get(id)));
}

function readOsd(d: Decoder, osd: number): OsdStatItem {
  // A view would keep the whole page.
  const raw = d.rest().slice();
  return { raw, data: { osd, ...dumpOsdStat(readRaw(raw, readOsdStatAlone)) } };
}

/** What there is of one pool. */
interface PoolParts {
  readonly names: PgNames;
  /** Placement groups by seed. */
  readonly pgs: PartReplica<PgStatData>;
  /** The little of each placement group that shows progress, by seed. */
  readonly progress: PartReplica<ProgressItem>;
  /** The space that it takes, by OSD. */
  readonly statfs: PartReplica<Statfs>;
}

/** One for each instance. */
export class StatReplica {
  readonly #host: StatHost;
  readonly #held: HeldSources;
  readonly #osds: PartReplica<OsdStatItem>;
  readonly #pools = new Map<number, PoolParts>();
  #head: StatHead | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(host: StatHost, held: HeldSources) {
    this.#host = host;
    this.#held = held;
    this.#osds = this.#part("osds", 0, eachItem(readOsd));
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
    return this.#pool(pool).pgs.at(version);
  }

  /** The little of each placement group of a pool that shows progress, by seed. */
  progress({ version }: StatHead, pool: number): Promise<ReadonlyMap<number, ProgressItem>> {
    return this.#pool(pool).progress.at(version);
  }

  /** Names of the placement groups of a pool. */
  names(pool: number): PgNames {
    return this.#pool(pool).names;
  }

  /** The space that a pool takes, by OSD. */
  statfs({ version }: StatHead, pool: number): Promise<ReadonlyMap<number, Statfs>> {
    return this.#pool(pool).statfs.at(version);
  }

  #pool(id: number): PoolParts {
    let parts = this.#pools.get(id);
    if (parts === undefined) {
      const names = new PgNames(id);
      this.#pools.set(
        id,
        parts = {
          names,
          pgs: this.#part(
            "pgs",
            id,
            eachItem((d, seed, former) => readPgStatData(d, names.of(seed), former)),
          ),
          progress: this.#part("progress", id, (rows) => unpackProgress(rows, progressItem)),
          statfs: this.#part("statfs", id, eachItem((d) => dumpStatfs(StoreStatfs.decode(d)))),
        },
      );
    }
    return parts;
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
    for (const id of [...this.#pools.keys()]) if (!pools.has(id)) this.#pools.delete(id);
  }
}
