/** What the monitor does with each message. Upstream: Monitor::dispatch_op */

import { MAuth, MAuthReply } from "../../../mgr/messages/auth.ts";
import { MCommand, MCommandReply } from "../../../mgr/messages/command.ts";
import { MConfig, MGetConfig } from "../../../mgr/messages/config.ts";
import { MGetPoolStats } from "../../../mgr/messages/get_pool_stats.ts";
import { MLog, MLogAck } from "../../../mgr/messages/log.ts";
import type { RawMessage } from "../../../mgr/messages/message.ts";
import { MMgrBeacon } from "../../../mgr/messages/mgr_beacon.ts";
import { MMgrMap } from "../../../mgr/messages/mgr_map.ts";
import { MMonCommand, MMonCommandAck } from "../../../mgr/messages/mon_command.ts";
import { MMonGetMap } from "../../../mgr/messages/mon_get_map.ts";
import { MMonGetVersion, MMonGetVersionReply } from "../../../mgr/messages/mon_get_version.ts";
import { MMonMap } from "../../../mgr/messages/mon_map.ts";
import { MMonMgrReport } from "../../../mgr/messages/mon_mgr_report.ts";
import { MMonSubscribe } from "../../../mgr/messages/mon_subscribe.ts";
import { MStatfs } from "../../../mgr/messages/statfs.ts";
import { isForManager, runCommand } from "../commands/run.ts";
import { runTell } from "../commands/tell.ts";
import { entityConfig } from "../config/entity_config.ts";
import { NULL_MGR_MAP, takeBeacon } from "../state/mgr_monitor.ts";
import { commitDraft } from "./commit_drafts.ts";
import type { MonitorContext } from "./context.ts";
import { type Handler, on } from "./handler.ts";
import { mgrReportChange } from "./mgr_report.ts";
import { OSD_HANDLERS } from "./osd_handlers.ts";
import { poolStats, statfs } from "./pg_questions.ts";
import type { Session } from "./session.ts";
import { subscribe } from "./subscriptions.ts";

/** By message number. What is not here is ignored. */
export const HANDLERS: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  on(MMonGetMap, ({ state }, session) => session.send(MMonMap, { monMap: state.mon.map })),
  on(MMonSubscribe, (monitor, session, { what, hostname }) => {
    if (hostname !== "") session.hostname = hostname;
    subscribe(monitor, session, what);
  }),
  on(MAuth, (_, session, { payload, protocol }) => {
    const answer = session.login.answer(payload);
    const { globalId } = session;
    session.send(MAuthReply, { protocol, globalId, message: "", ...answer });
  }),
  on(MMonGetVersion, ({ state }, session, { handle, what }) => {
    const versions = mapVersions(state, what);
    if (versions) session.send(MMonGetVersionReply, { handle, ...versions });
  }),
  on(MGetConfig, ({ state }, session, { name, host }) => {
    session.send(MConfig, { config: entityConfig(state, name, host) });
  }),
  on(MMonCommand, onCommand),
  on(MCommand, (monitor, session, message, { tid }) => {
    session.send(MCommandReply, runTell(monitor, session, message), tid);
  }),
  on(MLog, onLog),
  on(MMgrBeacon, onBeacon),
  on(MMonMgrReport, (monitor, _, report) => {
    const change = mgrReportChange(monitor.state, report);
    if (change) monitor.commit(change);
  }),
  on(MStatfs, (monitor, session, question, { tid }) => statfs(monitor, session, question, tid)),
  on(MGetPoolStats, (monitor, session, question, { tid }) => poolStats(monitor, session, question, tid)),
  ...OSD_HANDLERS,
]);

function mapVersions(
  { osd, mon }: MonitorContext["state"],
  what: string,
): { version: number; oldestVersion: number } | undefined {
  switch (what) {
    case "osdmap":
      return { version: osd.map.epoch, oldestVersion: [...osd.history.keys()][0] ?? 0 };
    case "monmap":
      return { version: mon.map.epoch, oldestVersion: 1 };
    case "fsmap":
    case "mdsmap":
      return { version: 1, oldestVersion: 1 };
    default:
      return undefined;
  }
}

function onCommand(
  monitor: MonitorContext,
  session: Session,
  message: MMonCommand,
  { tid }: RawMessage,
): void {
  const reply = runCommand(monitor, session, message);
  const { cmd } = message;
  if (isForManager(reply)) return monitor.proxy(session, message, tid);
  const { code: r, err: rs, out: data, version } = reply;
  session.send(MMonCommandAck, { version, r, rs, cmd, data }, tid);
}

/** The entries are on the disk when the answer leaves. */
function onLog(monitor: MonitorContext, session: Session, { fsid, entries }: MLog): void {
  const known = monitor.state.mon.map.fsid;
  if (!session.may({ service: "log", perm: "w" }) || fsid !== known || entries.length === 0) return;
  monitor.commit({ log: entries });
  const last = entries.reduce((max, { seq }) => (seq > max ? seq : max), 0n);
  session.send(MLogAck, { fsid, last, channel: "" });
}

/** A beacon is not acknowledged; who is not entitled to it gets no answer at all. */
function onBeacon(monitor: MonitorContext, session: Session, beacon: MMgrBeacon): void {
  const { state, clock, beacons } = monitor;
  if (!session.may({ service: "mgr", perm: "x" }) || beacon.fsid !== state.mon.map.fsid) return;
  const { draft, nullMap } = takeBeacon(state, beacon, clock.wall());
  if (nullMap) {
    commitDraft(monitor, draft);
    return session.send(MMgrMap, { map: NULL_MGR_MAP });
  }
  beacons.set(beacon.gid, clock.now());
  commitDraft(monitor, draft);
}
