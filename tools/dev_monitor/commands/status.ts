/** The cluster at a glance: status, df, versions, features. Upstream: Monitor::get_cluster_status, PGMapDigest::dump_cluster_stats */

import { dumpFsMap } from "../../../mgr/types/fs_map.ts";
import { dumpServiceMap } from "../../../mgr/types/service_map.ts";
import { dfJson, dfText } from "../status/df.ts";
import { statusJson } from "../status/status_json.ts";
import { statusText } from "../status/status_text.ts";
import { featureMap, quorumStatus } from "../health/mon_status.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { monMetadata } from "../status/mon_metadata.ts";
import { EMPTY_FS_MAP } from "../state/fs_map.ts";
import { type Metadata, sorted } from "../state/part.ts";
import { type Answer, type Call, rows, show, showLine } from "./command.ts";

/** Number of daemons by a value of their metadata. */
export function countBy(all: Iterable<Metadata>, property: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const metadata of all) {
    const value = metadata.get(property) ?? "unknown";
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return sorted(counts);
}

const VERSION = "ceph_version";

function versions(call: Call): Answer {
  const { state } = call.monitor;
  const kinds = {
    mon: countBy([monMetadata(call.monitor)], VERSION),
    mgr: countBy(state.mgr.metadata.values(), VERSION),
    osd: countBy(state.osd.metadata.values(), VERSION),
    mds: new Map<string, number>(),
  };
  const overall = new Map<string, number>();
  for (const counts of Object.values(kinds)) {
    for (const [version, n] of counts) overall.set(version, (overall.get(version) ?? 0) + n);
  }
  return show(call, { ...kinds, overall: sorted(overall) });
}

/** Daemons by host, by kind. */
function nodeLs(call: Call): Answer {
  const { state } = call.monitor;
  const kinds: Record<string, CephJson> = {
    mon: byHost([["a", monMetadata(call.monitor)]], (id) => id),
    osd: byHost([...state.osd.metadata].map(([id, m]) => [String(id), m]), Number),
    mds: new Map(),
    mgr: byHost([...state.mgr.metadata], (id) => id),
  };
  const wanted = call.args.optionalString("type") ?? "all";
  if (wanted !== "all") return showLine(call, kinds[wanted]!);
  // A kind without daemons is left out here.
  const { mds: _, ...present } = kinds;
  return show(call, present);
}

function byHost(
  daemons: readonly (readonly [string, Metadata])[],
  idOf: (id: string) => CephJson,
): Map<string, CephJson> {
  const hosts = Map.groupBy(daemons, ([, metadata]) => metadata.get("hostname") ?? "");
  return sorted([...hosts].map(([host, list]) => [host, list.map(([id]) => idOf(id))]));
}

function fsid(call: Call): Answer {
  const { fsid } = call.monitor.state.mon.map;
  return call.format === "plain" ? { out: `${fsid}\n` } : show(call, { fsid });
}

/** There is one monitor, whose clock is right by definition. */
function timeSync(call: Call): Answer {
  const epoch = call.monitor.state.mon.electionEpoch;
  return show(call, { timechecks: { epoch, round: 0, round_status: "finished" } });
}

function df(call: Call): Answer {
  const detail = call.args.optionalString("detail") === "detail";
  const { state } = call.monitor;
  return call.format === "plain" ? { out: dfText(state, detail) } : showLine(call, dfJson(state, detail));
}

/** A few parts of what a support case needs. */
function report(call: Call): Answer {
  const { state } = call.monitor;
  const json: CephJson = {
    cluster_fingerprint: state.mon.map.fsid,
    version: monMetadata(call.monitor).get("ceph_version_short") ?? "",
    quorum: [0],
    fsmap: dumpFsMap(EMPTY_FS_MAP),
    servicemap: dumpServiceMap(state.stat.serviceMap),
  };
  return { ...show(call, json), err: "report 0" };
}

/** In the order of upstream's table. */
export const STATUS_COMMANDS = rows("mon", [
  ["fsid", "r", "show cluster FSID/UUID", fsid],
  [
    "status",
    "r",
    "show cluster status",
    (call) =>
      call.format === "plain" ? { out: statusText(call.monitor) } : showLine(call, statusJson(call.monitor)),
  ],
  ["time-sync-status", "r", "show time sync status", timeSync],
  [
    "df name=detail,type=CephChoices,strings=detail,req=false",
    "r",
    "show cluster free space stats",
    df,
  ],
  [
    "report name=tags,type=CephString,n=N,req=false",
    "r",
    "report full status of cluster, optional title tag strings",
    report,
  ],
  ["features", "r", "report of connected features", (call) => show(call, featureMap(call.monitor))],
  [
    "quorum_status",
    "r",
    "report status of monitor quorum",
    (call) => {
      const format = call.format === "plain" ? "json" : call.format;
      return showLine({ ...call, format }, quorumStatus(call.monitor));
    },
  ],
  [
    "node ls name=type,type=CephChoices,strings=all|osd|mon|mds|mgr,req=false",
    "r",
    "list all nodes in cluster [type]",
    nodeLs,
  ],
  ["versions", "r", "check running versions of ceph daemons", versions],
]);
