/** One OSD of the swarm, once it has booted: its session with the manager, and its reports. */

import { pack, type RawMessage, unpack } from "../../mgr/messages/message.ts";
import { MMgrConfigure } from "../../mgr/messages/mgr_configure.ts";
import { MMgrOpen } from "../../mgr/messages/mgr_open.ts";
import type { Clock, Timer } from "../../mgr/time/clock.ts";
import type { EntityAddr } from "../../mgr/types/entity_addr.ts";
import { osdConfig } from "./osd_facts.ts";
import { MgrLink, type MgrLinkEvents, type MgrLinkParts } from "./mgr_link.ts";
import type { OsdReports } from "./osd_reports.ts";

/** What is counted. */
export interface OsdEvents extends Pick<MgrLinkEvents, "dialled" | "lost"> {
  reported(): void;
}

/** Opens, is told a period, and reports. */
export class SwarmOsd {
  readonly #osd: number;
  readonly #clock: Clock;
  readonly #defaults: Uint8Array;
  readonly #reports: OsdReports;
  readonly #events: OsdEvents;
  readonly #link: MgrLink;
  #timer: Timer | undefined;
  #declared = false;

  constructor(osd: number, link: MgrLinkParts, defaults: Uint8Array, reports: OsdReports, events: OsdEvents) {
    this.#osd = osd;
    this.#clock = link.clock;
    this.#defaults = defaults;
    this.#reports = reports;
    this.#events = events;
    this.#link = new MgrLink({ ...link, gid: BigInt(osd) }, {
      ...events,
      opened: () => this.#open(),
      message: (raw) => this.#message(raw),
    });
  }

  get isOpen(): boolean {
    return this.#link.isOpen;
  }

  follow(manager: EntityAddr | undefined): void {
    this.#stop();
    this.#link.follow(manager);
  }

  #open(): void {
    this.#stop();
    this.#link.send(pack(MMgrOpen, {
      daemonName: String(this.#osd),
      serviceName: "",
      serviceDaemon: false,
      daemonMetadata: new Map(),
      daemonStatus: new Map(),
      configBl: osdConfig(this.#osd),
      configDefaultsBl: this.#defaults,
    }));
  }

  #message(raw: RawMessage): void {
    if (raw.type !== MMgrConfigure.type) return;
    const { statsPeriod } = unpack(MMgrConfigure, raw);
    if (this.#timer === undefined && statsPeriod > 0) this.#report(statsPeriod * 1000);
  }

  #report(periodMs: number): void {
    this.#timer = this.#clock.after(periodMs, () => this.#link.isOpen && this.#report(periodMs));
    this.#link.send(this.#declared ? this.#reports.next() : this.#reports.first());
    this.#link.send(this.#reports.pgStats());
    this.#declared = true;
    this.#events.reported();
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#declared = false;
  }
}
