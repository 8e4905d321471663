/** A cluster for tests: made as a test wants it, and what may happen to one. */

import { CEPH_VERSION } from "../../../mgr/config/release.ts";
import { healthOptions } from "../../../mgr/health_options.ts";
import { healthLines } from "../../../mgr/state/health_lines.ts";
import { dumpLogEntry, LogPrio } from "../../../mgr/types/log_entry.ts";
import { EntityType } from "../../../mgr/types/entity_name.ts";
import { FULL_WEIGHT } from "../../../mgr/types/osd_map.ts";
import { utimeOfMs } from "../../../mgr/types/utime.ts";
import type { Health } from "../../data/mod.ts";
import type { NotifyType } from "../../module.ts";
import { defaultConfig } from "./cluster_answers.ts";
import { ClusterModel } from "./cluster_model.ts";
import type { CounterValue } from "./daemons.ts";
import { cameUp, each, FSID, withPool } from "./osd_map.ts";
import { type ClusterSetup, placesOf, planCluster, planPool, type PoolSetup } from "./setup.ts";

/** Managers of a test cluster: mgr.x is the one under test, mgr.y stands by. */
const MANAGERS = ["x", "y"];

/** Who is told what has happened; resolves when it has dealt with it. */
export interface ClusterListener {
  /** As `notify()` of a module. */
  happened(type: NotifyType, id: unknown): Promise<void>;
  /** The session with the monitors is there, or lost. */
  monitors(connected: boolean): Promise<void>;
}

/** What the test manager has of a cluster, which tests do not see. */
export interface ClusterInside {
  /** What is known of it. */
  readonly model: ClusterModel;
  /** Who is to be told. */
  readonly listeners: Set<ClusterListener>;
  /** Changes something and tells everybody. */
  change(what: () => void, ...types: readonly NotifyType[]): Promise<void>;
}

const insides = new WeakMap<TestCluster, ClusterInside>();

/** The inside of a cluster. */
export function insideOf(cluster: TestCluster): ClusterInside {
  return insides.get(cluster)!;
}

/**
 * A cluster in memory: OSDs on hosts, pools with placement groups, monitors, managers x and y. It is healthy when it
 * is made. What `get()` and all accessors answer of it is made by the manager's own code of the same maps, reports and
 * counters that a real cluster would send, so they agree with each other. Each method changes it as operators,
 * failures or clients do, and resolves when the module has been told.
 *
 * Data move at once: after `osdOut()` placement groups are clean elsewhere, if there is a place for them. What monitors
 * do by themselves in time they do not do here: OSDs that are down stay in, full ones are not marked as such.
 *
 * @example
 * ```ts
 * import { MgrModule, type NotifyType } from "@ganglion/sdk";
 * import { TestCluster, TestManager } from "@ganglion/sdk/testing";
 *
 * class Watch extends MgrModule {
 *   static override readonly NOTIFY_TYPES: readonly NotifyType[] = ["osd_map"];
 *   down: readonly number[] = [];
 *   override async notify(): Promise<void> {
 *     const { osds } = await this.get("osd_map", { fields: ["osds"] });
 *     this.down = osds.filter(({ up }) => up === 0).map(({ osd }) => osd);
 *   }
 * }
 *
 * const cluster = new TestCluster({ osds: 6 });
 * await using manager = await TestManager.start(Watch, { cluster });
 * await cluster.osdDown(4);
 * if (String(manager.module.down) !== "4") throw new Error("osd.4 is down");
 * await cluster.osdUp(4);
 * if (cluster.health.status !== "HEALTH_OK") throw new Error("it is back");
 * ```
 */
export class TestCluster {
  readonly #model: ClusterModel;
  readonly #listeners = new Set<ClusterListener>();
  /** Starts of each OSD after its first. */
  readonly #lives = new Map<number, number>();
  #logged = 0n;
  #away = false;

  /** Throws a RangeError for a cluster that cannot be: more hosts than OSDs, no monitor. */
  constructor(setup: ClusterSetup = {}) {
    const config = defaultConfig(MANAGERS[0]!);
    this.#model = new ClusterModel(planCluster(setup), MANAGERS, () => healthOptions(config));
    insides.set(this, {
      model: this.#model,
      listeners: this.#listeners,
      change: (what, ...types) => this.#change(what, ...types),
    });
  }

  /** The cluster's id: the same in all test clusters. */
  get fsid(): string {
    return FSID;
  }

  /** What its daemons run: `ceph version 16.2.15 (..) pacific (stable)`. */
  get version(): string {
    return CEPH_VERSION;
  }

  /** Epoch of the OSDMap. */
  get epoch(): number {
    return this.#model.map.epoch;
  }

  /** What `ceph health detail` would show. */
  get health(): Health {
    return JSON.parse(this.#model.state.healthJson!);
  }

  /** Ids of the OSDs that are up. */
  get upOsds(): readonly number[] {
    return [...this.#model.layout.upOsds()];
  }

  /** Their processes end; after 10 minutes Ceph would mark them out: osdOut(). */
  osdDown(...osds: readonly number[]): Promise<void> {
    const up = this.#known(osds).filter((osd) => this.#model.map.isUp(osd));
    return this.#osdMap({ newState: each(up, 0), newLastUpChange: utimeOfMs(Date.now()) });
  }

  /** They run again. */
  osdUp(...osds: readonly number[]): Promise<void> {
    const down = this.#known(osds).filter((osd) => !this.#model.map.isUp(osd));
    for (const osd of down) this.#lives.set(osd, this.#life(osd) + 1);
    const changes = cameUp(down, this.#model.plan, (osd) => this.#life(osd));
    return this.#osdMap({ ...changes, newLastUpChange: utimeOfMs(Date.now()) });
  }

  /** `ceph osd out`: their data move elsewhere. */
  osdOut(...osds: readonly number[]): Promise<void> {
    return this.reweight(Object.fromEntries(this.#known(osds).map((osd) => [osd, 0])));
  }

  /** `ceph osd in`. */
  osdIn(...osds: readonly number[]): Promise<void> {
    return this.reweight(Object.fromEntries(this.#known(osds).map((osd) => [osd, 1])));
  }

  /** `ceph osd reweight`, by OSD: from 0 to 1. */
  reweight(weights: Readonly<Record<number, number>>): Promise<void> {
    const entries = Object.entries(weights).map(([osd, weight]) =>
      [Number(osd), Math.round(weight * FULL_WEIGHT)] as const
    );
    return this.#osdMap({ newWeight: new Map(entries), newLastInChange: utimeOfMs(Date.now()) });
  }

  /** `ceph osd pool create`. Rejects when there is one of that name. */
  async addPool(name: string, setup: PoolSetup = {}): Promise<void> {
    const { map, plan } = this.#model;
    if ([...map.poolNames.values()].includes(name)) {
      throw new Error(`Cannot make pool ${name}: there is one`);
    }
    const pool = planPool(setup, placesOf(plan));
    await this.#osdMap(withPool(map, map.poolMax + 1, name, pool, Date.now()));
    if (pool.objects > 0) await this.fill(name, pool);
  }

  /** `ceph osd pool delete`. */
  removePool(name: string): Promise<void> {
    return this.#osdMap({ oldPools: [this.#poolId(name)] });
  }

  /** Clients have written: from now on a pool has so many objects of so many bytes (4 MiB). */
  fill(pool: string, content: Pick<PoolSetup, "objects" | "objectBytes">): Promise<void> {
    const { objects, objectBytes } = planPool(content, 1);
    const id = this.#poolId(pool);
    return this.#change(
      () => this.#model.setContent(id, { objects, bytes: objects * objectBytes }),
      "pg_summary",
    );
  }

  /**
   * An OSD reports counters: by path a number, of an average its sum in nanoseconds and its count. Those that are not
   * named keep their values. Throws for an OSD that there is not.
   */
  count(osd: number, values: Readonly<Record<string, CounterValue>>): void {
    this.#model.count(this.#known([osd])[0]!, values);
  }

  /** A monitor leaves the quorum. Throws when it is the last one: monitorsAway(). */
  monitorDown(name: string): Promise<void> {
    const quorum = this.#model.quorum.filter((other) => other !== name);
    if (quorum.length === 0) throw new Error("Cannot stop the last monitor: use monitorsAway()");
    return this.#change(() => this.#model.setQuorum(quorum), "mon_status");
  }

  /** It is back. */
  monitorUp(name: string): Promise<void> {
    const { monitors } = this.#model.plan;
    const quorum = monitors.filter((other) => other === name || this.#model.quorum.includes(other));
    return this.#change(() => this.#model.setQuorum(quorum), "mon_status");
  }

  /**
   * The manager loses its session with the monitors: data stay as they were, writes wait for the session, and fail when
   * it does not come in time. Maps cannot change until monitorsBack().
   */
  async monitorsAway(): Promise<void> {
    this.#away = true;
    await Promise.all([...this.#listeners].map((listener) => listener.monitors(false)));
  }

  /** There is a session again. */
  async monitorsBack(): Promise<void> {
    this.#away = false;
    await Promise.all([...this.#listeners].map((listener) => listener.monitors(true)));
  }

  #osdMap(changes: Parameters<ClusterModel["change"]>[0]): Promise<void> {
    return this.#change(() => this.#model.change(changes), "osd_map", "pg_summary");
  }

  /** Health follows from everything. */
  async #change(what: () => void, ...types: readonly NotifyType[]): Promise<void> {
    if (this.#away) {
      throw new Error("Cannot change the cluster: its monitors are away; call monitorsBack() first");
    }
    const { checks } = this.#model;
    const { healthJson } = this.#model.state;
    what();
    for (const type of types) await this.#tell(type, type === "osd_map" ? this.epoch : "");
    if (this.#model.state.healthJson === healthJson) return;
    for (const { priority, text } of healthLines(checks, this.#model.checks)) {
      await this.#tell("clog", this.#logEntry(LogPrio[priority], text));
    }
    await this.#tell("health", "");
  }

  async #tell(type: NotifyType, id: unknown): Promise<void> {
    await Promise.all([...this.#listeners].map((listener) => listener.happened(type, id)));
  }

  #logEntry(prio: number, msg: string): unknown {
    const { monMap } = this.#model.state;
    const [leader] = this.#model.quorum;
    return dumpLogEntry({
      name: { type: EntityType.mon, id: leader! },
      rank: { type: EntityType.mon, num: BigInt(monMap!.ranks.indexOf(leader!)) },
      addrs: monMap!.monInfo.get(leader!)!.publicAddrs,
      stamp: utimeOfMs(Date.now()),
      seq: ++this.#logged,
      prio,
      msg,
      channel: "cluster",
    });
  }

  #life(osd: number): number {
    return this.#lives.get(osd) ?? 0;
  }

  #known(osds: readonly number[]): readonly number[] {
    const unknown = osds.find((osd) => !this.#model.map.exists(osd));
    if (unknown !== undefined) {
      throw new RangeError(`Cannot find osd.${unknown}: the cluster does not have it`);
    }
    return osds;
  }

  #poolId(name: string): number {
    const found = [...this.#model.map.poolNames].find(([, other]) => other === name);
    if (found === undefined) throw new RangeError(`Cannot find pool ${name}: the cluster does not have it`);
    return found[0];
  }
}
