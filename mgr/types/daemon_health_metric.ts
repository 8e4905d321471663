/** Numbers that daemons report and that become health checks: DaemonHealthMetric. */

import type { Codec } from "../encoding/mod.ts";

/** Upstream: daemon_metric in mgr/DaemonHealthMetric.h */
export const DaemonMetric = { slowOps: 0, pendingCreatingPgs: 1, none: 2 } as const;

/** Upstream: DaemonHealthMetric in mgr/DaemonHealthMetric.h */
export interface DaemonHealthMetric {
  /** One of DaemonMetric; others are to be ignored. */
  readonly type: number;
  /** The number of slow operations, or of placement groups. */
  readonly n1: number;
  /** Seconds that the oldest operation is blocked. */
  readonly n2: number;
}

/** v1/1: n1 and n2 are the halves of one u64, the low one first. */
export const DaemonHealthMetric: Codec<DaemonHealthMetric> = {
  decode: (d) => d.versioned("DaemonHealthMetric", 1, (d) => ({ type: d.u8(), n1: d.u32(), n2: d.u32() })),
  encode: (e, m) => void e.versioned(1, 1, (e) => e.u8(m.type).u32(m.n1).u32(m.n2)),
};
