/**
 * One process of the swarm: plays OSDs and clients. Its share comes as a line on stdin, the word to begin as a second
 * one; it ends with stdin. What it does it tells on stdout, as lines of JSON.
 */

import { CryptoKey } from "../../mgr/auth/crypto_key.ts";
import { systemClock } from "../../mgr/time/clock.ts";
import { type EntityAddr, formatTypedAddr } from "../../mgr/types/entity_addr.ts";
import type { PerfCounterType } from "../../mgr/types/perf_counter_type.ts";
import { print } from "../print.ts";
import { type BootedOsd, bootOsd } from "./boot.ts";
import { Gate } from "./gate.ts";
import { lines } from "./lines.ts";
import { ManagerWatch, modesOf } from "./manager_watch.ts";
import { MgrLink } from "./mgr_link.ts";
import { SwarmOsd } from "./osd.ts";
import { compiledDefaults } from "./osd_facts.ts";
import { counterTypes, OsdReports } from "./osd_reports.ts";
import { NO_TALLY, type Share, type Tally } from "./plan.ts";

/** Logins under way: the monitor has three threads for all connections. */
const LOGINS_AT_ONCE = 16;
/**
 * Dials under way: one process does for thousands of machines what each of them has a processor for. With more at a time
 * than that, dials would time out here and not at the manager.
 */
const DIALS_AT_ONCE = 512;
const TALLY_MS = 500;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Everybody that this process plays. */
class Worker {
  readonly #share: Share;
  readonly #types: readonly PerfCounterType[];
  readonly #defaults = compiledDefaults();
  readonly #gate = new Gate(DIALS_AT_ONCE);
  readonly #osds: SwarmOsd[] = [];
  readonly #clients: MgrLink[] = [];
  /** Until all are up. */
  #booted: BootedOsd[] = [];
  readonly #tally: Mutable<Tally> = { ...NO_TALLY };

  constructor(share: Share) {
    this.#share = share;
    this.#types = counterTypes(share.plan.counters);
  }

  /** Tells the tally from now on. */
  tell(): void {
    systemClock.every(TALLY_MS, () => print(JSON.stringify(this.#count())));
  }

  /** Boots all OSDs. */
  async boot(): Promise<void> {
    const { firstOsd, endOsd } = this.#share;
    let next = firstOsd;
    const bootSome = async (): Promise<void> => {
      while (next < endOsd) await this.#bootOne(next++);
    };
    await Promise.all(Array.from({ length: LOGINS_AT_ONCE }, bootSome));
  }

  /** All are up. From now on they go to whom the MgrMap names. */
  follow(): void {
    for (const osd of this.#booted) osd.up();
    this.#booted = [];
    const watch = new ManagerWatch(this.#share, (manager) => {
      while (this.#clients.length < this.#share.clients) {
        this.#clients.push(new MgrLink({ ...watch.link, gate: this.#gate }, this.#events));
      }
      this.#moved(manager);
    });
  }

  async #bootOne(osd: number): Promise<void> {
    const { monitor, fsid, osdKey, plan } = this.#share;
    const [clock, modes, key] = [systemClock, modesOf(plan), CryptoKey.fromBase64(osdKey)];
    const booted = await bootOsd(osd, { clock, monitor, fsid, key, modes, failed: this.#events.lost });
    this.#booted.push(booted);
    const link = { clock, messenger: booted.messenger, auth: booted.auth, modes, gate: this.#gate };
    const reports = new OsdReports(osd, plan, fsid, this.#types);
    this.#osds.push(new SwarmOsd(osd, link, this.#defaults, reports, this.#events));
    this.#tally.booted++;
  }

  readonly #events = {
    dialled: (): void => void this.#tally.dials++,
    reported: (): void => void this.#tally.reports++,
    lost: (reason: string): void => {
      this.#tally.losses++;
      this.#tally.lastLoss = reason;
    },
  };

  #moved(manager: EntityAddr | undefined): void {
    this.#tally.manager = manager === undefined ? "" : formatTypedAddr(manager);
    for (const peer of [...this.#osds, ...this.#clients]) peer.follow(manager);
  }

  #count(): Tally {
    const open = (peers: readonly { readonly isOpen: boolean }[]): number =>
      peers.filter(({ isOpen }) => isOpen).length;
    return { ...this.#tally, osdSessions: open(this.#osds), clientSessions: open(this.#clients) };
  }
}

const words = lines(Deno.stdin.readable);
const worker = new Worker(JSON.parse((await words.next()).value!));
worker.tell();
worker.boot();
if (!(await words.next()).done) worker.follow();
await words.next();
Deno.exit(0);
