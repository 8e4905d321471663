/** The session of a simulated OSD with the active manager: opens, reports when it is told how often. Upstream: mgr/MgrClient.cc */

import { pack, type RawMessage, unpack } from "../../mgr/messages/message.ts";
import { MMgrConfigure } from "../../mgr/messages/mgr_configure.ts";
import { MMgrOpen } from "../../mgr/messages/mgr_open.ts";
import { MMgrReport } from "../../mgr/messages/mgr_report.ts";
import { pgStatsOf } from "../../mgr/messages/pg_stats.ts";
import { DaemonSessions, type Dial } from "../../mgr/rados/daemon_sessions.ts";
import type { Clock, Timer } from "../../mgr/time/clock.ts";
import type { DaemonHealthMetric } from "../../mgr/types/daemon_health_metric.ts";
import { msgr2Addr } from "../../mgr/types/entity_addr.ts";
import { type EntityNum, EntityType } from "../../mgr/types/entity_name.ts";
import type { MgrMap } from "../../mgr/types/mgr_map.ts";
import { OsdStat } from "../../mgr/types/osd_stat.ts";
import { PgStat } from "../../mgr/types/pg_stat.ts";
import { StoreStatfs } from "../../mgr/types/store_statfs.ts";
import { type CounterValue, packCounters, reportedCounters } from "./model/counters.ts";
import type { PerfQueries } from "./model/perf_queries.ts";
import type { PgStatsValue } from "./model/reports.ts";
import { configDefaults, type OsdConfig } from "./osd_config.ts";

const MPGStats = pgStatsOf(OsdStat, PgStat, StoreStatfs);
/** Statistics of PGs are sent again at once when a state changes, but not more often. */
const MIN_PAUSE_MS = 500;

/** What the session needs of its OSD. */
export interface ReportSource {
  readonly id: number;
  readonly config: OsdConfig;
  /** Undefined while the OSD has no map in which it is up. */
  pgStats(): PgStatsValue | undefined;
  counters(): ReadonlyMap<string, CounterValue>;
  healthMetrics(): readonly DaemonHealthMetric[];
  /** Who causes the load: queries, and answers since the last report. */
  readonly perfQueries: PerfQueries;
  /** Other messages of the manager. */
  message(raw: RawMessage): void;
}

/** Follows the MgrMap; there is a session whenever a manager is available. */
export class MgrReporter {
  readonly #source: ReportSource;
  readonly #clock: Clock;
  readonly #sessions: DaemonSessions;
  #peer: EntityNum | undefined;
  #map: MgrMap | undefined;
  #open = false;
  /** Paths of the counters that this session has declared. */
  #declared: ReadonlySet<string> = new Set();
  #threshold = 0;
  #timer: Timer | undefined;
  #soon: Timer | undefined;
  #lastStats = -Infinity;

  constructor(source: ReportSource, dial: Dial, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
    this.#sessions = new DaemonSessions(dial, clock);
    this.#sessions.use({
      opened: () => this.#opened(),
      lost: () => this.#lost(),
      handlers: new Map([
        [MMgrConfigure.type, (_, raw) => this.#configure(unpack(MMgrConfigure, raw))],
        ...OTHERS.map((type) => [type, (_: EntityNum, raw: RawMessage) => source.message(raw)] as const),
      ]),
    });
  }

  /** A newer map: another manager may be active. */
  mgrMap(map: MgrMap): void {
    this.#map = map;
    const peer = map.available ? { type: EntityType.mgr, num: map.activeGid } : undefined;
    if (this.#peer !== undefined && this.#peer.num !== peer?.num) {
      const former = this.#peer;
      this.#peer = undefined;
      this.#sessions.drop(former, "another manager is active");
    }
    this.#peer = peer;
    this.#dial();
  }

  /** Something changed that people wait for. */
  changed(): void {
    if (!this.#open || this.#soon !== undefined) return;
    const wait = Math.max(0, this.#lastStats + MIN_PAUSE_MS - this.#clock.now());
    this.#soon = this.#clock.after(wait, () => {
      this.#soon = undefined;
      this.sendStats();
    });
  }

  /** Sends MPGStats now. */
  sendStats(): void {
    const value = this.#source.pgStats();
    if (!this.#open || value === undefined) return;
    this.#lastStats = this.#clock.now();
    this.#send(pack(MPGStats, value));
  }

  close(): void {
    this.#timer?.cancel();
    this.#soon?.cancel();
    this.#peer = undefined;
    this.#sessions.close("the OSD ends");
  }

  #dial(): void {
    const addr = this.#map && msgr2Addr(this.#map.activeAddrs);
    if (this.#peer !== undefined && addr !== undefined) this.#sessions.want(this.#peer, addr);
  }

  #opened(): void {
    this.#open = true;
    this.#declared = new Set();
    const { id, config } = this.#source;
    this.#send(pack(MMgrOpen, {
      daemonName: String(id),
      serviceName: "",
      serviceDaemon: false,
      daemonMetadata: new Map(),
      daemonStatus: new Map(),
      configBl: config.encode(),
      configDefaultsBl: configDefaults(),
    }));
  }

  #lost(): void {
    this.#open = false;
    this.#timer?.cancel();
    // The sessions know how long to wait.
    queueMicrotask(() => this.#dial());
  }

  #configure({ statsPeriod, statsThreshold, ...rest }: MMgrConfigure): void {
    this.#timer?.cancel();
    const { osdPerfMetricQueries: queries, metricConfigMessage: wanted } = rest;
    // An empty list of the older form says nothing.
    if (queries.length > 0) this.#source.perfQueries.set(queries);
    else if (wanted?.kind === "osd") this.#source.perfQueries.set(wanted.queries);
    this.#threshold = statsThreshold;
    if (statsPeriod === 0) return;
    this.#timer = this.#clock.every(statsPeriod * 1000, () => this.#report());
    this.#report();
  }

  #report(): void {
    const types = reportedCounters(this.#threshold);
    const paths = new Set(types.map(({ path }) => path));
    const { id, config } = this.#source;
    this.#send(pack(MMgrReport, {
      daemonName: String(id),
      declareTypes: types.filter(({ path }) => !this.#declared.has(path)),
      packed: packCounters(types, this.#source.counters()),
      undeclareTypes: [...this.#declared.difference(paths)],
      serviceName: "",
      daemonStatus: undefined,
      daemonHealthMetrics: this.#source.healthMetrics(),
      configBl: config.encode(),
      osdPerfMetricReports: [],
      taskStatus: undefined,
      metricReportMessage: { kind: "osd", reports: this.#source.perfQueries.take() },
    }));
    this.#declared = paths;
    this.sendStats();
  }

  #send(raw: RawMessage): void {
    if (this.#peer !== undefined) this.#sessions.send(this.#peer, raw);
  }
}

/** MOSDScrub2, MOSDScrub, MOSDForceRecovery, MCommand: passed on to the OSD. */
const OTHERS: readonly number[] = [121, 91, 151, 97];
