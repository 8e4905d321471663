/** What the active manager reports becomes the monitors' own knowledge. Upstream: MgrStatMonitor::prepare_report */

import { DecodeError, Decoder } from "../../../mgr/encoding/mod.ts";
import type { MMonMgrReport } from "../../../mgr/messages/mon_mgr_report.ts";
import { PGMapDigest } from "../../../mgr/types/pg_map_digest.ts";
import { ServiceMap } from "../../../mgr/types/service_map.ts";
import { type Change, type Committed } from "../state/committed.ts";

/** The change; undefined for a report of somebody who is not active. Throws DecodeError where a real monitor would abort. */
export function mgrReportChange({ mgr }: Committed, report: MMonMgrReport): Change | undefined {
  const { gid, digest, healthChecks, progressEvents, serviceMapBl } = report;
  if (gid !== 0n && gid !== mgr.map.activeGid) return undefined;
  for (const { severity } of healthChecks.values()) {
    if (severity > 2) throw new DecodeError(`health severity ${severity}`, 0, ["MMonMgrReport"]);
  }
  return {
    stat: {
      healthChecks,
      progress: progressEvents,
      digest: PGMapDigest.decode(new Decoder(digest)),
      ...(serviceMapBl.length > 0 ? { serviceMap: ServiceMap.decode(new Decoder(serviceMapBl)) } : {}),
    },
  };
}
