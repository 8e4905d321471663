/** `ceph -s -f json`. Upstream: Monitor::get_cluster_status */

import { dumpProgressEvents } from "../../../mgr/types/progress.ts";
import { releaseName } from "../../../mgr/types/release_name.ts";
import { dumpServiceMap } from "../../../mgr/types/service_map.ts";
import { msOfUtime, type UTime } from "../../../mgr/types/utime.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { quorumAge } from "../health/mon_status.ts";
import { healthReport } from "../health/report.ts";
import type { MonitorContext } from "../server/context.ts";
import type { Committed } from "../state/committed.ts";
import { EMPTY_FS_MAP } from "../state/fs_map.ts";
import { sorted } from "../state/part.ts";
import { pgMapJson } from "./pg_figures.ts";

const seconds = (t: UTime): number => Math.floor(msOfUtime(t) / 1000);

/** The object "osdmap", and `ceph osd stat`. Upstream: OSDMap::print_summary */
export function osdMapJson({ osd }: Committed): Record<string, CephJson> {
  const { map, counts } = osd;
  return {
    epoch: map.epoch,
    num_osds: counts.exist,
    num_up_osds: counts.up,
    osd_up_since: seconds(map.lastUpChange),
    num_in_osds: counts.in,
    osd_in_since: seconds(map.lastInChange),
    num_remapped_pgs: [...map.pgTemp.values()].reduce((sum, pgs) => sum + pgs.size, 0),
  };
}

/** Everything. */
export function statusJson(monitor: MonitorContext): CephJson {
  const { state, clock } = monitor;
  const { mon, mgr, stat } = state;
  return {
    fsid: mon.map.fsid,
    health: healthReport(state, clock.wall(), false).json,
    election_epoch: mon.electionEpoch,
    quorum: [0],
    quorum_names: ["a"],
    quorum_age: quorumAge(monitor),
    monmap: {
      epoch: mon.map.epoch,
      min_mon_release_name: releaseName(mon.map.minMonRelease),
      num_mons: mon.map.ranks.length,
    },
    osdmap: osdMapJson(state),
    pgmap: pgMapJson(stat.digest),
    fsmap: { epoch: EMPTY_FS_MAP.epoch, by_rank: [], "up:standby": 0 },
    mgrmap: {
      available: mgr.map.available,
      num_standbys: mgr.map.standbys.size,
      modules: mgr.map.modules,
      services: sorted(mgr.map.services),
    },
    servicemap: dumpServiceMap(stat.serviceMap),
    progress_events: dumpProgressEvents(stat.progress),
  };
}
