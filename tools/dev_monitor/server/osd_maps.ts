/** OSDMaps on their way to sessions. Upstream: OSDMonitor::send_incremental, share_map_with_random_osd */

import { MOSDMap } from "../../../mgr/messages/osd_map.ts";
import { EntityType } from "../../../mgr/types/entity_name.ts";
import { osdMaps } from "../state/osd_history.ts";
import type { MonitorContext } from "./context.ts";
import type { Session } from "./session.ts";

/** Sends the maps from that epoch on; nothing when there are none. 0 asks for the newest one. */
export function sendOsdMaps({ state }: MonitorContext, session: Session, from: number): void {
  const { osd, mon } = state;
  if (from > osd.map.epoch) return;
  session.osdEpoch = osd.map.epoch;
  session.send(MOSDMap, osdMaps(osd, mon.map.fsid, from));
}

/**
 * OSDs do not subscribe to maps all the time: upstream tells a random one, which tells its peers. Here each OSD
 * that had a map before is told, so that none has to wait for its peers.
 */
export function shareOsdMaps(monitor: MonitorContext): void {
  for (const session of monitor.sessions) {
    const { osdEpoch } = session;
    if (session.name.type === EntityType.osd && osdEpoch > 0) sendOsdMaps(monitor, session, osdEpoch + 1);
  }
}
