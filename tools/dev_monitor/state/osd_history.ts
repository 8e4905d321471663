/** Which epochs of the OSDMap go into one message. Upstream: OSDMonitor::send_incremental */

import type { MOSDMap } from "../../../mgr/messages/osd_map.ts";
import type { Uuid } from "../../../mgr/types/uuid.ts";
import type { OsdState } from "./osd_part.ts";

/** All epochs from `start` on; 0: the newest alone, as a full map. A start that is gone begins with the oldest full map. */
export function osdMaps({ map, history }: OsdState, fsid: Uuid, start: number): MOSDMap {
  const oldest = [...history.keys()][0] ?? 0;
  const base = { fsid, oldestMap: oldest, newestMap: map.epoch };
  if (start === 0) {
    return { ...base, maps: new Map([[map.epoch, history.get(map.epoch)!.full]]), incrementals: new Map() };
  }
  const maps = new Map(start <= oldest ? [[oldest, history.get(oldest)!.full]] : []);
  const first = start <= oldest ? oldest + 1 : start;
  const incrementals = new Map(
    [...history].filter(([epoch]) => epoch >= first).map(([epoch, { incremental }]) => [epoch, incremental]),
  );
  return { ...base, maps, incrementals };
}
