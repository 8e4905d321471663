/** What can be wrong with a simulated OSD, and how it is said in `ceph tell osd.N sim fault`. */

import { type DaemonHealthMetric, DaemonMetric } from "../../mgr/types/daemon_health_metric.ts";
import { OsdState } from "../../mgr/types/osd_map_bits.ts";

/** Faults that last until they are taken away. */
export const LASTING_FAULTS = ["slow", "nearfull", "backfillfull", "full"] as const;

/** Faults that happen once: damage for the next scrub to find, objects to be recovered. */
export const SUDDEN_FAULTS = ["scrub_errors", "degraded"] as const;

/** A fault of either kind. */
export type LastingFault = (typeof LASTING_FAULTS)[number];
/** A fault that happens once. */
export type SuddenFault = (typeof SUDDEN_FAULTS)[number];

/** Names of all, as the command's choices. */
export const FAULT_NAMES: readonly string[] = [...LASTING_FAULTS, ...SUDDEN_FAULTS];

/** Whether the fault lasts. */
export function isLasting(name: string): name is LastingFault {
  return (LASTING_FAULTS as readonly string[]).includes(name);
}

/** Whether the fault happens once. */
export function isSudden(name: string): name is SuddenFault {
  return (SUDDEN_FAULTS as readonly string[]).includes(name);
}

/** Ratios of the map that say when an OSD is how full. */
export interface FullRatios {
  readonly nearfullRatio: number;
  readonly backfillfullRatio: number;
  readonly fullRatio: number;
}

/** A little above the limit. */
const MARGIN = 0.005;

const LATENCY_MS = 4;
const SLOW_LATENCY_MS = 900;
/** A slow OSD lets real operations wait so long. */
const SLOW_DELAY_MS = 2_000;
/** Slow operations, and how long the oldest waits already when the fault begins. */
const SLOW_OPS = 3;
const SLOW_OPS_AGE_S = 31;

/** The lasting faults of one OSD, and what follows from them. */
export class OsdFaults {
  readonly #set = new Set<LastingFault>();
  #slowSince = 0;

  /** `now`: monotonic milliseconds. */
  add(fault: LastingFault, now: number): void {
    this.#set.add(fault);
    if (fault === "slow") this.#slowSince = now;
  }

  /** Takes one away, or all. */
  heal(name?: string): void {
    for (const fault of [...this.#set]) if (name === undefined || fault === name) this.#set.delete(fault);
  }

  /** Milliseconds that real operations wait. */
  get delayMs(): number {
    return this.#set.has("slow") ? SLOW_DELAY_MS : 0;
  }

  get latencyMs(): number {
    return this.#set.has("slow") ? SLOW_LATENCY_MS : LATENCY_MS;
  }

  get slowOps(): number {
    return this.#set.has("slow") ? SLOW_OPS : 0;
  }

  /** As MMgrReport carries them. */
  healthMetrics(now: number): DaemonHealthMetric[] {
    const { slowOps } = this;
    const age = SLOW_OPS_AGE_S + Math.floor((now - this.#slowSince) / 1000);
    return [
      { type: DaemonMetric.slowOps, n1: slowOps, n2: slowOps === 0 ? 0 : age },
      { type: DaemonMetric.pendingCreatingPgs, n1: 0, n2: 0 },
    ];
  }

  /** The share of the device that is pretended to be in use; 0 without such a fault. */
  pretendedShare({ fullRatio, backfillfullRatio, nearfullRatio }: FullRatios): number {
    if (this.#set.has("full")) return Math.min(1, fullRatio + MARGIN);
    if (this.#set.has("backfillfull")) return backfillfullRatio + MARGIN;
    return this.#set.has("nearfull") ? nearfullRatio + MARGIN : 0;
  }
}

/** The bits of OsdState that say how full an OSD is. */
export const FULLNESS = OsdState.full | OsdState.nearfull | OsdState.backfillfull;

/** The bit for that share of the device in use; 0: there is room. */
export function fullnessOf(used: number, ratios: FullRatios): number {
  if (used >= ratios.fullRatio) return OsdState.full;
  if (used >= ratios.backfillfullRatio) return OsdState.backfillfull;
  return used >= ratios.nearfullRatio ? OsdState.nearfull : 0;
}
