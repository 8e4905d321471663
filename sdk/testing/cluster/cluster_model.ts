/** A cluster in memory, as its manager knows it: the manager's own state, fed with what maps and daemons would say. */

import { ClusterState, KV_PREFIXES } from "../../../mgr/state/cluster_state.ts";
import { DaemonIndex } from "../../../mgr/state/daemon_state.ts";
import { clusterHealthChecks } from "../../../mgr/state/health_checks.ts";
import type { HealthOptions } from "../../../mgr/state/health_input.ts";
import { OsdLayout } from "../../../mgr/state/osd_layout.ts";
import { PerfCounters } from "../../../mgr/state/perf_counters.ts";
import { type Moment, PgMap } from "../../../mgr/state/pg_map.ts";
import type { OsdMap } from "../../../mgr/types/osd_map.ts";
import { utimeOfMs } from "../../../mgr/types/utime.ts";
import { type CounterValue, packValues, registerDaemons } from "./daemons.ts";
import { type Managers, mgrMapOf, monMapOf, monStatusJson, NO_FILE_SYSTEMS, noServices } from "./maps.ts";
import { type Checks, healthJson, joinChecks, monitorChecks, osdChecks } from "./monitor_health.ts";
import { type Changes, firstOsdMap, nextEpoch } from "./osd_map.ts";
import { type PgContent, type PgView, placePool, type PoolView } from "./placement.ts";
import { osdReport, type OsdView, usedBytes } from "./reports.ts";
import type { ClusterPlan } from "./setup.ts";

/** Heartbeats go to the neighbours. */
const NEIGHBOURS = 2;

/** What is known of the cluster, and what changes it. Whoever changes it tells the modules afterwards. */
export class ClusterModel {
  readonly plan: ClusterPlan;
  readonly state = new ClusterState();
  readonly index = new DaemonIndex();
  readonly pgMap = new PgMap();
  readonly #counters = new PerfCounters();
  readonly #healthOptions: () => HealthOptions;
  readonly #contents = new Map<number, PgContent>();
  readonly #values = new Map<number, Map<string, CounterValue>>();
  /** What was reported last, by OSD. */
  readonly #reported = new Map<number, string>();
  #pools = new Map<number, PoolView>();
  #layout!: OsdLayout;
  #managers: Managers;
  #quorum: readonly string[];
  #elections = 1;
  #reports = 0;
  #moduleChecks: Checks = new Map();
  #checks: Checks = new Map();

  constructor(plan: ClusterPlan, managers: readonly string[], options: () => HealthOptions) {
    this.plan = plan;
    this.#healthOptions = options;
    this.#quorum = plan.monitors;
    const [active, ...standbys] = managers;
    const now = Date.now();
    this.#managers = {
      active: active!,
      standbys,
      modules: [],
      services: new Map(),
      activeSinceMs: now,
    };
    this.state.monMap = monMapOf(plan.monitors, now);
    this.state.fsMap = NO_FILE_SYSTEMS;
    this.state.serviceMap = noServices(now);
    this.state.config = new Map();
    for (const prefix of KV_PREFIXES) {
      this.state.kv.get(prefix)!.apply({ version: 1n, incremental: false, data: new Map() });
    }
    registerDaemons(this.index, this.#counters, plan, managers);
    this.setManagers({});
    const map = firstOsdMap(plan, now);
    for (const [id, name] of map.poolNames) this.#contents.set(id, contentOf(plan.pools.get(name)!));
    this.#take(map, undefined);
  }

  get map(): OsdMap {
    return this.#layout.map;
  }

  get layout(): OsdLayout {
    return this.#layout;
  }

  get managers(): Managers {
    return this.#managers;
  }

  get quorum(): readonly string[] {
    return this.#quorum;
  }

  /** All health checks: those of the monitors, of the manager, and of modules. */
  get checks(): Checks {
    return this.#checks;
  }

  /** The next epoch of the OSDMap, what OSDs report of it, and the health that follows. */
  change(changes: Changes): void {
    const now = Date.now();
    this.#take(nextEpoch(this.map, changes, now), touchedBy(changes, this.map));
  }

  /** What is in a pool. */
  setContent(pool: number, content: PgContent): void {
    this.#contents.set(pool, content);
    this.#report(new Set());
    this.pgMap.step(moment());
    this.digest();
  }

  /** An OSD reports counters; those that are not named stay as they are. */
  count(osd: number, values: Readonly<Record<string, CounterValue>>): void {
    const known = this.#values.get(osd) ?? new Map<string, CounterValue>();
    for (const [path, value] of Object.entries(values)) known.set(path, value);
    this.#values.set(osd, known);
    this.index.get({ type: "osd", name: String(osd) })!.counters!.ingest(packValues(known), Date.now());
  }

  setManagers(changes: Partial<Managers>): void {
    this.#managers = { ...this.#managers, ...changes };
    this.state.mgrMap = mgrMapOf((this.state.mgrMap?.epoch ?? 0) + 1, this.#managers);
  }

  setQuorum(quorum: readonly string[]): void {
    this.#quorum = quorum;
    this.#elections++;
    this.digest();
  }

  setModuleChecks(checks: Checks): void {
    this.#moduleChecks = checks;
    this.digest();
  }

  /** What monitors tell managers every few seconds: health, and their own state. */
  digest(): void {
    const { monMap } = this.state;
    this.#checks = joinChecks(
      clusterHealthChecks({
        map: this.pgMap,
        layout: this.#layout,
        options: this.#healthOptions(),
        now: moment().stamp,
      }),
      osdChecks(this.map, this.plan),
      monitorChecks(monMap!, this.#quorum),
      this.#moduleChecks,
    );
    this.state.healthJson = healthJson(this.#checks);
    const peers = {
      mon: this.#quorum.length,
      osd: [...this.#layout.upOsds()].length,
      mgr: 1 + this.#managers.standbys.length,
    };
    this.state.monStatusJson = monStatusJson(monMap!, this.#quorum, this.#elections, peers);
  }

  #take(map: OsdMap, touched: ReadonlySet<number> | undefined): void {
    this.#layout = new OsdLayout(map);
    this.state.osdMap = map;
    this.pgMap.osdMap(this.#layout, moment());
    this.#report(touched);
    this.pgMap.step(moment());
    this.digest();
  }

  /** Of all OSDs that run, what is another thing than they said last. */
  #report(touched: ReadonlySet<number> | undefined): void {
    const former = this.#pools;
    const { map } = this;
    const wallMs = Date.now();
    this.#pools = new Map(
      [...map.pools.keys()].map((pool) => {
        const content = this.#contents.get(pool) ?? { objects: 0, bytes: 0 };
        return [pool, placePool({ map, pool, content, wallMs, touched }, former.get(pool) ?? [])];
      }),
    );
    const led = new Map<number, PgView[]>();
    for (const [id, views] of this.#pools) {
      for (const [seed, view] of views.entries()) {
        const isNews = view !== former.get(id)?.[seed] && view.acting.length > 0;
        if (isNews) getOrMake(led, view.mapping.actingPrimary, () => []).push(view);
      }
    }
    const at = { seq: ++this.#reports, epoch: this.map.epoch, wallMs: Date.now() };
    for (const osd of this.#osds()) this.#reportOne(osd, led.get(osd.id) ?? [], at);
  }

  #reportOne(osd: OsdView, led: readonly PgView[], at: Parameters<typeof osdReport>[2]): void {
    const figures = `${osd.upFrom} ${this.map.isIn(osd.id)} ${osd.pgs} ${[...osd.held]}`;
    if (led.length === 0 && this.#reported.get(osd.id) === figures) return;
    this.#reported.set(osd.id, figures);
    this.pgMap.ingest(osd.id, osdReport(osd, led, at));
    this.count(osd.id, {
      "osd.numpg": osd.pgs,
      "osd.stat_bytes": osd.deviceBytes,
      "osd.stat_bytes_used": usedBytes(osd),
    });
  }

  /** Those that are up. */
  #osds(): OsdView[] {
    const { map } = this;
    const shares = sharesOf(this.#pools, map);
    const up = Array.from({ length: map.maxOsd }, (_, osd) => osd).filter((osd) => map.isUp(osd));
    return up.map((id, place) => ({
      id,
      upFrom: map.osdInfo.at(id)!.upFrom,
      deviceBytes: this.plan.deviceBytes,
      peers: neighbours(up, place),
      ...(shares.get(id) ?? { pgs: 0, held: new Map() }),
    }));
  }
}

/** An OSD that weighs more may be chosen where it was not: then all placement groups are looked at. */
function touchedBy({ newWeight, newState, newUpClient }: Changes, map: OsdMap): Set<number> | undefined {
  const weights = [...newWeight ?? []];
  if (weights.some(([osd, weight]) => weight > map.osdWeight[osd]!)) return undefined;
  return new Set([...weights.map(([osd]) => osd), ...newState?.keys() ?? [], ...newUpClient?.keys() ?? []]);
}

interface Share {
  pgs: number;
  readonly held: Map<number, number>;
}

/** What each OSD has of the pools; of an erasure coded one a chunk of each object. */
function sharesOf(pools: ReadonlyMap<number, PoolView>, map: OsdMap): Map<number, Share> {
  const shares = new Map<number, Share>();
  for (const [id, views] of pools) {
    const pool = map.pools.get(id)!;
    const chunks = Number(map.erasureCodeProfiles.get(pool.erasureCodeProfile)?.get("k") ?? 1);
    for (const { acting, content } of views) {
      for (const osd of acting) {
        const share = getOrMake(shares, osd, (): Share => ({ pgs: 0, held: new Map() }));
        share.pgs++;
        share.held.set(id, (share.held.get(id) ?? 0) + Math.ceil(content.bytes / chunks));
      }
    }
  }
  return shares;
}

function neighbours(osds: readonly number[], place: number): number[] {
  const around = [-1, 1].map((step) => osds[(place + step + osds.length) % osds.length]!);
  return [...new Set(around)].filter((osd) => osd !== osds[place]).slice(0, NEIGHBOURS).sort((a, b) => a - b);
}

function contentOf({ objects, objectBytes }: { objects: number; objectBytes: number }): PgContent {
  return { objects, bytes: objects * objectBytes };
}

function moment(): Moment {
  return { now: performance.now(), stamp: utimeOfMs(Date.now()) };
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, value = make());
  return value;
}
