/** Which monitors to dial next, and how long to wait for them. Pure. Upstream: MonClient::_add_conns, tick */

import type { Config } from "../config/config.ts";
import type { EntityAddrVec } from "../types/entity_addr.ts";

/** A monitor as the MonMap or `mon host` names it. */
export interface Candidate {
  readonly addrs: EntityAddrVec;
  /** Only those with the lowest number are dialled. */
  readonly priority: number;
  /** The greater, the earlier in a round; 0 counts as 1 when all are 0. */
  readonly weight: number;
}

/** mon_client_hunt_* */
export interface HuntOptions {
  readonly intervalMs: number;
  readonly parallel: number;
  readonly backoff: number;
  readonly minMultiple: number;
  readonly maxMultiple: number;
}

/** Defaults of 16.2.15. */
export const HUNT_DEFAULTS: HuntOptions = {
  intervalMs: 3000,
  parallel: 3,
  backoff: 1.5,
  minMultiple: 1,
  maxMultiple: 10,
};

/** What the options of Ceph say. */
export function huntOptionsOf(config: Config): HuntOptions {
  return {
    intervalMs: config.get("mon_client_hunt_interval") * 1000,
    parallel: Math.max(1, Number(config.get("mon_client_hunt_parallel"))),
    backoff: config.get("mon_client_hunt_interval_backoff"),
    minMultiple: config.get("mon_client_hunt_interval_min_multiple"),
    maxMultiple: config.get("mon_client_hunt_interval_max_multiple"),
  };
}

/** Signs of life that a session asks for. */
export interface PingOptions {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** mon_client_ping_interval, mon_client_ping_timeout */
export const PING_DEFAULTS: PingOptions = { intervalMs: 10_000, timeoutMs: 30_000 };

/** What the options of Ceph say. */
export function pingOptionsOf(config: Config): PingOptions {
  return {
    intervalMs: config.get("mon_client_ping_interval") * 1000,
    timeoutMs: config.get("mon_client_ping_timeout") * 1000,
  };
}

/** The rounds of a hunt: each monitor is tried once a round, in an order drawn by weight. */
export class Hunt {
  readonly #options: HuntOptions;
  readonly #random: () => number;
  #candidates: readonly Candidate[] = [];
  #untried: Candidate[] = [];
  #multiple: number;

  constructor(random: () => number, options: HuntOptions = HUNT_DEFAULTS) {
    this.#random = random;
    this.#options = options;
    this.#multiple = options.minMultiple;
  }

  /** Replaces the monitors known; a new round begins. */
  setMonitors(candidates: readonly Candidate[]): void {
    const lowest = Math.min(...candidates.map((c) => c.priority));
    this.#candidates = candidates.filter((c) => c.priority === lowest);
    this.#untried = [];
  }

  /** The next ones to dial at once; empty only if no monitor is known. */
  next(): Candidate[] {
    if (this.#untried.length === 0) this.#untried = this.#shuffled();
    return this.#untried.splice(0, this.#options.parallel);
  }

  /** How long to wait for them before the next ones. */
  get intervalMs(): number {
    return this.#options.intervalMs * this.#multiple;
  }

  /** A session that had existed is lost: be more patient, so that a sick quorum is not stormed. */
  lost(): void {
    this.#multiple = Math.min(this.#multiple * this.#options.backoff, this.#options.maxMultiple);
  }

  /** A session stands, or still stands at a tick. */
  good(): void {
    this.#multiple = Math.max(this.#multiple / this.#options.backoff, this.#options.minMultiple);
  }

  #shuffled(): Candidate[] {
    const left = [...this.#candidates];
    const weighted = left.some((c) => c.weight > 0);
    const weight = (c: Candidate): number => (weighted ? c.weight : 1);
    const out: Candidate[] = [];
    while (left.length > 0) {
      let at = this.#random() * left.reduce((sum, c) => sum + weight(c), 0);
      const i = left.findIndex((c) => (at -= weight(c)) < 0);
      out.push(...left.splice(Math.max(i, 0), 1));
    }
    return out;
  }
}
