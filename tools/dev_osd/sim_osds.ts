/** All simulated OSDs of a development cluster: started, killed and started again, also one by one. */

import type { CryptoKey } from "../../mgr/auth/crypto_key.ts";
import type { Clock } from "../../mgr/time/clock.ts";
import type { EntityAddrVec } from "../../mgr/types/entity_addr.ts";
import type { OsdPlan } from "./boot.ts";
import type { ClientLoad } from "./model/client_load.ts";
import { SimWorld } from "./model/sim_world.ts";
import { type OsdPeers, SimOsd } from "./sim_osd.ts";

/** Answers that are on their way when an OSD is told to die get so long. */
const LAST_WORDS_MS = 100;

/** An OSD that can be started. */
export interface OsdSeed {
  readonly plan: OsdPlan;
  readonly key: CryptoKey;
}

/** What they run with. */
export interface SimOsdsOptions {
  readonly osds: readonly OsdSeed[];
  readonly fsid: string;
  readonly ip: string;
  readonly monitors: EntityAddrVec;
  readonly clock: Clock;
  /** Pretended clients by name of the pool. */
  readonly loads: ReadonlyMap<string, ClientLoad>;
}

/** The OSDs, running or not. */
export class SimOsds implements OsdPeers, Disposable {
  readonly world: SimWorld;
  readonly #o: SimOsdsOptions;
  readonly #running = new Map<number, SimOsd>();

  constructor(options: SimOsdsOptions) {
    this.#o = options;
    this.world = new SimWorld(options.clock, options.loads);
  }

  /** Starts all. */
  startAll(): void {
    for (const { plan } of this.#o.osds) this.start(plan.id);
  }

  /** Starts one; false when it runs already or there is none of that id. */
  start(id: number): boolean {
    const seed = this.#o.osds.find(({ plan }) => plan.id === id);
    if (seed === undefined || this.#running.has(id)) return false;
    const { fsid, ip, monitors, clock } = this.#o;
    const osd = new SimOsd({ ...seed, fsid, ip, monitors, clock, world: this.world, peers: this });
    this.#running.set(id, osd);
    osd.start();
    return true;
  }

  /** Ends one without a word; another one tells the monitor. False when it does not run. */
  kill(id: number): boolean {
    const osd = this.#running.get(id);
    if (osd === undefined) return false;
    const { addrs } = osd;
    osd.kill();
    this.#running.delete(id);
    // Peers notice at once: their connections are refused.
    const [survivor] = this.#running.values();
    survivor?.reportFailed(id, addrs);
    return true;
  }

  killSoon(id: number): boolean {
    if (!this.#running.has(id)) return false;
    this.#o.clock.after(LAST_WORDS_MS, () => this.kill(id));
    return true;
  }

  ended(id: number): void {
    this.#running.delete(id);
  }

  /** The running OSD of that id. */
  get(id: number): SimOsd | undefined {
    return this.#running.get(id);
  }

  /** Ids of the running ones. */
  get running(): number[] {
    return [...this.#running.keys()];
  }

  [Symbol.dispose](): void {
    for (const osd of this.#running.values()) osd.kill();
    this.#running.clear();
    this.world.stop();
  }
}
