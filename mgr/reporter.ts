/** Reports to the monitors: when the first one may go, and what goes into each. */

import { getLogger } from "@logtape/logtape";
import {
  cleanChecks,
  cleanEvents,
  type EncodeDigest,
  type ReportContent,
  ReportRefused,
  reportSteps,
} from "./report.ts";
import { daemonHealthChecks } from "./state/daemon_health.ts";
import type { DaemonIndex } from "./state/daemon_state.ts";
import { pgMapDigestSteps, type SpaceLayout } from "./state/pg_digest.ts";
import type { PgMap } from "./state/pg_map.ts";
import { pgSummaryText } from "./state/pg_summary.ts";
import type { PendingServiceMap } from "./state/service_map_state.ts";
import type { Clock, Timer } from "./time/clock.ts";
import { inSteps } from "./time/in_steps.ts";
import type { HealthCheckMap } from "./types/health.ts";
import { LogPrio } from "./types/log_entry.ts";
import type { ProgressEvent } from "./types/progress.ts";
import type { RawMessage } from "./types/raw_message.ts";
import type { ServiceMap } from "./types/service_map.ts";
import { utimeOfMs } from "./types/utime.ts";

const log = getLogger(["ganglion", "mgr"]);

/** OSDs that have not reported after so many of their periods are not waited for. */
const PERIODS_TO_WAIT = 4;

/** What of the OSDMap a report needs. */
export interface ReportLayout extends SpaceLayout {
  /** Ids of the OSDs that are up. */
  upOsds(): Iterable<number>;
}

/** What the reports of one tenure are made of, and where they go. */
export interface ReporterLink<L extends ReportLayout = ReportLayout> {
  readonly clock: Clock;
  readonly pgMap: PgMap;
  readonly index: DaemonIndex;
  readonly serviceMap: PendingServiceMap;
  /** mgr_tick_period, mgr_stats_period and mgr_service_beacon_grace, milliseconds. */
  readonly periods: () => { readonly tick: number; readonly stats: number; readonly serviceGrace: number };
  /** Undefined before the first OSDMap. */
  readonly layout: () => L | undefined;
  /** Health checks of modules, and of this process. */
  readonly moduleChecks: () => HealthCheckMap;
  readonly progressEvents: () => ReadonlyMap<string, ProgressEvent>;
  /** Health checks of placement groups, OSDs and pools, in steps. */
  readonly clusterChecks: (layout: L) => Generator<unknown, HealthCheckMap>;
  /** Our gid, that of the active manager in the newest MgrMap, the epoch of the newest ServiceMap. */
  readonly role: () => {
    readonly gid: bigint;
    readonly activeGid: bigint;
    readonly serviceMapEpoch: number;
  };
  readonly mayAct: () => boolean;
  readonly send: (raw: RawMessage) => boolean;
  readonly clusterLog: (prio: number, text: string) => void;
  /** Only tests replace it. */
  readonly encodeDigest?: EncodeDigest;
  /** Only tests replace it. */
  readonly inSteps?: (steps: Generator<unknown, void>) => Promise<void>;
}

/** Made when the tenure begins, stopped when it ends. Upstream: DaemonServer::send_report, maybe_ready */
export class Reporter<L extends ReportLayout = ReportLayout> {
  readonly #link: ReporterLink<L>;
  readonly #startedAt: number;
  readonly #reported = new Set<number>();
  /** OSDs of `layout` that are up and have not reported: looked for once in each layout, for reports come by thousands. */
  #missing: { readonly layout: L; readonly osds: Set<number> } | undefined;
  #timer: Timer;
  #ready = false;
  /** A report is being made; and whether another one was asked for meanwhile. */
  #making = false;
  #again = false;
  #stopped = false;
  /** A ServiceMap that the monitors have not sent back yet. */
  #serviceMap: ServiceMap | undefined;
  #sent = 0;
  #refused = 0;

  constructor(link: ReporterLink<L>) {
    this.#link = link;
    this.#startedAt = link.clock.now();
    this.#timer = this.#schedule();
  }

  /** Every OSD that is up has reported, or was waited for long enough: what we know of PGs is worth telling. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Reports that went out, and those that a check has stopped. */
  get counts(): { readonly sent: number; readonly refused: number } {
    return { sent: this.#sent, refused: this.#refused };
  }

  /** An OSD has reported; the last one that was missing lets the first report out at once. */
  osdReported(osd: number): void {
    if (this.#ready) return;
    this.#reported.add(osd);
    this.#missing?.osds.delete(osd);
    if (this.#haveAllReported()) this.report();
  }

  /** Sends a report now, if one may go. Whatever goes wrong in the making of it ends no more than this report. */
  report(): void {
    const layout = this.#link.layout();
    if (layout === undefined || !this.#link.mayAct() || !this.#isReady()) return;
    this.#again = this.#making;
    if (this.#making) return;
    const { inSteps: run = inSteps } = this.#link;
    run(this.#steps(layout));
  }

  /** Commands and sessions do not wait for a large cluster's report. */
  *#steps(layout: L): Generator<unknown, void> {
    this.#making = true;
    try {
      yield* this.#sendReport(layout);
    } catch (e) {
      this.#complain(e instanceof ReportRefused ? e.message : `Cannot make the report to the monitors: ${e}`);
    } finally {
      this.#making = false;
    }
    if (this.#again) this.report();
  }

  *#sendReport(layout: L): Generator<unknown, void> {
    const { clock, pgMap, send, clusterLog, clusterChecks, mayAct } = this.#link;
    const checks = yield* clusterChecks(layout);
    pgMap.step({ now: clock.now(), stamp: utimeOfMs(clock.wall()) });
    this.#renewServiceMap();
    const raw = yield* this.#make(yield* this.#content(layout, checks));
    if (this.#stopped || !mayAct()) return;
    if (send(raw)) this.#sent++;
    clusterLog(LogPrio.debug, `pgmap v${pgMap.version}: ${pgSummaryText(pgMap)}`);
  }

  /** A ServiceMap that cannot be sent must not keep the statistics back. */
  *#make(content: ReportContent): Generator<unknown, RawMessage> {
    const { encodeDigest } = this.#link;
    try {
      return yield* reportSteps(content, encodeDigest);
    } catch (e) {
      if (!(e instanceof ReportRefused) || content.serviceMap === undefined) throw e;
      const raw = yield* reportSteps({ ...content, serviceMap: undefined }, encodeDigest);
      this.#serviceMap = undefined;
      this.#complain(`${e.message}; sending it without the ServiceMap`);
      return raw;
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#timer.cancel();
  }

  /** The period may change between two reports. */
  #schedule(): Timer {
    return this.#link.clock.after(this.#link.periods().tick, () => {
      this.#timer = this.#schedule();
      this.report();
    });
  }

  #isReady(): boolean {
    if (this.#ready) return true;
    if (this.#haveAllReported()) {
      this.#becomeReady("all OSDs that are up have reported");
    } else if (this.#link.clock.now() - this.#startedAt > PERIODS_TO_WAIT * this.#link.periods().stats) {
      this.#becomeReady("not waiting any longer for OSDs that have not reported");
    } else log.info("no report to the monitors yet: waiting for OSDs");
    return this.#ready;
  }

  /** So they have when none is up: what modules and the ServiceMap have to say does not wait for OSDs. */
  #haveAllReported(): boolean {
    const layout = this.#link.layout();
    if (layout === undefined) return false;
    if (this.#missing?.layout !== layout) {
      this.#missing = { layout, osds: new Set(layout.upOsds()).difference(this.#reported) };
    }
    return this.#missing.osds.size === 0;
  }

  #becomeReady(why: string): void {
    this.#ready = true;
    this.#reported.clear();
    this.#missing = undefined;
    log.info(`reporting to the monitors: ${why}`);
  }

  /** A changed map goes with every report until the monitors send it back, for one report may get lost. */
  #renewServiceMap(): void {
    const { clock, serviceMap, index, role, periods } = this.#link;
    const stamp = utimeOfMs(clock.wall());
    serviceMap.prune(index, { now: clock.now(), stamp, graceMs: periods().serviceGrace });
    this.#serviceMap = serviceMap.flush(stamp) ?? this.#serviceMap;
    if (this.#serviceMap !== undefined && this.#serviceMap.epoch <= role().serviceMapEpoch) {
      this.#serviceMap = undefined;
    }
  }

  *#content(layout: L, clusterChecks: HealthCheckMap): Generator<unknown, ReportContent> {
    const { pgMap, index, moduleChecks, progressEvents, role } = this.#link;
    const digest = yield* pgMapDigestSteps(pgMap, layout);
    const daemons = [...index.ofType("osd"), ...index.ofType("mon")];
    const checks = new Map([...moduleChecks(), ...clusterChecks, ...daemonHealthChecks(daemons)]);
    return {
      ...role(),
      healthChecks: cleanChecks(checks, (why) => this.#complain(`Cannot report a ${why}`)),
      progressEvents: cleanEvents(progressEvents()),
      serviceMap: this.#serviceMap,
      digest,
    };
  }

  #complain(why: string): void {
    this.#refused++;
    log.error(why);
  }
}
