/** Sends beacons: at once when the MgrMap asks for one, and on a timer of its own that nothing else delays. */

import { MMgrBeacon } from "../messages/mgr_beacon.ts";
import { pack } from "../messages/message.ts";
import { SUPPORTED_FEATURES } from "../msgr/features.ts";
import type { Clock, Timer } from "../time/clock.ts";
import type { RawMessage } from "../types/raw_message.ts";
import { type ActiveInMap, type BeaconForm, BeaconPolicy } from "./beacon_form.ts";
import { OptionTables } from "./option_tables.ts";

/** What a beacon tells, beside its form. Asked for at each beacon. */
export type BeaconContent = Omit<MMgrBeacon, "available" | "mgrFeatures" | "moduleNames">;

/** The beacons of one identity: a new gid needs a new one. */
export class Beaconer {
  readonly #policy: BeaconPolicy;
  readonly #content: () => BeaconContent;
  readonly #send: (raw: RawMessage) => boolean;
  readonly #tables = new OptionTables();
  #last: BeaconForm | undefined;
  #timer: Timer;
  #stopped = false;

  constructor(
    name: string,
    gid: bigint,
    clock: Clock,
    periodMs: () => number,
    content: () => BeaconContent,
    send: (raw: RawMessage) => boolean,
  ) {
    this.#policy = new BeaconPolicy(name, gid);
    this.#content = content;
    this.#send = send;
    const next = (): Timer => clock.after(periodMs(), beat);
    const beat = (): void => {
      this.#timer = next();
      this.beat();
    };
    this.#timer = next();
  }

  /** We are the active manager, or say that we want to be. */
  get announcing(): boolean {
    return this.#policy.form === "available" || this.#policy.form === "paused";
  }

  /** The monitors have the commands and options that were announced. */
  get settled(): boolean {
    return this.#policy.settled;
  }

  /** The commands or options have changed: they are announced anew, or go out with the next announcement. */
  announceAnew(): void {
    const forms = this.#policy.announceAnew();
    for (const form of forms) this.#sendForm(form);
    if (forms.length === 0) this.beat();
  }

  /** A MgrMap came: sends what it calls for. */
  mgrMap(map: ActiveInMap): void {
    for (const form of this.#policy.mgrMap(map)) this.#sendForm(form);
  }

  /** Sends a beacon of the present form: because services or clients changed. */
  beat(): void {
    const { form } = this.#policy;
    if (form !== undefined) this.#sendForm(form);
  }

  /** Nothing is sent from now on, whatever the maps say: who hands over and ends must not come back as a standby. */
  stop(): void {
    this.#stopped = true;
    this.#timer.cancel();
  }

  #sendForm(form: BeaconForm): void {
    if (this.#stopped) return;
    const content = this.#content();
    if (form === "available" && this.#last !== "available") this.#tables.tell(content.modules);
    this.#last = form;
    const modules = form === "paused" ? this.#tables.withdraw(content.modules) : content.modules;
    this.#send(pack(MMgrBeacon, makeBeacon({ ...content, modules }, form, this.#policy.withCommands)));
  }
}

/** A beacon of any form. A standby tells who it is and what modules it has; where it serves is nobody's business. */
export function makeBeacon(content: BeaconContent, form: BeaconForm, withCommands: boolean): MMgrBeacon {
  const serving = form !== "standby";
  const available = form === "available";
  const modules = [...content.modules].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...content,
    serverAddrs: serving ? content.serverAddrs : [],
    available,
    modules,
    moduleNames: modules.map((m) => m.name),
    commandDescs: available && withCommands ? content.commandDescs : [],
    services: serving ? content.services : new Map(),
    clientsAddrs: serving ? content.clientsAddrs : [],
    clientsNames: serving ? content.clientsNames : [],
    mgrFeatures: SUPPORTED_FEATURES,
  };
}
