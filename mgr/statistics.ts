/** The statistics of one tenure: what OSDs report, what the OSDMap makes of it, and what the monitors hear. */

import type { Config } from "./config/config.ts";
import { healthOptions } from "./health_options.ts";
import { Paced } from "./time/paced.ts";
import { Reporter, type ReporterLink } from "./reporter.ts";
import type { HealthInput } from "./state/health_input.ts";
import { clusterHealthChecks, clusterHealthSteps } from "./state/health_checks.ts";
import { OsdLayout } from "./state/osd_layout.ts";
import { type Moment, type OsdReport, PgMap } from "./state/pg_map.ts";
import type { HealthCheckMap } from "./types/health.ts";
import type { OsdMap } from "./types/osd_map.ts";
import { utimeOfMs } from "./types/utime.ts";

/** A module may change its mind as often as it likes; each report is a commit of the monitors. */
const EXTRA_PERIOD_MS = 1000;

/** What the statistics need of the manager around them. */
export interface StatisticsLink
  extends Omit<ReporterLink<OsdLayout>, "pgMap" | "layout" | "periods" | "clusterChecks" | "encodeDigest"> {
  readonly config: Config;
  /** Statistics have changed, or are about to. */
  readonly dataChanged: () => void;
}

/** Takes maps and reports from its making on; reports to the monitors between `begin` and `stop`. */
export class Statistics {
  readonly pgMap: PgMap;
  readonly #link: StatisticsLink;
  readonly #extra: Paced;
  #layout: OsdLayout | undefined;
  #reporter: Reporter<OsdLayout> | undefined;

  constructor(link: StatisticsLink) {
    this.#link = link;
    this.#extra = new Paced(link.clock, EXTRA_PERIOD_MS, () => this.#reporter?.report());
    this.pgMap = new PgMap(() => link.config.get("mon_stat_smooth_intervals"), link.dataChanged);
  }

  /** The newest OSDMap; undefined before the first one. */
  get layout(): OsdLayout | undefined {
    return this.#layout;
  }

  /** Modules and commands are told that statistics may be incomplete. */
  get ready(): boolean {
    return this.#reporter?.ready ?? false;
  }

  /** Undefined before the tenure begins. */
  get reporter(): Reporter<OsdLayout> | undefined {
    return this.#reporter;
  }

  /** The tenure begins. */
  begin(): void {
    const { config } = this.#link;
    this.#reporter ??= new Reporter({
      ...this.#link,
      pgMap: this.pgMap,
      layout: () => this.#layout,
      clusterChecks: (layout) => clusterHealthSteps(this.#healthInput(layout)),
      periods: () => ({
        tick: config.get("mgr_tick_period") * 1000,
        stats: config.get("mgr_stats_period") * 1000,
        serviceGrace: config.get("mgr_service_beacon_grace") * 1000,
      }),
    });
  }

  /** Worth a report before the next one is due. */
  healthChanged(): void {
    if (this.ready) this.#extra.soon();
  }

  /** The tenure ends. */
  stop(): void {
    this.#extra.cancel();
    this.#reporter?.stop();
  }

  /** Each epoch, in order. */
  osdMap(map: OsdMap): void {
    this.#layout = new OsdLayout(map);
    this.pgMap.osdMap(this.#layout, this.#moment());
  }

  /** Statistics of an OSD: MPGStats. Throws DecodeError. */
  ingest(osd: number, report: OsdReport): void {
    this.pgMap.ingest(osd, report);
    this.#reporter?.osdReported(osd);
  }

  /** Of PGs, OSDs and pools, as they are now. */
  healthChecks(): HealthCheckMap {
    return this.#layout === undefined ? new Map() : clusterHealthChecks(this.#healthInput(this.#layout));
  }

  #healthInput(layout: OsdLayout): HealthInput {
    const options = healthOptions(this.#link.config);
    return { map: this.pgMap, layout, options, now: this.#moment().stamp };
  }

  #moment(): Moment {
    const { clock } = this.#link;
    return { now: clock.now(), stamp: utimeOfMs(clock.wall()) };
  }
}
