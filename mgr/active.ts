/** What a manager holds while it is the active one: its daemons, their statistics, and the sessions with them. */

import type { Config } from "./config/config.ts";
import { CEPH_RELEASE, CEPH_VERSION_SHORT, GANGLION_VERSION } from "./config/release.ts";
import type {
  CommandCall,
  CommandResult,
  ModuleCommand,
  ServerContext,
  SessionFigures,
  StatsOptions,
  VersionFacts,
} from "./daemons/context.ts";
import type { Authorizer } from "./host/module_work.ts";
import { DaemonServer } from "./daemons/daemon_server.ts";
import { ownCommands } from "./daemons/own_commands.ts";
import { serviceCommands } from "./daemons/service_commands.ts";
import type { MPGStats } from "./messages/pg_stats.ts";
import type { ClusterLog } from "./mon/cluster_log.ts";
import { type AskMonitors, type OsdPresence, Roster } from "./roster.ts";
import type { ClusterState } from "./state/cluster_state.ts";
import { DaemonIndex, type DaemonKey, formatDaemonKey } from "./state/daemon_state.ts";
import { PerfCounters } from "./state/perf_counters.ts";
import { PendingServiceMap } from "./state/service_map_state.ts";
import { StatFeed } from "./stat_feed.ts";
import { Statistics } from "./statistics.ts";
import type { Clock } from "./time/clock.ts";
import type { HealthCheckMap } from "./types/health.ts";
import type { OsdMap } from "./types/osd_map.ts";
import type { MetricKind, MetricReportMessage } from "./types/metric_message.ts";
import type { ProgressEvent } from "./types/progress.ts";
import { MAX_QUERIES, PerfQueries } from "./state/perf_queries.ts";
import type { LimitedQuery, PerfLimit, PerfQuery } from "./types/perf_query.ts";
import type { RawMessage } from "./types/raw_message.ts";
import type { Uuid } from "./types/uuid.ts";

/** What of the modules leaves with answers and reports; the module host has it. */
export interface Modules {
  notify(type: string, id: unknown): void;
  /** Something that modules can read may be another thing now. */
  dataChanged(): void;
  healthChecks(): HealthCheckMap;
  progressEvents(): ReadonlyMap<string, ProgressEvent>;
  commands(): readonly ModuleCommand[];
  dispatch(call: CommandCall & { readonly authorizer: Authorizer }): Promise<CommandResult | undefined>;
  operate(call: Pick<CommandCall, "prefix" | "args" | "format">): Promise<CommandResult>;
  reload(name: string): Promise<CommandResult>;
}

/** What the active state needs of the manager around it. */
export interface ActiveLink {
  readonly clock: Clock;
  readonly config: Config;
  readonly state: ClusterState;
  readonly modules: Modules;
  readonly clusterLog: ClusterLog;
  readonly ask: AskMonitors;
  readonly gid: () => bigint;
  readonly send: (raw: RawMessage) => boolean;
  /** What is wrong with this process. */
  healthChecks(): HealthCheckMap;
  /** Of the cluster. */
  fsid(): Uuid;
  /** We are the active manager and not fenced. */
  mayAct(): boolean;
  /** Fields of `tell mgr mgr_status`. */
  status(): Readonly<Record<string, unknown>>;
}

/** One tenure's worth of state: made anew when the role is lost, so that nothing old is ever reported. */
export class Active implements ServerContext {
  readonly index: DaemonIndex;
  readonly counters = new PerfCounters();
  readonly serviceMap = new PendingServiceMap();
  readonly roster: Roster;
  readonly server: DaemonServer;
  readonly statistics: Statistics;
  readonly statFeed: StatFeed;
  readonly perfQueries: Readonly<Record<MetricKind, PerfQueries>> = {
    osd: new PerfQueries("osd"),
    mds: new PerfQueries("mds"),
  };
  readonly #link: ActiveLink;

  constructor(link: ActiveLink) {
    this.#link = link;
    this.index = new DaemonIndex(() => link.modules.dataChanged());
    this.roster = new Roster(this.index, this.serviceMap, link.ask);
    this.statistics = this.#statistics();
    this.statFeed = new StatFeed(this.statistics.pgMap, () => link.clock.now());
    this.server = new DaemonServer(this, new Map([...serviceCommands(this), ...ownCommands(this)]));
  }

  /** The tenure begins: takes what the monitors have told already. */
  begin(): void {
    const { monMap, fsMap, serviceMap, osdMap } = this.#link.state;
    if (osdMap !== undefined) this.osdMap(osdMap);
    this.statistics.begin();
    if (serviceMap !== undefined) this.roster.serviceMap(serviceMap);
    this.roster.load().then(() => {
      if (monMap !== undefined) this.roster.monMap(monMap);
      if (fsMap !== undefined) this.roster.fsMap(fsMap);
    });
  }

  /** The tenure has ended. */
  end(): void {
    this.statistics.stop();
  }

  /** What modules say of the cluster, or what is to be said of them, is another thing now. */
  healthChanged(): void {
    this.statistics.healthChanged();
  }

  /** A new OSDMap. */
  osdMap(map: OsdMap): void {
    this.statistics.osdMap(map);
    this.roster.osds(map.epoch, presences(map));
  }

  now(): number {
    return this.#link.clock.now();
  }

  wall(): number {
    return this.#link.clock.wall();
  }

  fsid(): Uuid {
    return this.#link.fsid();
  }

  mayAct(): boolean {
    return this.#link.mayAct();
  }

  statsOptions(): StatsOptions {
    const { config } = this.#link;
    return { period: config.get("mgr_stats_period"), threshold: config.get("mgr_stats_threshold") };
  }

  queries(kind: MetricKind): readonly LimitedQuery[] {
    return this.perfQueries[kind].wanted;
  }

  /** Asks all daemons of a kind for counters. Throws when there are too many queries. */
  addPerfQuery(kind: MetricKind, query: PerfQuery, limit: PerfLimit | undefined): number {
    const id = this.perfQueries[kind].add(query, limit);
    if (id === undefined) {
      throw new Error(`Cannot add a perf query: modules have ${MAX_QUERIES} of ${kind} already`);
    }
    this.server.reconfigure(kind);
    return id;
  }

  removePerfQuery(kind: MetricKind, id: number): void {
    if (this.perfQueries[kind].remove(id)) this.server.reconfigure(kind);
  }

  ingestPerfReport(_key: DaemonKey, report: MetricReportMessage): void {
    this.perfQueries[report.kind].ingest(report, this.now());
  }

  metadataLoading(): Promise<void> | undefined {
    return this.roster.loading;
  }

  fetchMetadata(key: DaemonKey): void {
    this.roster.refresh(key);
  }

  perfSchemaChanged(key: DaemonKey): void {
    this.#link.modules.notify("perf_schema_update", formatDaemonKey(key));
  }

  ingestPgStats(osd: number, stats: MPGStats): void {
    this.statistics.ingest(osd, stats);
  }

  moduleCommands(): readonly ModuleCommand[] {
    return this.#link.modules.commands();
  }

  dispatchCommand(call: CommandCall): Promise<CommandResult | undefined> {
    const { cap, ip: peerIp } = call.session;
    const authorizer: Authorizer = (module, perm, args) =>
      cap.isCapable({ service: "py", module, command: "", args, perm, peerIp });
    return this.#link.modules.dispatch({ ...call, authorizer });
  }

  operate(call: Pick<CommandCall, "prefix" | "args" | "format">): Promise<CommandResult> {
    return this.#link.modules.operate(call);
  }

  reloadModule(name: string): Promise<CommandResult> {
    return this.#link.modules.reload(name);
  }

  sessions(): SessionFigures {
    return this.server.figures;
  }

  version(): VersionFacts {
    return {
      version: CEPH_VERSION_SHORT,
      release: CEPH_RELEASE,
      releaseType: "stable",
      gitVersion: `ganglion-${GANGLION_VERSION}`,
    };
  }

  status(): Readonly<Record<string, unknown>> {
    return this.#link.status();
  }

  audit(prio: number, text: string): void {
    this.#link.clusterLog.add("audit", prio, text);
  }

  clusterLog(prio: number, text: string): void {
    this.#link.clusterLog.add("cluster", prio, text);
  }

  #statistics(): Statistics {
    const { clock, config, state, modules, send, gid } = this.#link;
    return new Statistics({
      clock,
      config,
      dataChanged: () => modules.dataChanged(),
      send,
      index: this.index,
      serviceMap: this.serviceMap,
      moduleChecks: () => new Map([...modules.healthChecks(), ...this.#link.healthChecks()]),
      progressEvents: () => modules.progressEvents(),
      role: () => ({
        gid: gid(),
        activeGid: state.mgrMap?.activeGid ?? 0n,
        serviceMapEpoch: state.serviceMap?.epoch ?? 0,
      }),
      mayAct: () => this.mayAct(),
      clusterLog: (prio, text) => this.clusterLog(prio, text),
    });
  }
}

function presences(map: OsdMap): OsdPresence[] {
  const ids = Array.from({ length: map.maxOsd }, (_, id) => id).filter((id) => map.exists(id));
  return ids.map((id) => ({ id, upFrom: map.osdInfo.at(id)!.upFrom }));
}
