/** What handlers of messages and commands see of the monitor. */

import type { MMonCommand } from "../../../mgr/messages/mon_command.ts";
import type { Clock } from "../../../mgr/time/clock.ts";
import type { LogEntry } from "../../../mgr/types/log_entry.ts";
import type { Change, Committed } from "../state/committed.ts";
import type { BeaconTimes } from "../state/mgr_monitor.ts";
import type { FailureReports } from "../state/osd_monitor.ts";
import type { CreatedPgs } from "./pg_creates.ts";
import type { Session } from "./session.ts";

/** The monitor, as its parts see it. */
export interface MonitorContext {
  readonly clock: Clock;
  /** What is committed now. */
  readonly state: Committed;
  readonly sessions: ReadonlySet<Session>;
  /** When each manager was heard of: not committed, a restart forgives. */
  readonly beacons: BeaconTimes;
  /** Who reports whom as failed: not committed either. */
  readonly failures: FailureReports;
  /** PGs of new pools that are there: not committed, OSDs tell again. */
  readonly createdPgs: CreatedPgs;
  /** Monotonic time of the start. */
  readonly startedAt: number;
  /** Makes the change durable, then tells all who want to know. Ends the monitor when it cannot. */
  commit(change: Change): void;
  /** Lines of the cluster log that nobody waits for: committed within a second. */
  log(...entries: readonly LogEntry[]): void;
  /** Passes a command on to the active manager; its answer goes to the session. */
  proxy(session: Session, command: MMonCommand, tid: bigint): void;
  /** A line of the monitor's own. */
  ownEntry(prio: number, channel: string, msg: string): LogEntry;
}
