/** What a manager holds while it is the active one: its daemons, their statistics, and the sessions with them. */

import type { Config } from "./config/config.ts";
import { CEPH_RELEASE, CEPH_VERSION_SHORT, GANGLION_VERSION } from "./config/release.ts";
import type {
  CommandCall,
  CommandResult,
  ModuleCommand,
  ServerContext,
  StatsOptions,
  VersionFacts,
} from "./daemons/context.ts";
import { DaemonServer } from "./daemons/daemon_server.ts";
import { serviceCommands } from "./daemons/service_commands.ts";
import type { MPGStats } from "./messages/pg_stats.ts";
import type { ClusterLog } from "./mon/cluster_log.ts";
import { type AskMonitors, Roster } from "./roster.ts";
import type { ClusterState } from "./state/cluster_state.ts";
import { DaemonIndex, type DaemonKey } from "./state/daemon_state.ts";
import { PerfCounters } from "./state/perf_counters.ts";
import { PendingServiceMap } from "./state/service_map_state.ts";
import type { Clock } from "./time/clock.ts";
import type { LimitedQuery } from "./types/perf_query.ts";
import type { Uuid } from "./types/uuid.ts";

/** Commands of modules; the module host has it. */
export interface ModuleCommands {
  commands(): readonly ModuleCommand[];
  dispatch(call: CommandCall): Promise<CommandResult | undefined>;
}

/** What the active state needs of the manager around it. */
export interface ActiveLink {
  readonly clock: Clock;
  readonly config: Config;
  readonly modules: ModuleCommands;
  readonly clusterLog: ClusterLog;
  readonly ask: AskMonitors;
  /** Of the cluster. */
  fsid(): Uuid;
  /** We are the active manager and not fenced. */
  mayAct(): boolean;
  /** Fields of `tell mgr mgr_status`. */
  status(): Readonly<Record<string, unknown>>;
}

/** One tenure's worth of state: made anew when the role is lost, so that nothing old is ever reported. */
export class Active implements ServerContext {
  readonly index = new DaemonIndex();
  readonly counters = new PerfCounters();
  readonly serviceMap = new PendingServiceMap();
  readonly roster: Roster;
  readonly server: DaemonServer;
  readonly #link: ActiveLink;

  constructor(link: ActiveLink) {
    this.#link = link;
    this.roster = new Roster(this.index, this.serviceMap, link.ask);
    this.server = new DaemonServer(this, new Map(serviceCommands(this)));
  }

  /** The tenure begins: takes what the monitors have told already. */
  begin({ monMap, fsMap, serviceMap }: ClusterState): void {
    if (serviceMap !== undefined) this.roster.serviceMap(serviceMap);
    this.roster.load().then(() => {
      if (monMap !== undefined) this.roster.monMap(monMap);
      if (fsMap !== undefined) this.roster.fsMap(fsMap);
    });
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

  /** No module can ask for perf queries yet, so no daemon has anything to report of them. */
  queries(): readonly LimitedQuery[] {
    return [];
  }

  ingestPerfReport(): void {}

  fetchMetadata(key: DaemonKey): void {
    this.roster.refresh(key);
  }

  ingestPgStats(_osd: number, _stats: MPGStats): void {}

  moduleCommands(): readonly ModuleCommand[] {
    return this.#link.modules.commands();
  }

  dispatchCommand(call: CommandCall): Promise<CommandResult | undefined> {
    return this.#link.modules.dispatch(call);
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
}
