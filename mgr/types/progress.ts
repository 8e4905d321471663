/** Progress bars of `ceph -s`: ProgressEvent. */

import type { Codec } from "../encoding/mod.ts";

/** Upstream: ProgressEvent in mon/mon_types.h */
export interface ProgressEvent {
  readonly message: string;
  /** 0 to 1, a float32. */
  readonly progress: number;
  readonly addToCephS: boolean;
}

/** v2/1. */
export const ProgressEvent: Codec<ProgressEvent> = {
  decode: (d) =>
    d.versioned("ProgressEvent", 2, (d, v) => ({
      message: d.string(),
      progress: d.f32(),
      addToCephS: v >= 2 ? d.bool() : false,
    })),
  encode: (e, p) => void e.versioned(2, 1, (e) => e.string(p.message).f32(p.progress).bool(p.addToCephS)),
};

/** By id, as under "progress_events" of `ceph -s -f json`. */
export function dumpProgressEvents(events: ReadonlyMap<string, ProgressEvent>) {
  return Object.fromEntries(
    [...events].map(([id, p]) => [id, {
      message: p.message,
      progress: p.progress,
      add_to_ceph_s: p.addToCephS,
    }]),
  );
}
