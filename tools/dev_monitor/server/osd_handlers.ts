/** Messages of OSDs. Upstream: OSDMonitor::preprocess_query, prepare_update */

import { compareUtime } from "../../../mgr/types/utime.ts";
import { formatAddrVec } from "../../../mgr/types/entity_addr.ts";
import { EntityType } from "../../../mgr/types/entity_name.ts";
import { LogPrio } from "../../../mgr/types/log_entry.ts";
import { MOSDBoot } from "../messages/osd_boot.ts";
import {
  FailureFlag,
  MOSDAlive,
  MOSDBeacon,
  MOSDFailure,
  MOSDFull,
  MOSDMarkMeDown,
  MOSDPGTemp,
} from "../messages/osd_life.ts";
import { OsdDraft } from "../state/osd_draft.ts";
import { takeBoot, takeFailure, takeFullness, takePgTemp } from "../state/osd_monitor.ts";
import { MOSDPGCreated } from "../messages/pg_create.ts";
import { commitOsdDraft } from "./commit_drafts.ts";
import type { MonitorContext } from "./context.ts";
import { type Handler, on } from "./handler.ts";
import { sendOsdMaps } from "./osd_maps.ts";
import { onCreated } from "./pg_creates.ts";
import type { Session } from "./session.ts";

/** The sender's number, when it may speak as an OSD. */
function senderOf(session: Session): number | undefined {
  const isOsd = session.name.type === EntityType.osd && session.may({ service: "osd", perm: "x" });
  return isOsd ? Number(session.name.id) : undefined;
}

function onBoot(monitor: MonitorContext, session: Session, boot: MOSDBoot): void {
  const { whoami, currentEpoch } = boot.superblock;
  if (senderOf(session) !== whoami) return;
  const { addrs } = session.peer;
  const outcome = takeBoot(monitor.state, boot, addrs, monitor.clock.wall());
  if (outcome.kind === "refused") return;
  if (outcome.kind === "draft") {
    const line = `osd.${whoami} ${formatAddrVec(addrs)} boot`;
    commitOsdDraft(monitor, outcome.draft, outcome.again ? [] : [[LogPrio.info, line]]);
    if (outcome.again) return onBoot(monitor, session, boot);
  }
  sendOsdMaps(monitor, session, currentEpoch + 1);
}

function onFailure(monitor: MonitorContext, session: Session, failure: MOSDFailure): void {
  const reporter = senderOf(session);
  if (reporter === undefined || failure.fsid !== monitor.state.mon.map.fsid) return;
  const { targetOsd: target, flags, failedFor } = failure;
  if ((flags & FailureFlag.failed) === 0) return void monitor.failures.get(target)?.delete(reporter);
  const immediate = (flags & FailureFlag.immediate) !== 0;
  const report = { target, reporter, immediate, failedFor };
  const { clock, failures, state } = monitor;
  const draft = takeFailure(state, failures, report, clock.now(), clock.wall());
  if (draft === undefined) return;
  const reporters = failures.get(target)?.size ?? 1;
  failures.delete(target);
  const line = immediate
    ? `osd.${target} reported immediately failed by osd.${reporter}`
    : `osd.${target} failed (${reporters} reporters from different host after ${failedFor} >= grace 20)`;
  commitOsdDraft(monitor, draft, [[LogPrio.info, line]]);
}

function onMarkMeDown(monitor: MonitorContext, session: Session, message: MOSDMarkMeDown): void {
  const osd = senderOf(session);
  if (osd === undefined || osd !== message.targetOsd) return;
  const { map } = monitor.state.osd;
  if (map.isUp(osd)) {
    const draft = new OsdDraft(map, monitor.clock.wall());
    draft.markDown(osd);
    if (message.downAndDead) draft.setXInfo(osd, { deadEpoch: draft.epoch });
    commitOsdDraft(monitor, draft, [[LogPrio.info, `osd.${osd} marked itself down${dead(message)}`]]);
  }
  if (message.requestAck) session.send(MOSDMarkMeDown, message);
}

const dead = ({ downAndDead }: MOSDMarkMeDown): string => (downAndDead ? " and dead" : "");

function onAlive(monitor: MonitorContext, session: Session, { want, version }: MOSDAlive): void {
  const osd = senderOf(session);
  const { map } = monitor.state.osd;
  if (osd === undefined || !map.isUp(osd)) return;
  if (map.osdInfo.at(osd)!.upThru < want) {
    const draft = new OsdDraft(map, monitor.clock.wall());
    draft.put("newUpThru", osd, map.epoch);
    commitOsdDraft(monitor, draft);
  }
  sendOsdMaps(monitor, session, version + 1);
}

function onFull(monitor: MonitorContext, session: Session, { state }: MOSDFull): void {
  const osd = senderOf(session);
  const { map } = monitor.state.osd;
  if (osd === undefined || !map.isUp(osd)) return;
  commitOsdDraft(monitor, takeFullness(monitor.state, osd, state, monitor.clock.wall()));
}

function onPgTemp(monitor: MonitorContext, session: Session, wish: MOSDPGTemp): void {
  const osd = senderOf(session);
  const { map } = monitor.state.osd;
  if (osd === undefined || !map.isUp(osd)) return;
  commitOsdDraft(monitor, takePgTemp(monitor.state, osd, wish, monitor.clock.wall()));
  sendOsdMaps(monitor, session, wish.mapEpoch + 1);
}

/** Of a sign of life only the time of the last scrub of snapshots is kept. */
function onBeacon(monitor: MonitorContext, session: Session, { lastPurgedSnapsScrub }: MOSDBeacon): void {
  const osd = senderOf(session);
  const { map } = monitor.state.osd;
  if (osd === undefined || !map.isUp(osd)) return;
  if (compareUtime(map.osdXInfo.at(osd)!.lastPurgedSnapsScrub, lastPurgedSnapsScrub) >= 0) return;
  const draft = new OsdDraft(map, monitor.clock.wall());
  draft.setXInfo(osd, { lastPurgedSnapsScrub });
  commitOsdDraft(monitor, draft);
}

/** By message number. */
export const OSD_HANDLERS: readonly (readonly [number, Handler])[] = [
  on(MOSDBoot, onBoot),
  on(MOSDFailure, onFailure),
  on(MOSDMarkMeDown, onMarkMeDown),
  on(MOSDAlive, onAlive),
  on(MOSDFull, onFull),
  on(MOSDPGTemp, onPgTemp),
  on(MOSDPGCreated, onCreated),
  on(MOSDBeacon, onBeacon),
];
