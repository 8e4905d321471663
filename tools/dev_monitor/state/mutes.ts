/** When a mute ends by itself. Upstream: HealthMonitor::check_mutes */

import { allChecks } from "../health/report.ts";
import type { Committed } from "./committed.ts";
import type { HealthMute, MuteChange } from "./mute_part.ts";

/** Mutes that are over, or hold for fewer than before; undefined when all stay as they are. */
export function expiredMutes(state: Committed, nowMs: number): MuteChange | undefined {
  const checks = allChecks(state, nowMs);
  const changes = new Map<string, HealthMute | undefined>();
  for (const mute of state.mute.mutes.values()) {
    const check = checks.get(mute.code);
    if (mute.untilMs !== 0 && mute.untilMs <= nowMs) changes.set(mute.code, undefined);
    else if (mute.sticky) continue;
    else if (!check || worse(mute, check)) changes.set(mute.code, undefined);
    else if (mute.count > 0 && check.count < mute.count) {
      changes.set(mute.code, { ...mute, count: check.count });
    }
  }
  return changes.size === 0 ? undefined : changes;
}

/** A check that counts is worse with a higher count; another one with another summary. */
function worse(mute: HealthMute, check: { readonly count: number; readonly summary: string }): boolean {
  return mute.count > 0 ? check.count > mute.count : check.summary !== mute.summary;
}
