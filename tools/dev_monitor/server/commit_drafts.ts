/** Drafts of maps become commits, with their lines for the cluster log. */

import { LogPrio } from "../../../mgr/types/log_entry.ts";
import type { MgrDraft } from "../state/mgr_monitor.ts";
import type { OsdDraft } from "../state/osd_draft.ts";
import type { MonitorContext } from "./context.ts";

/** Commits the next MgrMap with its lines for the cluster log, if there is one. */
export function commitDraft(monitor: MonitorContext, draft: MgrDraft): void {
  const { change, lines } = draft;
  if (change === undefined) return;
  const log = lines.map((line) => monitor.ownEntry(LogPrio.info, "cluster", line));
  monitor.commit({ ...change, ...(log.length > 0 ? { log } : {}) });
}

/** Commits the draft with lines for the cluster log. */
export function commitOsdDraft(
  monitor: MonitorContext,
  draft: OsdDraft,
  lines: readonly (readonly [prio: number, text: string])[] = [],
): void {
  const { change } = draft;
  if (change === undefined) return;
  const log = lines.map(([prio, text]) => monitor.ownEntry(prio, "cluster", text));
  monitor.commit({ osd: change, ...(log.length > 0 ? { log } : {}) });
}
