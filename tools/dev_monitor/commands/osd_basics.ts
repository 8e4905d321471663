/** What OSDs there are: counts, ids, metadata, places. Upstream: OSDMonitor::preprocess_command */

import { dumpAddrVec } from "../../../mgr/types/entity_addr.ts";
import { CrushMap } from "../../../mgr/types/crush_map.ts";
import { encodeAll } from "../../../mgr/encoding/mod.ts";
import { formatUtime } from "../../../mgr/types/utime.ts";
import { formatAddr } from "../../../mgr/types/entity_addr.ts";
import type { CephJson } from "../format/ceph_json.ts";
import { mapOfEpoch } from "../osd/map_of_epoch.ts";
import { subtreeOsds } from "../osd/tree.ts";
import { itemId, locationOf } from "../state/osd_lookup.ts";
import { type Metadata, sorted } from "../state/part.ts";
import { osdMapJson } from "../status/status_json.ts";
import { osdText } from "../status/status_text.ts";
import { fail } from "./args.ts";
import { type Answer, type Call, rows, show, showLine } from "./command.ts";
import { countBy } from "./status.ts";

function stat(call: Call): Answer {
  const { state, clock } = call.monitor;
  const text = `${osdText(state, clock.wall(), "")}; epoch: e${state.osd.map.epoch}\n`;
  return show(call, osdMapJson(state), text);
}

const existing = ({ maxOsd, exists }: { maxOsd: number; exists: (id: number) => boolean }): number[] =>
  Array.from({ length: maxOsd }, (_, id) => id).filter(exists);

/** Ids of the OSDs in the map of the wanted epoch. */
function ids(call: Call): number[] {
  const map = mapOfEpoch(call);
  return existing({ maxOsd: map.maxOsd, exists: (id) => map.exists(id) });
}

const idLines = (call: Call, list: readonly number[]): Answer =>
  show(call, list, list.map((id) => `${id}\n`).join(""));

function lsTree(call: Call): Answer {
  const map = mapOfEpoch(call);
  const name = call.args.string("name");
  const root = itemId(map.crush, name);
  if (root === undefined) throw fail("noent", `"${name}" does not exist`);
  const below = subtreeOsds(map.crush, root);
  if (root >= 0 && !map.exists(root)) {
    throw fail("noent", `"${name}" does not exist`);
  }
  return idLines(call, below.filter((id) => map.exists(id)).sort((a, b) => a - b));
}

/** Where the OSD runs, if that is a container. */
const CONTAINER_KEYS = ["pod_name", "pod_namespace", "container_name"] as const;

function find(call: Call): Answer {
  const id = call.args.number("id");
  const { map, metadata } = call.monitor.state.osd;
  if (!map.exists(id)) throw fail("noent", `osd.${id} does not exist`);
  const known = metadata.get(id);
  const host = known?.get("hostname");
  return show(call, {
    osd: id,
    addrs: dumpAddrVec(map.clientAddrs.at(id)!),
    osd_fsid: map.osdUuid.at(id)!,
    ...(host === undefined ? {} : { host }),
    ...Object.fromEntries(CONTAINER_KEYS.flatMap((key) => known?.has(key) ? [[key, known.get(key)!]] : [])),
    crush_location: sorted(locationOf(map.crush, id)),
  });
}

const entry = (id: number, metadata: Metadata): CephJson =>
  new Map<string, CephJson>([["id", id], ...sorted(metadata)]);

function metadata(call: Call): Answer {
  const { map, metadata } = call.monitor.state.osd;
  const id = call.args.optionalNumber("id");
  if (id === undefined) {
    const all = [...metadata].filter(([osd]) => map.exists(osd)).sort(([a], [b]) => a - b);
    return show(call, all.map(([osd, m]) => entry(osd, m)));
  }
  if (!map.exists(id)) throw fail("noent", `osd.${id} does not exist`);
  const known = metadata.get(id);
  // An OSD that was made but never started.
  if (!known) throw fail("noent", "");
  return show(call, entry(id, known));
}

const count = (call: Call, property: string): Answer => {
  const { map, metadata } = call.monitor.state.osd;
  return show(call, countBy([...metadata].filter(([id]) => map.exists(id)).map(([, m]) => m), property));
};

function maxOsd(call: Call): Answer {
  const { map } = call.monitor.state.osd;
  const text = `max_osd = ${map.maxOsd} in epoch ${map.epoch}\n`;
  return showLine(call, { epoch: map.epoch, max_osd: map.maxOsd }, text);
}

function getMap(call: Call): Answer {
  const map = mapOfEpoch(call);
  return { out: map.bytes, err: `got osdmap epoch ${map.epoch}` };
}

function getCrush(call: Call): Answer {
  const map = mapOfEpoch(call);
  return { out: encodeAll(CrushMap.encode, map.crush).slice(), err: String(map.crushVersion) };
}

function lspools(call: Call): Answer {
  const { poolNames } = call.monitor.state.osd.map;
  const json = [...poolNames].map(([poolnum, poolname]) => ({ poolnum, poolname }));
  return showLine(call, json, [...poolNames].map(([id, name]) => `${id} ${name}\n`).join(""));
}

function blocklist(call: Call): Answer {
  const { blocklist } = call.monitor.state.osd.map;
  const list = blocklist.map(({ addr, expires }) => ({
    addr: formatAddr(addr),
    until: formatUtime(expires),
  }));
  const { out = "" } = show(call, list, list.map(({ addr, until }) => `${addr} ${until}\n`).join(""));
  // A second list, that of ranges, follows without a separator.
  const ranges = call.format === "plain" ? "" : show(call, []).out;
  return { out: `${out}${ranges}`, err: `listed ${list.length} entries` };
}

function lastStatSeq(call: Call): Answer {
  const id = call.args.number("id");
  const seq = call.monitor.state.stat.digest?.osdLastSeq[id] ?? 0n;
  return { out: String(seq) };
}

const EPOCH = "name=epoch,type=CephInt,range=0,req=false";

/** In the order of upstream's table. */
export const OSD_BASIC_COMMANDS = rows("osd", [
  [
    "osd last-stat-seq name=id,type=CephOsdName",
    "r",
    "get the last pg stats sequence number reported for this osd",
    lastStatSeq,
  ],
  ["osd stat", "r", "print summary of OSD map", stat],
  [`osd ls ${EPOCH}`, "r", "show all OSD ids", (call) => idLines(call, ids(call))],
  [`osd getmap ${EPOCH}`, "r", "get OSD map", getMap],
  [`osd getcrushmap ${EPOCH}`, "r", "get CRUSH map", getCrush],
  ["osd getmaxosd", "r", "show largest OSD id", maxOsd],
  [
    `osd ls-tree ${EPOCH} name=name,type=CephString,req=true`,
    "r",
    "show OSD ids under bucket <name> in the CRUSH map",
    lsTree,
  ],
  [
    "osd find name=id,type=CephOsdName",
    "r",
    "find osd <id> in the CRUSH map and show its location",
    find,
  ],
  [
    "osd metadata name=id,type=CephOsdName,req=false",
    "r",
    "fetch metadata for osd {id} (default all)",
    metadata,
  ],
  [
    "osd count-metadata name=property,type=CephString",
    "r",
    "count OSDs by metadata field property",
    (call) => count(call, call.args.string("property")),
  ],
  ["osd versions", "r", "check running versions of OSDs", (call) => count(call, "ceph_version")],
  ["osd lspools", "r", "list pools", lspools, 4],
  ["osd blocklist ls", "r", "show blocklisted clients", blocklist],
  ["osd blacklist ls", "r", "show blacklisted clients", blocklist, 4],
]);
